"""A real Prefect server with a real worker, on loopback, in folders of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from cli.supervisor.surroundings import PREFECT
from pyagent.clock import SystemClock
from pyagent.ledger.opening import Ledger, open_ledger
from tests.plugins.command import LEAN, ROOT
from tests.plugins.project import FILES, Project, new_project
from tests.plugins.wheelhouse import only

PATIENCE = 240.0
"""Seconds for anything to happen on a busy machine."""


@dataclass
class Prefect:
    """The server's address, and the environment in which workers and dispatchers find everything."""

    api: str
    environment: dict[str, str]
    client: SyncPrefectClient
    logs: Path
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def worker(self, name: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "cpu-agents", "--type", "process"]
        with (self.logs / f"{name}.log").open("wb") as log:
            started = subprocess.Popen(
                [*command, "--name", name],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.workers.append(started)
        return started

    def submit(self, deployment: str, **parameters: Any) -> UUID:
        found = self.client.read_deployment_by_name(f"{deployment}/{deployment}")
        return self.client.create_flow_run_from_deployment(found.id, parameters=parameters).id

    def until(self, run: UUID, *names: str) -> FlowRun:
        return eventually(lambda: self._in_state(run, names), f"{run} in {names}")

    def _in_state(self, run: UUID, names: tuple[str, ...]) -> FlowRun | None:
        found = self.client.read_flow_run(run)
        ended = found.state is not None and found.state.is_final()
        assert not ended or found.state_name in names, f"{found.name}: {found.state}"
        return found if found.state_name in names else None


def eventually(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What `look` sees, as soon as it sees something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.5)
    raise AssertionError(f"never within {seconds:.0f} s: {what}")


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str], Path]]:
    folder = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {
        **os.environ,
        **LEAN,
        **PREFECT,
        "HOME": str(folder),
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": api,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DO_NOT_TRACK": "1",
        "UV_CACHE_DIR": str(folder / "uv-cache"),
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log, _started(command, environment, log):
        eventually(lambda: _healthy(api), f"health of {api}: {folder / 'server.log'}")
        yield api, environment, folder


@contextmanager
def _started(command: list[str], environment: dict[str, str], log: Any) -> Generator[None]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Its whole process group, gently first: coverage of a process is written when it ends by itself."""
    for number, patience in ((signal.SIGINT, 15.0), (signal.SIGKILL, 15.0)):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue


AREA = '''"""Areas."""


def half(value):
    """Half of it, whole numbers stay whole."""
    if value % 2 == 0:
        return value // 2
    else:
        return value / 2


def size(value):
    """In words."""
    if value > 9:
        return "large"
    else:
        return "small"
'''
TESTS = """from shapes.area import half, size


def test_half():
    assert (half(4), half(3)) == (2, 1.5)


def test_size():
    assert (size(10), size(9)) == ("large", "small")
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two changes are enough: each takes a process of its own."""
    kept = {name: FILES[name] for name in ("pyproject.toml", "shapes/__init__.py")}
    return new_project(tmp_path / "shapes", {**kept, "shapes/area.py": AREA, "tests/test_shapes.py": TESTS})


@pytest.fixture
def prefect(_server: tuple[str, dict[str, str], Path], wheelhouse: Path, tmp_path: Path) -> Iterator[Prefect]:
    """The server with pyagent installed on it; state and configuration are the test's own."""
    api, common, _ = _server
    environment = {
        **common,
        **only(wheelhouse),
        "PYAGENT__PYAGENT__STATE": str(tmp_path / "state"),
        "PYAGENT_CONFIG": str(tmp_path / "pyagent.toml"),
    }
    with temporary_settings({PREFECT_API_URL: api}), get_client(sync_client=True) as client:
        here = Prefect(api, environment, client, tmp_path)
        installed = here.command("pipelines.install")
        assert installed.returncode == 0, installed.stderr
        yield here
        for worker in here.workers:
            end(worker)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Opens the ledger of the test's state folder."""
    opened: list[Ledger] = []

    def open_now() -> Ledger:
        opened.append(open_ledger(tmp_path / "state", clock=SystemClock()))
        return opened[-1]

    yield open_now
    for each in opened:
        each.close()


def _healthy(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=5) as answer:  # noqa: S310 - our own loopback
            return answer.read() == b"true"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
