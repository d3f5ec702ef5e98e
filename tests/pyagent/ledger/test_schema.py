"""Migrations: they build exactly the tables the code uses, once, whoever comes first."""

import subprocess
import sys
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from pyagent.clock import SystemClock
from pyagent.errors import LedgerError
from pyagent.ledger.database import connect, reading, writing
from pyagent.ledger.opening import Ledger, open_ledger
from pyagent.ledger.schema import migrate, version
from pyagent.ledger.tables import SCHEMA, SCHEMA_TABLE, metadata


def test_the_newest_migration_builds_exactly_the_tables(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "version_table": SCHEMA_TABLE})
        assert compare_metadata(context, metadata) == []
        assert version(connection) == SCHEMA


def test_migrating_twice_changes_nothing(ledger: Ledger) -> None:
    ledger.leases._take("x")
    migrate(ledger.engine)
    with pytest.raises(LedgerError):
        ledger.leases._take("x")


def test_a_newer_schema_is_refused_with_both_versions(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(text("UPDATE ledger_schema SET version_num = '0742'"))
    with pytest.raises(LedgerError, match=f"schema 0742; this pyagent knows schemas up to {SCHEMA}"):
        migrate(ledger.engine)


def test_a_neighbour_with_its_own_alembic_table_is_no_obstacle(location: str) -> None:
    engine = connect(location)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    migrate(engine)
    with reading(engine) as connection:
        assert version(connection) == SCHEMA
    engine.dispose()


def test_concurrent_first_opens_all_succeed(location: str) -> None:
    failures: list[BaseException] = []

    def first() -> None:
        try:
            open_ledger(location, clock=SystemClock()).close()
        except BaseException as error:  # noqa: BLE001 - carried to the assertion
            failures.append(error)

    threads = [threading.Thread(target=first) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_concurrent_first_opens_by_processes_all_succeed(location: str) -> None:
    code = (
        "import sys; from pyagent.ledger.opening import open_ledger; from pyagent.clock import SystemClock;"
        "from pyagent.ledger.facts import RunStarted;"
        "open_ledger(sys.argv[1], clock=SystemClock()).journal.append([RunStarted('', 'r', ())], token=None)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, location]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with open_ledger(location, clock=SystemClock()) as ledger:
        assert ledger.journal.audit().head.count == 3


@pytest.mark.usefixtures("ledger")
def test_an_open_ledger_never_loads_alembic(location: str) -> None:
    code = (
        "import sys; from pyagent.ledger.opening import open_ledger; from pyagent.clock import SystemClock;"
        "open_ledger(sys.argv[1], clock=SystemClock()).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, location], check=False).returncode == 0


def test_connect_takes_nothing_from_an_open_database(location: str) -> None:
    engine = connect(location)
    with reading(engine) as connection:
        assert version(connection) is None
    engine.dispose()
