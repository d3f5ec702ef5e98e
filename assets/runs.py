"""The runs of one repository as rows, from the ledger's own facts (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import RunEnded, RunRequested, RunStarted

KINDS = (RunRequested, RunStarted, RunEnded)
"""What tells of runs."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: who asked, when it began and ended, and what it came to."""

    run: str
    by: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    outcome: RunEnded | None = None

    @property
    def cells(self) -> tuple[object, ...]:
        """The row as `COLUMNS` names it; empty where it did not come so far."""
        end = self.outcome
        told = (end.merged, end.queued, end.left, end.reason) if end else ("", "", "", "")
        return self.run, self.by, _moment(self.started), _moment(self.ended), *told


COLUMNS = ("run", "requested by", "started", "ended", "merged", "queued", "left", "reason")


def runs_of(slug: str, entries: Iterable[Entry]) -> list[RunRow]:
    """Every run over a repository, in the order in which they were asked for."""
    rows: dict[str, RunRow] = {}
    for entry in entries:
        fact = entry.fact
        match fact:
            case RunRequested() if fact.repository == slug:
                rows.setdefault(fact.run, RunRow(fact.run, fact.by))
            case RunStarted() if slug in fact.repositories:
                row = rows.get(fact.run, RunRow(fact.run))
                rows[fact.run] = replace(row, started=row.started or entry.recorded_at)
            case RunEnded() if fact.run in rows:
                rows[fact.run] = replace(rows[fact.run], ended=entry.recorded_at, outcome=fact)
            case _:
                pass
    return list(rows.values())


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else ""
