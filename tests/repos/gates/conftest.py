"""The real sandbox, opened once: its self-test is part of what opening means."""

import pytest

from pyagent.ports import Runner
from pyagent.sandbox.runner import open_runner


@pytest.fixture(scope="session")
def sandbox() -> Runner:
    """The product's runner at its proven level."""
    return open_runner()
