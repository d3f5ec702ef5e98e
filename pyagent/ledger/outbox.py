"""The outbox: each consumer reads the journal at its own pace and keeps its place."""

from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine, select, update

from pyagent.ledger import tables
from pyagent.ledger.database import insert_missing, reading, writing
from pyagent.ledger.entries import Entry
from pyagent.ledger.journal import Journal


@dataclass(frozen=True, slots=True)
class Outbox:
    """Entries a consumer has not dealt with yet. Delivery is at least once: dedupe by sequence."""

    engine: Engine
    journal: Journal

    def pending(self, consumer: str, limit: int = 100) -> list[Entry]:
        """At most `limit` entries beyond the consumer's place, oldest first."""
        return list(islice(self.journal.entries(self.place(consumer)), limit))

    def place(self, consumer: str) -> int:
        """The last sequence the consumer dealt with; 0 for one never seen."""
        cursors = tables.cursors
        with reading(self.engine) as connection:
            query = select(cursors.c.sequence).where(cursors.c.consumer == consumer)
            return connection.execute(query).scalar() or 0

    def advance(self, consumer: str, sequence: int) -> None:
        """Everything up to `sequence` is dealt with. A place never moves back.

        Raises ValueError for a sequence beyond the journal's end: entries to come would be lost.
        """
        end = self.journal.head().count
        if sequence > end:
            raise ValueError(f"consumer {consumer!r} cannot advance to {sequence}: the journal ends at {end}")
        cursors = tables.cursors
        with writing(self.engine) as connection:
            insert_missing(connection, cursors, {"consumer": consumer, "sequence": 0})
            behind = (cursors.c.consumer == consumer) & (cursors.c.sequence < sequence)
            connection.execute(update(cursors).where(behind).values(sequence=sequence))
