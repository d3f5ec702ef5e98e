"""The journal: append-only, hash-chained facts in the order in which they were committed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, or_, select, update

from pyagent.ledger import tables
from pyagent.ledger.audit import AuditReport, Head, audit
from pyagent.ledger.database import reading, writing
from pyagent.ledger.entries import Entry, entry_of, row_of
from pyagent.ledger.facts import Fact
from pyagent.ledger.fencing import require_current
from pyagent.ledger.moments import read
from pyagent.ports import Clock, Token

PAGE = 1000
"""Rows read at once: large enough to be fast, small enough that no reader holds a transaction for long."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened, in order. Sequence numbers start at 1 and have no gaps."""

    engine: Engine
    clock: Clock

    def append(self, facts: Sequence[Fact], *, token: Token | None) -> list[Entry]:
        """Record all `facts` or none, in order; their entries.

        Raises StaleToken when `token` is not its lease's newest any more.
        """
        if not facts:
            return []
        with writing(self.engine) as connection:
            if token is not None:
                require_current(connection, token)
            head = _locked_head(connection)
            rows = self._rows(facts, token=token, head=head)
            connection.execute(insert(tables.journal), rows)
            last = {"count": rows[-1]["sequence"], "hash": rows[-1]["hash"]}
            connection.execute(update(tables.head).values(**last))
        return [
            Entry(row["sequence"], read(row["recorded_at"]), fact, row["hash"])
            for row, fact in zip(rows, facts, strict=True)
        ]

    def _rows(self, facts: Sequence[Fact], *, token: Token | None, head: Head) -> list[dict[str, Any]]:
        moment, rows, previous = self.clock.now(), list[dict[str, Any]](), head.hash
        for sequence, fact in enumerate(facts, head.count + 1):
            rows.append(row_of(fact, sequence=sequence, recorded_at=moment, token=token, previous=previous))
            previous = rows[-1]["hash"]
        return rows

    def entries(
        self,
        after: int = 0,
        *,
        kinds: tuple[type[Fact], ...] | None = None,
        repository: str | None = None,
    ) -> Iterator[Entry]:
        """Entries beyond sequence `after`, oldest first, up to the newest one at the time of the first step.

        `kinds` keeps facts of these types only. `repository` keeps its facts and those that belong
        to no repository, for they concern all. LedgerError for a fact this program does not know.
        """
        last = self.head().count
        while rows := self._page(after, last, kinds=kinds, repository=repository):
            yield from map(entry_of, rows)
            after = rows[-1].sequence

    def _page(
        self, after: int, last: int, *, kinds: tuple[type[Fact], ...] | None, repository: str | None
    ) -> Sequence[Row[Any]]:
        journal = tables.journal
        query = select(journal).where(journal.c.sequence > after, journal.c.sequence <= last)
        if kinds is not None:
            query = query.where(journal.c.kind.in_([kind.__name__ for kind in kinds]))
        if repository is not None:
            query = query.where(or_(journal.c.repository == repository, journal.c.repository == ""))
        with reading(self.engine) as connection:
            return connection.execute(query.order_by(journal.c.sequence).limit(PAGE)).all()

    def head(self) -> Head:
        """How many entries there are, and the hash of the last."""
        with reading(self.engine) as connection:
            return Head(*connection.execute(select(tables.head.c.count, tables.head.c.hash)).one())

    def audit(self, *, remembered: tuple[Head, ...] = ()) -> AuditReport:
        """Whether every row is as it was written, none is missing, and every `remembered` head still stands.

        A head kept elsewhere (printed, mailed, committed) is what reveals a journal whose rows
        and head were all rewritten to fit each other.
        """
        return audit(self.engine, remembered=remembered)


def _locked_head(connection: Connection) -> Head:
    # The lock makes commits of concurrent writers follow each other in sequence order.
    return Head(*connection.execute(select(tables.head.c.count, tables.head.c.hash).with_for_update()).one())
