"""Every behaviour is tried with the parent as root (where the tests are root) and as an ordinary user."""

import os
import pickle
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bench.falsify.ordinary import ORDINARY, as_ordinary_user
from pyagent.errors import EnvironmentFault
from pyagent.model import Level
from pyagent.ports import Completed, Job
from pyagent.sandbox.interpreters import interpreter_mounts
from pyagent.sandbox.privileges import identity
from pyagent.sandbox.runner import BubblewrapRunner, parts_of_this_machine


def with_python(job: Job) -> Job:
    """The job with our interpreter shown inside, which the runner itself needs none of."""
    mounts = interpreter_mounts(Path(sys.executable).resolve())
    return replace(job, mounts=(*mounts, *job.mounts))


class OrdinaryUser:
    """A Runner whose parent process is an ordinary user, reached over a pipe from a root test."""

    level = Level.FULL
    uid = ORDINARY

    def __init__(self) -> None:
        self._worker = subprocess.Popen(
            [*as_ordinary_user(), sys.executable, str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
        )

    def run(self, job: Job) -> Completed:
        return self.run_all([job])[0]

    def run_all(self, jobs: list[Job]) -> list[Completed]:
        """Run at the same time, as threads of one parent."""
        worker = self._worker
        assert worker.stdin
        assert worker.stdout
        body = pickle.dumps([with_python(job) for job in jobs])
        worker.stdin.write(struct.pack("<Q", len(body)) + body)
        worker.stdin.flush()
        size = struct.unpack("<Q", worker.stdout.read(8))[0]
        answer = pickle.loads(worker.stdout.read(size))  # noqa: S301 - from our own worker
        if isinstance(answer, tuple):
            raise EnvironmentFault(*answer)
        return answer

    def close(self) -> None:
        assert self._worker.stdin
        assert self._worker.stdout
        self._worker.stdin.close()
        self._worker.stdout.close()
        self._worker.wait()


class Here:
    """The product's runner in this process."""

    level = Level.FULL

    def __init__(self) -> None:
        self._runner = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(64123)))
        self.uid = self._runner.parts.identity.uid

    def run(self, job: Job) -> Completed:
        return self._runner.run(with_python(job))

    def run_all(self, jobs: list[Job]) -> list[Completed]:
        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(self.run, jobs))

    def close(self) -> None:
        """Nothing is held between two runs."""


@pytest.fixture(scope="session", params=["root", "user"] if os.geteuid() == 0 else ["user"])
def runner(request: pytest.FixtureRequest) -> Iterator[Here | OrdinaryUser]:
    ordinary = request.param == "user" and os.geteuid() == 0
    made = OrdinaryUser() if ordinary else Here()
    yield made
    made.close()


@dataclass(frozen=True, slots=True)
class User:
    """An ordinary user of this host, and the arguments that start a command as that user."""

    uid: int
    arguments: list[str]


@pytest.fixture(scope="session")
def ordinary() -> User:
    return User(ORDINARY if os.geteuid() == 0 else os.geteuid(), as_ordinary_user())


@pytest.fixture(params=["root", "user"] if os.geteuid() == 0 else ["user"])
def parent(request: pytest.FixtureRequest, ordinary: User) -> list[str]:
    """Arguments that start a command as root, then as an ordinary user."""
    return ordinary.arguments if request.param == "user" else []


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder both parents can read: pytest's own are closed to other users."""
    made = Path(tempfile.mkdtemp(prefix="pyagent-test-"))
    if os.geteuid() == 0:
        os.chown(made, ORDINARY, ORDINARY)
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)
