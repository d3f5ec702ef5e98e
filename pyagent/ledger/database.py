"""One database, SQLite or PostgreSQL: how it is reached, and how its transactions behave.

SQLite runs in WAL mode with synchronous=FULL, and every write begins with BEGIN IMMEDIATE, so
two writers queue up instead of failing at their first statement. The driver's own transaction
handling is switched off: it would begin late, and commit before some statements by itself.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from pyagent.errors import ConfigurationError, LedgerError
from pyagent.ledger.damage import explain

FILE_NAME = "ledger.db"
BUSY_SECONDS = 60.0
"""How long a writer waits for another one; a transaction of ours takes milliseconds."""

_WRITES = "pyagent_writes"
_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")


def connect(location: str | Path) -> Engine:
    """An engine for a folder (SQLite, in `ledger.db` there) or a URL; nothing is read or created but the folder.

    Raises ConfigurationError for a URL of another database, LedgerError when the folder cannot be made.
    """
    if isinstance(location, str) and "://" in location:
        return _from_url(location)
    folder = Path(location).absolute()  # connections opened later must not follow a change of folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The folder {folder} for the ledger cannot be made: {error.strerror}.",
            "Name another state folder, or make room and rights for this one.",
        ) from error
    return _sqlite(URL.create("sqlite", database=str(folder / FILE_NAME)))


def shown(engine: Engine) -> str:
    """Where the ledger lies, as text for messages; a password is hidden."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """A transaction that sees one moment of the ledger throughout."""
    with _explained(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901 - same object
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """A transaction that commits at its end, or leaves nothing behind when an error leaves the block."""
    with _explained(engine), engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


def insert_missing(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Insert `row` unless one with its primary key exists; safe against a concurrent twin."""
    # Loading PostgreSQL's dialect costs a tenth of a second, which a SQLite ledger need not pay.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - see above
    else:
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - see above
    connection.execute(insert(table).values(**row).on_conflict_do_nothing())


def _from_url(text: str) -> Engine:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is not None and url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        return _sqlite(url.set(database=str(Path(str(url.database)).absolute())))
    if url is not None and url.drivername in _POSTGRES:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    scheme = text.partition(":")[0]
    raise ConfigurationError(
        f"The ledger's storage URL begins with {scheme!r}, which is not a database pyagent can keep its ledger in.",
        "Write a folder, or postgresql://user@host/database.",
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None
    _enter_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")


def _enter_wal(connection: SqliteConnection) -> None:
    # The one-time switch to WAL does not always wait by itself: 1 of 900 racing openers was told BUSY at once.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except connection.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained(engine: Engine) -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        known = explain(shown(engine), error.orig, unreachable=_unreachable(error))
        if known is None:
            raise
        raise known from error


def _unreachable(error: DBAPIError) -> bool:
    return error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)
