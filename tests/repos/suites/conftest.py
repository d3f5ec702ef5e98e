"""Trees written as a mapping, the real sandbox, and our own environment as a target's."""

import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from uv import find_uv_bin

from pyagent.model import Repository
from pyagent.ports import Limits, Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.frozen import Environment
from repos.environments.wheels import Installer
from repos.suites.outcomes import SuiteCommand, SuiteKind, SuiteRun
from repos.suites.run import EVERY, Chosen, run_suite
from repos.suites.settle import Workshop

WHEELS = (
    "coverage",
    "hypothesis",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "pytest-timeout",
    "sortedcontainers",
)
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
        chosen: Chosen = EVERY,
    ) -> SuiteRun:
        command = SuiteCommand(kind, arguments or ("--rootdir=.", "tests"), (".",), ("sample.py",), ("tests",))
        return run_suite(
            command, environment, runner,
            tree=tree(files).root, overlay=overlay or {}, coverage=coverage, limits=limits or Limits(wall_seconds=60),
            chosen=chosen,
        )  # fmt: skip

    return started


@pytest.fixture(scope="session")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Installer:
    """An index that is a folder: the distributions of our own environment, packed into wheels again."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in WHEELS:
        _pack(distribution(name), folder)
    empty = tmp_path_factory.mktemp("empty-index")
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "UV_FIND_LINKS": str(folder),
        "UV_DEFAULT_INDEX": empty.as_uri(),
        "UV_CACHE_DIR": str(tmp_path_factory.mktemp("uv-cache")),
    }
    return Installer(Path(find_uv_bin()), environ)


def _pack(installed: Distribution, folder: Path) -> None:
    """The installed files of a distribution as a wheel; scripts are made anew by whoever installs it."""
    files = [file for file in installed.files or () if ".." not in file.parts and file.suffix != ".pyc"]
    leave = {"INSTALLER", "REQUESTED", "RECORD"}
    files = [file for file in files if file.name not in leave or not file.parts[0].endswith(".dist-info")]
    tags = re.findall(r"^Tag: (\S+)$", installed.read_text("WHEEL") or "", re.MULTILINE)
    stem = f"{installed.name.lower().replace('-', '_')}-{installed.version}"
    pythons = ".".join(tag.partition("-")[0] for tag in tags if tag.endswith("-none-any"))
    tag = f"{pythons}-none-any" if pythons else tags[0]
    with zipfile.ZipFile(folder / f"{stem}-{tag}.whl", "w") as wheel:
        for file in files:
            wheel.write(str(installed.locate_file(file)), str(file))
        info = next(file.parts[0] for file in files if file.parts[0].endswith(".dist-info"))
        wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in files))


@pytest.fixture
def workshop(runner: Runner, installer: Installer, tmp_path: Path) -> Workshop:
    return Workshop(runner, tmp_path / "environments", installer, Limits(wall_seconds=60))
