"""A runner without walls for code of ours that else runs only inside the sandbox: here its lines can be measured.

What a job would see inside lies in one folder of the host; the job's texts are turned into its paths. Only trees
that a test wrote itself are ever run by it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyagent.model import Level
from pyagent.ports import Completed, Job
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Environment
from repos.environments.interpreters import own_interpreter
from repos.suites.outcomes import SuiteCommand, SuiteKind
from tests.plugins.replaying import Room

SUITE = SuiteCommand(SuiteKind.UNITTEST, ("tests",), (".",), ("sample.py",), ("tests.py",))
_PLACES = re.compile(r"(?<![\w/.+-])(/work|/recorder|/env|/tmp/candidate|/tmp/imports)(?![\w.-])")
_UNMEASURED = {"-I", "-S"}
"""With these an interpreter does not begin to measure its lines."""


@dataclass(frozen=True)
class BareHost:
    """Runs jobs in `folder`, one at a time; every run begins with a fresh work copy at the same place."""

    folder: Path
    level: Level = Level.UNSAFE
    holes: tuple[str, ...] = ("everything",)

    @property
    def work(self) -> Path:
        """What a job sees as `/work`, with our own folders in it as the import path is known to lead here."""
        return self.folder / "work"

    def run(self, job: Job) -> Completed:
        """Run to the end; limits hold nothing here."""
        self.lay_out(job)
        argv = [self.told(word) for word in job.argv if word not in _UNMEASURED]
        env = {**os.environ, **{name: self.told(value) for name, value in job.env.items()}}
        stdin = self.told(job.stdin.decode()).encode()
        done = subprocess.run(argv, cwd=self.work, env=env, input=stdin, capture_output=True, check=False, timeout=60)
        files = {path: (self.work / path).read_bytes() for path in job.collect if (self.work / path).is_file()}
        return Completed(done.returncode, done.stdout, done.stderr, files, 0.0, 0.0, 0, None)

    def told(self, text: str) -> str:
        """The text with the places of the sandbox turned into ours."""
        ours = {WORK: str(self.work), "/recorder": str(self.work), "/env": sys.prefix}
        return _PLACES.sub(lambda found: ours.get(found[1], f"{self.folder}/{Path(found[1]).name}"), text)

    def lay_out(self, job: Job) -> None:
        """Make the work copy."""
        for place in (self.work, self.folder / "candidate", self.folder / "imports"):
            shutil.rmtree(place, ignore_errors=True)
        if job.tree:
            shutil.copytree(job.tree, self.work)
        for path, body in job.overlay.items():
            place = self.work / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if body is None:
                place.unlink()
            else:
                place.write_bytes(self.told(body.decode()).encode() if path.endswith(".json") else body)
        for mount in job.mounts:
            if mount.inside.startswith("/recorder/"):
                (self.work / Path(mount.inside).name).symlink_to(mount.host)


Bare = Callable[[Mapping[str, str]], Room]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """A tree written as a mapping, run without walls by our own interpreter."""

    def made(files: Mapping[str, str]) -> Room:
        folder = tmp_path_factory.mktemp("bare")
        root = folder / "tree"
        for path, body in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(body, encoding="utf-8")
        own = own_interpreter()
        environment = Environment("own", folder, own.path, own.prefix, own.version, (), ())
        return Room(root, BareHost(folder), environment, SUITE)

    return made
