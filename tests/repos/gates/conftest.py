"""The real sandbox, opened once: its self-test is part of what opening means."""

import sys
from pathlib import Path

import pytest

from pyagent.ports import Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.frozen import Environment
from repos.environments.interpreters import own_interpreter


@pytest.fixture(scope="session")
def sandbox() -> Runner:
    """The product's runner at its proven level."""
    return open_runner()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """The one that runs these tests."""
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    own = own_interpreter()
    return Environment(f"own-{tmp_path.name}", folder, own.path, own.prefix, own.version, (), ())
