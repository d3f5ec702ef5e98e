"""Both databases for every test of the ledger that asks for one."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pyagent.clock import FixedClock
from pyagent.ledger.opening import Ledger, open_ledger
from tests.plugins.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "state")
    return request.getfixturevalue("postgres").new_ledger()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))


@pytest.fixture
def ledger(location: str, clock: FixedClock) -> Generator[Ledger]:
    with open_ledger(location, clock=clock) as opened:
        yield opened
