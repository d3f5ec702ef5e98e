"""Tampering with the journal, in any way, is found at its first place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, insert, select, text, update

from pyagent.clock import FixedClock
from pyagent.errors import LedgerError
from pyagent.ledger import tables
from pyagent.ledger.audit import Head, walk
from pyagent.ledger.database import reading, writing
from pyagent.ledger.entries import START, chained
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import Ledger, open_ledger

Row = dict[str, object]
LENGTH = 12


@dataclass(frozen=True)
class Tampering:
    """SQL someone runs on the database behind our back, and the row where the audit must stop."""

    statements: tuple[Executable, ...]
    found_at: int


_J = tables.journal
_AT_7 = _J.c.sequence == 7
_TAMPERINGS = {
    **{
        f"flip {column}": Tampering((update(_J).where(_AT_7).values({column: value}),), 7)
        for column, value in {
            "kind": "RunEnded",
            "version": 2,
            "repository": "x",
            "body": '{"repository":"","run":"x","repositories":[]}',
            "recorded_at": "2020-01-01T00:00:00.000000+00:00",
            "lease": "x",
            "token": 3,
            "previous": "0" * 64,
            "hash": "0" * 64,
        }.items()
    },
    "delete": Tampering((delete(_J).where(_AT_7),), 7),
    "delete the first": Tampering((delete(_J).where(_J.c.sequence == 1),), 1),
    "delete and close the gap": Tampering(
        (
            delete(_J).where(_AT_7),
            *(update(_J).where(_J.c.sequence == n).values(sequence=n - 1) for n in range(8, LENGTH + 1)),
        ),
        7,
    ),
    "exchange two": Tampering(
        (
            update(_J).where(_AT_7).values(sequence=100),
            update(_J).where(_J.c.sequence == 8).values(sequence=7),
            update(_J).where(_J.c.sequence == 100).values(sequence=8),
        ),
        7,
    ),
    "truncate": Tampering((delete(_J).where(_J.c.sequence > 9),), 10),
    "empty": Tampering((delete(_J),), 1),
    "truncate with head": Tampering(
        (delete(_J).where(_J.c.sequence > 9), update(tables.head).values(count=9)),
        9,
    ),
    "head lost": Tampering((delete(tables.head),), LENGTH),
    "head moved": Tampering((update(tables.head).values(hash="0" * 64),), LENGTH),
}


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    for number in range(LENGTH // 2):
        ledger.journal.append([RunStarted("", f"{number}{part}", ()) for part in "ab"], token=None)
    return ledger


def test_an_untouched_journal_has_no_fault(full: Ledger) -> None:
    report = full.journal.audit(remembered=(full.journal.head(), Head(0, START)))
    assert (report.fault, report.head) == (None, full.journal.head())


def test_an_empty_journal_has_no_fault(ledger: Ledger) -> None:
    assert ledger.journal.audit().fault is None


@pytest.mark.parametrize("name", list(_TAMPERINGS))
def test_each_tampering_is_found_where_it_is(full: Ledger, name: str) -> None:
    tampering = _TAMPERINGS[name]
    with writing(full.engine) as connection:
        for statement in tampering.statements:
            connection.execute(statement)
    fault = full.journal.audit().fault
    assert fault is not None
    assert fault.sequence == tampering.found_at


def test_an_inserted_row_that_fits_its_neighbour_is_found(full: Ledger) -> None:
    with writing(full.engine) as connection:
        last = dict(connection.execute(select(_J).order_by(_J.c.sequence.desc()).limit(1)).mappings().one())
        extra = last | {"sequence": LENGTH + 1, "previous": last["hash"]}
        connection.execute(insert(_J).values(**extra | {"hash": chained(extra)}))
    assert full.journal.audit().fault.what.startswith("the recorded head is not the last row")


def test_a_journal_rewritten_as_a_whole_is_found_by_a_remembered_head(full: Ledger) -> None:
    remembered = full.journal.head()
    with writing(full.engine) as connection:
        connection.execute(delete(_J))
        connection.execute(update(tables.head).values(count=0, hash=START))
    full.journal.append([RunStarted("", f"other {number}", ()) for number in range(LENGTH)], token=None)
    assert full.journal.audit().fault is None
    assert full.journal.audit(remembered=(remembered,)).fault.sequence == LENGTH


def test_a_shortened_journal_with_a_fitting_head_is_found_by_a_remembered_head(full: Ledger) -> None:
    remembered = full.journal.head()
    with writing(full.engine) as connection:
        connection.execute(delete(_J).where(_J.c.sequence > 4))
        fourth = connection.execute(select(_J.c.hash).where(_J.c.sequence == 4)).scalar_one()
        connection.execute(update(tables.head).values(count=4, hash=fourth))
    assert full.journal.audit(remembered=(remembered,)).fault.what == "rows 5 to 12 were cut off the end"


def test_damaged_pages_of_the_file_are_an_error_not_a_fault(tmp_path: Path, clock: FixedClock) -> None:
    with open_ledger(tmp_path, clock=clock) as ledger:
        ledger.journal.append([RunStarted("", "x" * 50_000, ())], token=None)
        with ledger.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    file = tmp_path / "ledger.db"
    data = bytearray(file.read_bytes())
    data[-30_000:-20_000] = b"\xff" * 10_000
    file.write_bytes(data)
    with open_ledger(tmp_path, clock=clock) as ledger, pytest.raises(LedgerError, match="damaged"):
        ledger.journal.audit()


def _chain(bodies: list[str]) -> list[Row]:
    rows, previous = list[Row](), START
    for sequence, body in enumerate(bodies, 1):
        row: Row = dict.fromkeys(("kind", "repository", "recorded_at", "lease"), "") | {
            "sequence": sequence,
            "version": 1,
            "token": None,
            "body": body,
            "previous": previous,
        }
        previous = chained(row)
        rows.append(row | {"hash": previous})
    return rows


_BODIES = st.lists(st.text(max_size=5), min_size=2, max_size=8)


def _drop(rows: list[Row], at: int, _other: int) -> list[Row]:
    return rows[:at] + rows[at + 1 :]


def _swap(rows: list[Row], at: int, other: int) -> list[Row]:
    rows = list(rows)
    rows[at], rows[other] = rows[other], rows[at]
    return rows


def _renumbered_swap(rows: list[Row], at: int, other: int) -> list[Row]:
    return [row | {"sequence": number} for number, row in enumerate(_swap(rows, at, other), 1)]


def _edit(rows: list[Row], at: int, _other: int) -> list[Row]:
    return [row | {"body": f"{row['body']}!"} if number == at else row for number, row in enumerate(rows)]


def _rehashed_edit(rows: list[Row], at: int, other: int) -> list[Row]:
    rows = _edit(rows, at, other)
    rows[at] |= {"hash": chained(rows[at])}
    return rows


@given(_BODIES, st.data(), st.sampled_from([_drop, _swap, _renumbered_swap, _edit, _rehashed_edit]))
def test_no_changed_chain_leads_to_the_same_head(
    bodies: list[str], data: st.DataObject, tamper: Callable[[list[Row], int, int], list[Row]]
) -> None:
    rows = _chain(bodies)
    at = data.draw(st.integers(0, len(rows) - 2))
    other = data.draw(st.integers(at + 1, len(rows) - 1))
    assert walk(rows, marks={}) == (Head(len(rows), rows[-1]["hash"]), None)
    reached, fault = walk(tamper(rows, at, other), marks={})
    assert fault is not None or reached != Head(len(rows), rows[-1]["hash"])


def test_audit_reads_one_moment_while_writers_go_on(full: Ledger) -> None:
    with reading(full.engine) as connection:
        assert connection.execute(select(tables.head.c.count)).scalar_one() == LENGTH
        full.journal.append([RunStarted("", "later", ())], token=None)
        assert connection.execute(select(tables.head.c.count)).scalar_one() == LENGTH
