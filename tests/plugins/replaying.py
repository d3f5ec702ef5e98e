"""A small tree with a suite, the real sandbox and our own environment: what recording and replaying need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pyagent.model import Repository
from pyagent.ports import Limits, Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.frozen import Environment
from repos.replay.calls import Recording
from repos.replay.recording import product_files, record_calls
from repos.suites.outcomes import SuiteCommand, SuiteKind
from tests.plugins.own_environment import own_environment

PRODUCT = SuiteCommand(SuiteKind.PYTEST, ("--rootdir=.", "-q", "tests"), (".",), ("sample.py", "pkg"), ("tests",))


@dataclass(frozen=True)
class Room:
    """A tree that satisfies Checkout, beside what its suite runs in."""

    root: Path
    runner: Runner
    environment: Environment
    command: SuiteCommand = PRODUCT
    repository: Repository = field(default=Repository("sample", "/sample", "main"))
    commit: str = "0" * 40
    tree: str = "1" * 40

    @property
    def files(self) -> dict[str, bytes]:
        return {path: self.read(path) for path in self.paths()}

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def record(self) -> Recording:
        return record_calls(
            self.command, self.environment, self.runner,
            tree=self.root, overlay={}, paths=product_files(self.command, self.paths()), limits=Limits(wall_seconds=60),
        )  # fmt: skip


@pytest.fixture(scope="session")
def proven_runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return open_runner(state=tmp_path_factory.mktemp("proof"))


@pytest.fixture
def room(tmp_path: Path, proven_runner: Runner) -> Callable[[Mapping[str, str]], Room]:
    def made(files: Mapping[str, str]) -> Room:
        root = tmp_path / "tree"
        for path, body in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(body, encoding="utf-8")
        return Room(root, proven_runner, own_environment(tmp_path / "environment"))

    return made
