"""A real git project to point at, and a state folder of our own."""

from pathlib import Path

import pytest

from repos.stores.store import Store
from repos.targets import Ready, parse, ready
from tests.repos.git.owner import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    made = Project(folder)
    made.git("init", "--quiet")
    made.commit(mod="def f():\n    return 1\n")
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def brought(project: Project, state: Path) -> Ready:
    return ready(parse(str(project.folder), cwd=state), state=state)


@pytest.fixture
def store(brought: Ready) -> Store:
    return brought.store
