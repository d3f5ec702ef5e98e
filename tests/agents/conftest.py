"""A folder as a checkout, and the real sandbox opened once."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pyagent.model import Repository
from pyagent.ports import Runner
from pyagent.sandbox.runner import open_runner


@dataclass(frozen=True, slots=True)
class Folder:
    """Satisfies the Checkout port for a plain folder."""

    root: Path
    repository: Repository = field(default_factory=lambda: Repository("demo", "demo", "main"))
    commit: str = "c" * 40
    tree: str = "t" * 40

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


class Desk:
    """Writes files and looks at them as a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, files: dict[str, str | bytes]) -> Folder:
        for path, body in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body if isinstance(body, bytes) else body.encode())
        return Folder(self.root)


@pytest.fixture
def checkout(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def sandbox() -> Runner:
    """The product's runner at its proven level."""
    return open_runner()
