"""The environment that runs these tests, in a target's place: it has pytest and coverage."""

import sys
from pathlib import Path

import pytest

from repos.environments.frozen import Environment
from repos.environments.interpreters import own_interpreter


def own_environment(folder: Path) -> Environment:
    """Made at `folder`, which is new, and named after the folder it lies in: workers share what is cached by a name."""
    folder.mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    own = own_interpreter()
    return Environment(f"own-{folder.parent.name}", folder, own.path, own.prefix, own.version, (), ())


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return own_environment(tmp_path / "environment")
