"""Trees written as a mapping, and an index that is a folder of wheels made on the spot."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

from pyagent.model import Repository
from pyagent.ports import Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.wheels import Installer

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


def write_wheel(
    folder: Path, name: str, version: str, files: Mapping[str, str], requires: tuple[str, ...] = ()
) -> None:
    """A valid pure wheel, byte by byte."""
    info = f"{name}-{version}.dist-info"
    metadata = "".join(f"Requires-Dist: {row}\n" for row in requires)
    every = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},sha256={_hash(body)},{len(body)}" for path, body in every.items()]
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, body in every.items():
            archive.writestr(path, body)
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n")


def _hash(body: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def wheel() -> Callable[..., None]:
    return write_wheel


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    write_wheel(folder, "coverage", "7.9", {"coverage.py": ""})
    write_wheel(folder, "apple", "1.0", {"apple.py": "TASTE = 'sour'\n"})
    write_wheel(folder, "apple", "2.0", {"apple.py": "TASTE = 'sweet'\n"})
    write_wheel(folder, "pie", "3.0", {"pie.py": ""}, ("apple<2",))
    return folder


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return open_runner(state=tmp_path_factory.mktemp("proof"))


@pytest.fixture(scope="session")
def uv_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: asking an interpreter about itself is what costs uv its time."""
    return tmp_path_factory.mktemp("uv-cache")


@pytest.fixture
def installer(index: Path, tmp_path: Path, uv_cache: Path) -> Installer:
    empty = tmp_path / "empty-index"
    empty.mkdir()
    settings = {"UV_FIND_LINKS": str(index), "UV_DEFAULT_INDEX": empty.as_uri()}
    settings["UV_CACHE_DIR"] = str(uv_cache)
    return Installer(Path(find_uv_bin()), {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **settings})
