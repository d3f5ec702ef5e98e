"""Brings a database to this program's tables, whoever else tries at the same time."""

from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text

from pyagent.errors import LedgerError
from pyagent.ledger import tables
from pyagent.ledger.database import reading, shown, writing
from pyagent.ledger.tables import SCHEMA

_LOCK = 0x7079_6167  # "pyag": the advisory lock under which PostgreSQL ledgers are migrated


def migrate(engine: Engine) -> None:
    """Build or upgrade the tables; LedgerError for a ledger of a newer program.

    An up-to-date ledger is only read. Concurrent callers wait for the first one.
    """
    with reading(engine) as connection:
        found = version(connection)
    if found == SCHEMA:
        return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _upgrade(connection, version(connection), where=shown(engine))


def version(connection: Connection) -> str | None:
    """The schema's version, None for an empty database."""
    if not inspect(connection).has_table(tables.SCHEMA_TABLE):
        return None
    return connection.execute(select(tables.schema_version.c.version_num)).scalar()


def _upgrade(connection: Connection, found: str | None, *, where: str) -> None:
    if found == SCHEMA:
        return
    # Loading Alembic costs more than opening the ledger, so only those who migrate pay.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(Path(str(files("pyagent.ledger"))) / "migrations"))
    config.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise LedgerError(
            f"The ledger {where} has schema {found}; this pyagent knows schemas up to {SCHEMA}.",
            "It was written by a newer pyagent: run that one, or a newer one still.",
        )
    command.upgrade(config, "head")
