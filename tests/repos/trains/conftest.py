"""A yard on a real store with the real ledger's effects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyagent import failpoints
from pyagent.clock import SystemClock
from pyagent.ledger.opening import open_ledger
from repos.trains.departures import Yard
from tests.repos.trains.yard import build


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with open_ledger(tmp_path / "ledger", clock=SystemClock()) as ledger:
        yield build(tmp_path / "state", ledger.effects)
    failpoints.disarm()
