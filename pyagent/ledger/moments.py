"""Moments as the ledger writes them: UTC, microseconds, sortable text."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

from pyagent.ports import Clock


def written(moment: datetime) -> str:
    """ISO 8601 in UTC with six digits of a second; ValueError for a moment without zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without time zone: {moment}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(words: str) -> datetime:
    """The moment back."""
    return datetime.fromisoformat(words)


def shared_now(connection: Connection, clock: Clock) -> datetime:
    """Now, by the one clock that all users of this ledger share.

    A PostgreSQL ledger serves several machines whose clocks differ, so its server's clock counts;
    a SQLite file serves one machine, whose clock is `clock`.
    """
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)
    return clock.now()
