"""Proof that the journal is as it was written, or the first place where it is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from pyagent.errors import LedgerError
from pyagent.ledger import tables
from pyagent.ledger.database import reading, shown
from pyagent.ledger.entries import START, chained

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal at some moment: how many entries, and the last one's hash."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the journal is not what was written."""

    sequence: int
    what: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found: the head the rows lead to, and the first fault, None when the chain holds."""

    head: Head
    fault: Fault | None


def audit(engine: Engine, *, remembered: tuple[Head, ...]) -> AuditReport:
    """Walk the whole chain at one moment; LedgerError when the database itself is damaged."""
    with reading(engine) as connection:
        _check_file(connection, where=shown(engine))
        return chain(connection, remembered=remembered)


def chain(connection: Connection, *, remembered: tuple[Head, ...] = ()) -> AuditReport:
    """The journal and its recorded head as one transaction sees them."""
    query = select(tables.journal).order_by(tables.journal.c.sequence)
    marks = {head.count: head.hash for head in remembered}
    with connection.execution_options(yield_per=_BATCH).execute(query) as rows:
        reached, fault = walk(rows.mappings(), marks=marks)
    return AuditReport(reached, fault or _end_fault(connection, reached, remembered))


def walk(rows: Iterable[Mapping[Any, Any]], *, marks: Mapping[int, str]) -> tuple[Head, Fault | None]:
    """The head that the rows lead to up to the first fault, and that fault; pure.

    `marks` are hashes known from elsewhere, by sequence.
    """
    reached = Head(0, START)
    for row in rows:
        fault = _row_fault(row, reached, marks.get(reached.count + 1))
        if fault is not None:
            return reached, Fault(reached.count + 1, fault)
        reached = Head(row["sequence"], row["hash"])
    return reached, None


def _row_fault(row: Mapping[Any, Any], before: Head, mark: str | None) -> str | None:
    if row["sequence"] != before.count + 1:
        return f"row {before.count + 1} is missing; row {row['sequence']} stands in its place"
    if row["previous"] != before.hash:
        return "the row does not follow the one before it: rows were exchanged, inserted or rewritten"
    if row["hash"] != chained(row):
        return "the row's content does not match its hash: it was changed after it was written"
    if mark is not None and row["hash"] != mark:
        return "the row's hash is not the remembered one: the journal was rewritten up to here"
    return None


def _end_fault(connection: Connection, reached: Head, remembered: tuple[Head, ...]) -> Fault | None:
    row = connection.execute(select(tables.head.c.count, tables.head.c.hash)).one_or_none()
    if row is None:
        return Fault(reached.count, "the journal's recorded head is missing")
    recorded = Head(*row)
    longest = max((recorded, *remembered), key=lambda head: head.count)
    if longest.count > reached.count:
        return Fault(reached.count + 1, f"rows {reached.count + 1} to {longest.count} were cut off the end")
    if recorded != reached:
        return Fault(recorded.count, "the recorded head is not the last row: rows or head were added or changed")
    return None


def _check_file(connection: Connection, *, where: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    found = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    if found != "ok":
        raise LedgerError(
            f"The ledger {where} is damaged ({found}).",
            "Restore it from a backup, or move it away to start a new ledger; do not edit it.",
        )
