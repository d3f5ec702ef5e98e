"""A ledger copied as lines, into both databases."""

import json
from pathlib import Path

import pytest

from pyagent.clock import FixedClock
from pyagent.errors import LedgerError, StaleToken
from pyagent.ledger.copying import fill, lines_of
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import Ledger, open_ledger


@pytest.fixture
def source(tmp_path: Path, clock: FixedClock) -> Ledger:
    """A SQLite ledger with facts, a lease that is held, a cursor."""
    made = open_ledger(tmp_path / "source", clock=clock)
    made.journal.append([RunStarted("", f"run \u2603 {number}", ()) for number in range(700)], token=None)
    made.outbox.advance("dagster", 3)
    return made


def test_a_copy_says_what_the_ledger_said(source: Ledger, ledger: Ledger) -> None:
    with source.leases.hold("one") as token:
        assert fill(ledger, lines_of(source)) == 700
        assert list(ledger.journal.entries()) == list(source.journal.entries())
        assert ledger.journal.head() == source.journal.head()
        assert ledger.outbox.place("dagster") == 3
        with ledger.leases.hold("one") as again:
            assert again.number == token.number + 1, "its number goes on, whoever held it"
            with pytest.raises(StaleToken):
                ledger.journal.append([RunStarted("", "late", ())], token=token)
    assert len(ledger.journal.append([RunStarted("", "next", ())], token=None)) == 1
    assert ledger.journal.audit().fault is None


def test_a_ledger_with_facts_is_left_alone(source: Ledger, ledger: Ledger) -> None:
    ledger.journal.append([RunStarted("", "mine", ())], token=None)
    with pytest.raises(LedgerError, match="holds facts already"):
        fill(ledger, lines_of(source))
    assert ledger.journal.head().count == 1


@pytest.mark.parametrize(
    "lines",
    [[], ["{}"], ["not JSON"], ['["journal",{"sequence":1}]'], ['["elsewhere",{}]']],
    ids=["nothing", "no pair", "no JSON", "half a row", "no table"],
)
def test_what_is_no_copy_leaves_the_ledger_empty_and_fit(lines: list[str], ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="cop"):
        fill(ledger, lines)
    assert len(ledger.journal.append([RunStarted("", "first", ())], token=None)) == 1


def test_a_copy_that_was_changed_is_not_taken_over(source: Ledger, ledger: Ledger) -> None:
    rows = [json.loads(line) for line in lines_of(source)]
    (changed,) = (row for name, row in rows if name == "journal" and row["sequence"] == 6)
    changed["body"] = changed["body"].replace("5", "6")
    lines = [json.dumps(row) for row in rows]
    with pytest.raises(LedgerError, match="broken at row"):
        fill(ledger, lines)
    assert ledger.journal.head().count == 0
    assert fill(ledger, lines_of(source)) == 700
