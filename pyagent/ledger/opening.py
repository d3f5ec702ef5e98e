"""Opens a ledger: one value that holds its journal, leases, effects and outbox."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from pyagent.ledger.database import connect, shown
from pyagent.ledger.effects import TableEffects
from pyagent.ledger.journal import Journal
from pyagent.ledger.leases import TableLeases
from pyagent.ledger.outbox import Outbox
from pyagent.ledger.schema import migrate
from pyagent.ports import Clock


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. Use it in a `with` block, or `close` it."""

    engine: Engine
    journal: Journal
    leases: TableLeases
    effects: TableEffects
    outbox: Outbox

    @property
    def location(self) -> str:
        """Where it lies, for messages; a password is hidden."""
        return shown(self.engine)

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def open_ledger(location: str | Path, *, clock: Clock) -> Ledger:
    """The ledger in a folder (SQLite) or at a URL (PostgreSQL), created or upgraded when needed.

    Raises LedgerError when it is damaged, unreachable, unwritable or newer than this program,
    ConfigurationError for a URL of an unknown database.
    """
    engine = connect(location)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    journal = Journal(engine, clock)
    return Ledger(engine, journal, TableLeases(engine, clock), TableEffects(engine, clock), Outbox(engine, journal))
