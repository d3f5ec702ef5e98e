"""One loop for all tests that need its end: its states are copied, never run again."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from cli.main import main
from tests.plugins.command import LEAN, ROOT, Ended
from tests.plugins.project import FILES, Project, new_project
from tests.plugins.wheelhouse import only


@dataclass(frozen=True)
class Shell:
    """`pyagent` inside this process, over a state of its own and one project."""

    state: Path
    project: Project

    @property
    def target(self) -> str:
        return str(self.project.root)

    def __call__(self, *arguments: str) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        lean = patch.dict(os.environ, LEAN)
        with lean, redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(["--state", str(self.state), *arguments])
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 1, out.getvalue(), err.getvalue())

    def changes(self, **wanted: str) -> list[str]:
        """Ids of waiting changes whose columns hold these values, best first."""
        return [row["change"] for row in self("queue", "--json").json if wanted.items() <= row.items()]

    @property
    def slug(self) -> str:
        return self("status", "--json").json[0]["repository"]


@dataclass(frozen=True)
class Loops:
    """Folders of finished loops: `waiting` ran without a ticked class, `merged` went on from there with H and A."""

    waiting: Path
    merged: Path


@pytest.fixture(scope="session")
def loops(tmp_path_factory: pytest.TempPathFactory, wheelhouse: Path) -> Loops:
    """The loop by the real command, once for all workers of a session."""
    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root) / "loops"
    shared.mkdir(exist_ok=True)
    found = Loops(shared / "waiting", shared / "merged")
    with _alone(shared / "lock"):
        if not (shared / "done").exists():
            project = new_project(found.waiting / "shapes", dict(FILES)).root
            _pyagent(found.waiting, wheelhouse, "run", str(project), "--train-now", code=10)
            shutil.copytree(found.waiting, found.merged, symlinks=True)
            ticks = ("--approve-class", "H,A", "--train-now", "--report", str(found.merged / "report.html"))
            _pyagent(found.merged, wheelhouse, "run", str(project), *ticks, code=0)
            (shared / "done").touch()
    return found


@pytest.fixture
def waiting(loops: Loops, tmp_path: Path, folder_index: Path) -> Shell:
    """Proven changes wait for a person."""
    assert folder_index.is_dir()
    return _copy(loops.waiting, loops.waiting, tmp_path)


@pytest.fixture
def merged(loops: Loops, tmp_path: Path, folder_index: Path) -> Shell:
    """Every proven change is merged."""
    assert folder_index.is_dir()
    return _copy(loops.merged, loops.waiting, tmp_path)


@pytest.fixture
def fresh(project: Project, tmp_path: Path, folder_index: Path) -> Shell:
    """Nothing ever ran."""
    assert folder_index.is_dir()
    return Shell(tmp_path / "state", project)


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _pyagent(folder: Path, wheelhouse: Path, *arguments: str, code: int) -> None:
    command = [sys.executable, "-m", "cli", "--state", str(folder / "state"), *arguments]
    home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "home")}
    index = {**only(wheelhouse), "UV_CACHE_DIR": str(folder / "uv-cache")}
    environment = {**os.environ, **LEAN, **home, **index}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    (folder / "out").write_text(done.stdout)
    (folder / "err").write_text(done.stderr)


def _copy(loop: Path, origin: Path, tmp_path: Path) -> Shell:
    """A state of its own; the project stays where its target says, for nothing ever writes there.

    Environments are shared, for they only ever come. Exported trees are not: the end of a run removes those that
    nobody has at that moment, and what a test finds there must be of its own doing.
    """
    shutil.copytree(loop / "state", tmp_path / "state", symlinks=True, ignore=_LARGE)
    (tmp_path / "state" / "environments").symlink_to(loop / "state" / "environments")
    return Shell(tmp_path / "state", Project(origin / "shapes"))


_LARGE: Callable[..., set[str]] = shutil.ignore_patterns("environments")
