"""Opening: what a person sees when the ledger cannot be used."""

import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from pyagent.clock import FixedClock
from pyagent.errors import ConfigurationError, LedgerError
from pyagent.ledger.damage import explain
from pyagent.ledger.database import _enter_wal, connect, reading
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import Ledger, open_ledger
from tests.plugins.postgres import PostgresServer, postgres_server

FACT = RunStarted("", "r", ())


def test_what_was_recorded_is_there_after_opening_again(ledger: Ledger, location: str, clock: FixedClock) -> None:
    ledger.journal.append([FACT], token=None)
    with open_ledger(location, clock=clock) as again:
        assert [entry.fact for entry in again.journal.entries()] == [FACT]


def test_a_folder_gets_one_database_in_wal_with_full_sync(tmp_path: Path, clock: FixedClock) -> None:
    with open_ledger(tmp_path / "deep" / "state", clock=clock) as ledger:
        assert ledger.location == str(tmp_path / "deep" / "state" / "ledger.db")
        with reading(ledger.engine) as connection:
            pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]


def test_a_sqlite_url_names_the_file(tmp_path: Path, clock: FixedClock) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/other.db", clock=clock) as ledger:
        assert ledger.location == f"{tmp_path}/other.db"
    assert (tmp_path / "other.db").is_file()


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LedgerError, match="state for the ledger cannot be made: File exists"):
        open_ledger(tmp_path / "state", clock=clock)


def test_a_file_that_is_no_database_is_named_with_a_remedy(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "ledger.db").write_bytes(b"these are not the bytes you are looking for" * 100)
    with pytest.raises(LedgerError, match=r"ledger\.db is not a ledger.*Restore it from a backup") as refusal:
        open_ledger(tmp_path, clock=clock)
    assert refusal.value.exit_code == 7


def test_a_damaged_page_is_named_with_a_remedy(tmp_path: Path, clock: FixedClock) -> None:
    _fill_and_close(tmp_path, clock)
    data = bytearray((tmp_path / "ledger.db").read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    (tmp_path / "ledger.db").write_bytes(data)
    with pytest.raises(LedgerError, match=r"ledger\.db is damaged .*Restore it from a backup"):
        open_ledger(tmp_path, clock=clock).journal.append([FACT], token=None)


def test_a_folder_in_place_of_the_database_is_named(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "ledger.db").mkdir()
    with pytest.raises(LedgerError, match=r"ledger\.db cannot be opened"):
        open_ledger(tmp_path, clock=clock)


_ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from pyagent.clock import SystemClock
from pyagent.errors import LedgerError
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import Ledger, open_ledger

folder = Path(sys.argv[1])
with open_ledger(folder, clock=SystemClock()) as ledger:
    try:
        for number in range(10_000):
            ledger.journal.append([RunStarted("", "x" * 5000, ())], token=None)
    except LedgerError as error:
        print(error)
    assert ledger.journal.audit().fault is None
    assert ledger.journal.head().count == number > 10, number
    (folder / "ballast").unlink()
    ledger.journal.append([RunStarted("", "after", ())], token=None)
    assert ledger.journal.audit().fault is None
"""


def test_a_full_disk_is_said_and_what_was_recorded_stays(tmp_path: Path) -> None:
    mount = 'mount -t tmpfs -o size=1m none "$1" && head -c 200000 /dev/zero > "$1/ballast" && exec "$0" -c "$2" "$1"'
    shell = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
    command = [*shell, sys.executable, str(tmp_path), _ON_A_SMALL_DISK]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "found no space left on the disk" in done.stdout
    assert "Free some space" in done.stdout


@pytest.mark.parametrize("url", ["mysql://h/d", "postgresql+psycopg2://h/d", "sqlite://", "://", "s3://bucket"])
def test_a_url_of_another_database_is_refused(url: str, clock: FixedClock) -> None:
    with pytest.raises(ConfigurationError, match=r"not a database pyagent can keep its ledger in.*postgresql://"):
        open_ledger(url, clock=clock)


def test_an_unreachable_server_is_named_without_its_password(clock: FixedClock) -> None:
    with pytest.raises(LedgerError, match="cannot be reached") as refusal:
        open_ledger("postgresql://me:sesame@127.0.0.1:1/ledger", clock=clock)
    assert "me:***@127.0.0.1:1/ledger" in str(refusal.value)
    assert "sesame" not in str(refusal.value)
    assert "correct the storage URL" in refusal.value.remedy


def test_a_missing_database_is_named(postgres: PostgresServer, clock: FixedClock) -> None:
    with pytest.raises(LedgerError, match='database "nosuch" does not exist'):
        open_ledger(postgres.url("nosuch"), clock=clock)


def test_a_server_that_stops_and_comes_back_loses_nothing(clock: FixedClock) -> None:
    with postgres_server() as server:
        ledger = open_ledger(server.new_ledger(), clock=clock)
        ledger.journal.append([FACT], token=None)
        server.stop()
        with pytest.raises(LedgerError, match=r"cannot be reached|was stopped|lost its server"):
            ledger.journal.append([FACT], token=None)
        server.start()
        ledger.journal.append([FACT], token=None)
        assert ledger.journal.audit().head.count == 2
        ledger.close()


def test_a_postgres_ledger_reads_its_servers_clock(postgres: PostgresServer, clock: FixedClock) -> None:
    clock.pass_seconds(timedelta(days=9000).total_seconds())
    with open_ledger(postgres.new_ledger(), clock=clock) as ledger:
        assert str(clock.now().year) not in ledger.leases._take("x").holder


def test_a_reader_in_the_old_mode_only_delays_the_switch_to_wal(tmp_path: Path, clock: FixedClock) -> None:
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None, check_same_thread=False)
    other.executescript("CREATE TABLE t (x); INSERT INTO t VALUES (1); BEGIN; SELECT * FROM t;")
    other.execute("SELECT * FROM t").fetchall()
    threading.Timer(0.3, other.close).start()
    with open_ledger(tmp_path, clock=clock) as ledger:
        assert ledger.journal.head().count == 0


class _Contended(sqlite3.Connection):
    """A connection whose first statements meet another opener, as happens now and then in a race."""

    refusals = ["SQLITE_BUSY", "SQLITE_BUSY"]  # noqa: RUF012 - used up by one test

    def execute(self, *statement: str) -> sqlite3.Cursor:
        if self.refusals:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = self.refusals.pop()
            raise error
        return super().execute(*statement)


def test_the_switch_to_wal_is_tried_again_while_others_open(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.db", factory=_Contended)
    _enter_wal(connection)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.refusals.append("SQLITE_FULL")
    with pytest.raises(sqlite3.OperationalError):
        _enter_wal(connection)
    connection.close()


def test_a_full_server_disk_is_said() -> None:
    error = psycopg.errors.DiskFull("could not extend file")
    assert "no space left on the server's disk (could not extend file)" in str(explain("L", error, unreachable=False))


def test_a_mistake_of_ours_is_not_dressed_up(location: str) -> None:
    engine = connect(location)
    with pytest.raises((ProgrammingError, OperationalError), match="nosuch"), reading(engine) as connection:
        connection.execute(text("SELECT * FROM nosuch"))
    engine.dispose()


def _fill_and_close(folder: Path, clock: FixedClock) -> None:
    with open_ledger(folder, clock=clock) as ledger:
        ledger.journal.append([RunStarted("", str(number), ()) for number in range(500)], token=None)
