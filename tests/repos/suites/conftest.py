"""Trees written as a mapping, the real sandbox, and our own environment as a target's."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyagent.model import Repository
from pyagent.ports import Limits, Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.frozen import Environment
from repos.environments.interpreters import own_interpreter
from repos.suites.outcomes import SuiteCommand, SuiteKind, SuiteRun
from repos.suites.run import run_suite

SAMPLE = Repository("sample", "/sample", "main")


@dataclass(frozen=True)
class Tree:
    root: Path
    repository: Repository = SAMPLE
    commit: str = "0" * 40
    tree: str = "1" * 40

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Mapping[str, str]], Tree]:
    def made(files: Mapping[str, str]) -> Tree:
        root = tmp_path / "tree"
        for path, body in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(body, encoding="utf-8")
        root.mkdir(exist_ok=True)
        return Tree(root)

    return made


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return open_runner(state=tmp_path_factory.mktemp("proof"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Our own virtual environment in a target's place: it has pytest and coverage."""
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    own = own_interpreter()
    return Environment("own", folder, own.path, own.prefix, own.version, (), ())


Run = Callable[..., SuiteRun]


@pytest.fixture
def run(tree: Callable[[Mapping[str, str]], Tree], runner: Runner, environment: Environment) -> Run:
    """Run a suite over a tree given as a mapping."""

    def started(
        files: Mapping[str, str],
        *arguments: str,
        kind: SuiteKind = SuiteKind.PYTEST,
        overlay: Mapping[str, bytes | None] | None = None,
        coverage: bool = False,
        limits: Limits | None = None,
    ) -> SuiteRun:
        command = SuiteCommand(kind, arguments or ("--rootdir=.", "tests"), (".",), ("sample.py",), ("tests",))
        return run_suite(
            command, environment, runner,
            tree=tree(files).root, overlay=overlay or {}, coverage=coverage, limits=limits or Limits(wall_seconds=60),
        )  # fmt: skip

    return started
