"""A small real project under git, with things worth improving and a real pytest suite."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

FILES = {
    "pyproject.toml": '[project]\nname = "shapes"\nversion = "1.0"\nrequires-python = ">=3.9"\n',
    "improvements.md": "# Wishes\n\n- Make `shapes.area.kind` easier to read.\n- Paint everything green.\n",
    "shapes/__init__.py": '"""Shapes."""\n',
    "shapes/area.py": '''"""Areas."""


def kind(sides):
    """What a polygon is called."""
    if sides == 3:
        return "triangle"
    else:
        if sides == 4:
            return "square"
        else:
            return "polygon"


def half(value):
    """Half of it, whole numbers stay whole."""
    if value % 2 == 0:
        return value // 2
    else:
        return value / 2


def untested(value):
    """Nobody runs this."""
    if value:
        return 1
    else:
        return 2
''',
    "shapes/box.py": '''"""Boxes."""


class Box(object):
    """A box."""

    def __init__(self, side):
        """Remember the side."""
        self.side = side

    def volume(self):
        """Its volume."""
        if self.side < 0:
            raise ValueError("a side is never negative")
        else:
            return self.side ** 3
''',
    "tests/test_shapes.py": """import pytest

from shapes.area import half, kind
from shapes.box import Box


@pytest.mark.parametrize(("sides", "name"), [(3, "triangle"), (4, "square"), (5, "polygon")])
def test_kind(sides, name):
    assert kind(sides) == name


def test_half():
    assert (half(4), half(3)) == (2, 1.5)


def test_volume():
    assert Box(2).volume() == 8
    with pytest.raises(ValueError, match="negative"):
        Box(-1).volume()
""",
}


@dataclass(frozen=True)
class Project:
    """A repository on disk."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git there, as somebody without a configuration."""
        command = ["git", "-C", str(self.root), "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files without committing them."""
        for path, body in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body if isinstance(body, bytes) else body.encode())

    def commit(self, files: dict[str, str | bytes], message: str = "change") -> str:
        """Write and commit; the commit."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def new_project(root: Path, files: dict[str, str | bytes]) -> Project:
    """A repository of one commit at `root`."""
    root.mkdir(parents=True)
    project = Project(root)
    project.git("init", "--quiet", "--initial-branch=main")
    project.commit(files, "start")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "shapes", dict(FILES))
