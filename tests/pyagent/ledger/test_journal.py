"""The journal: order, atomicity, filters, fencing."""

import math
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import update

from pyagent.errors import LedgerError, StaleToken
from pyagent.ledger import tables
from pyagent.ledger.database import writing
from pyagent.ledger.facts import ChangeQueued, IdeaChanged, RepositoryAdded, RunStarted
from pyagent.ledger.opening import Ledger
from pyagent.model import ChangeClass
from pyagent.ports import Token


def _run(number: int) -> RunStarted:
    return RunStarted("", str(number), ())


def test_what_was_appended_is_read_back_in_order(ledger: Ledger) -> None:
    facts = [RepositoryAdded("tomlkit", "sdist:tomlkit==0.15.2", "main"), _run(1), _run(2)]
    written = ledger.journal.append(facts[:2], token=None) + ledger.journal.append(facts[2:], token=None)
    assert list(ledger.journal.entries()) == written
    assert [entry.sequence for entry in written] == [1, 2, 3]
    assert [entry.fact for entry in written] == facts
    assert {entry.recorded_at for entry in written} == {ledger.journal.clock.now()}


def test_appending_nothing_writes_nothing(ledger: Ledger) -> None:
    assert ledger.journal.append([], token=None) == []
    assert ledger.journal.head().count == 0


def test_text_survives_any_characters(ledger: Ledger) -> None:
    fact = IdeaChanged("répo", "i\x00d", 'quote " \\ 日本 \U0001f600', "a\nb\t\x7f")
    ledger.journal.append([fact], token=None)
    assert [entry.fact for entry in ledger.journal.entries()] == [fact]
    assert ledger.journal.audit().fault is None


def test_a_call_with_one_impossible_fact_records_none(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="surrogate"):
        ledger.journal.append([_run(1), IdeaChanged("r", "\ud800", "", "")], token=None)
    assert ledger.journal.head().count == 0


@pytest.mark.parametrize("score", [math.inf, math.nan])
def test_a_fact_that_could_not_be_read_back_is_not_written(ledger: Ledger, score: float) -> None:
    fact = ChangeQueued("r", "c", "p", "base", "commit", ChangeClass.A, score)
    with pytest.raises(ValueError, match=r"valid number|cannot be read back"):
        ledger.journal.append([_run(1), fact], token=None)
    assert ledger.journal.head().count == 0


def test_what_is_no_fact_is_not_written(ledger: Ledger) -> None:
    @dataclass(frozen=True)
    class MoonSeen:
        repository: str = ""
        version: ClassVar[int] = 1

    with pytest.raises(ValueError, match="cannot be read back"):
        ledger.journal.append([MoonSeen()], token=None)


_APPEND_FOR_EVER = """
import sys
from pyagent.clock import SystemClock
from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import open_ledger

with open_ledger(sys.argv[1], clock=SystemClock()) as ledger:
    while True:
        print(ledger.journal.append([RunStarted("", "x" * 3000, ())] * 3, token=None)[-1].sequence, flush=True)
"""


def test_kill_9_among_appends_loses_nothing_that_was_confirmed(ledger: Ledger, location: str) -> None:
    for confirmations in (1, 7):
        command = [sys.executable, "-c", _APPEND_FOR_EVER, location]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            for _ in range(confirmations):
                confirmed = int(process.stdout.readline())
            process.kill()
        report = ledger.journal.audit()
        assert report.fault is None
        assert report.head.count >= confirmed
        assert report.head.count % 3 == 0


def test_filters_keep_kinds_and_one_repository_with_what_concerns_all(ledger: Ledger) -> None:
    ledger.journal.append(
        [_run(1), RepositoryAdded("a", "", ""), RepositoryAdded("b", "", ""), IdeaChanged("a", "", "", "")], token=None
    )
    of_a = ledger.journal.entries(repository="a")
    assert [entry.sequence for entry in of_a] == [1, 2, 4]
    added = ledger.journal.entries(1, kinds=(RepositoryAdded, IdeaChanged), repository="b")
    assert [entry.sequence for entry in added] == [3]


def test_reading_ends_although_the_reader_appends(ledger: Ledger) -> None:
    ledger.journal.append([_run(n) for n in range(2500)], token=None)
    seen = 0
    for entry in ledger.journal.entries():
        seen += 1
        if entry.sequence % 500 == 0:
            ledger.journal.append([_run(0)], token=None)
    assert seen == 2500
    assert ledger.journal.head().count == 2505


def test_a_row_of_an_unknown_kind_says_so(ledger: Ledger) -> None:
    ledger.journal.append([_run(1)], token=None)
    _change(ledger, kind="MoonLanded")
    with pytest.raises(LedgerError, match="MoonLanded version 1; this pyagent knows no such fact"):
        list(ledger.journal.entries())


def test_a_row_of_a_newer_version_names_both_versions(ledger: Ledger) -> None:
    ledger.journal.append([_run(1)], token=None)
    _change(ledger, version=9)
    with pytest.raises(LedgerError, match=r"RunStarted version 9; this pyagent knows version 1\..*newer"):
        list(ledger.journal.entries())


def test_an_unreadable_body_sends_to_the_audit(ledger: Ledger) -> None:
    ledger.journal.append([_run(1)], token=None)
    _change(ledger, body="{}")
    with pytest.raises(LedgerError, match=r"Row 1 .* not a readable RunStarted.*audit"):
        list(ledger.journal.entries())


def test_the_token_is_part_of_the_chained_row(ledger: Ledger) -> None:
    with ledger.leases.hold("tomlkit/merge") as token:
        ledger.journal.append([_run(1)], token=token)
    _change(ledger, token=7)
    assert ledger.journal.audit().fault.sequence == 1


def test_a_token_that_was_never_given_is_stale(ledger: Ledger) -> None:
    with pytest.raises(StaleToken, match="belongs to nobody"):
        ledger.journal.append([_run(1)], token=Token("x", 1, "pid 1"))
    assert ledger.journal.head().count == 0


def test_concurrent_writers_leave_one_unbroken_chain(ledger: Ledger) -> None:
    def write() -> None:
        for number in range(20):
            ledger.journal.append([_run(number), _run(number)], token=None)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = ledger.journal.audit()
    assert (report.fault, report.head.count) == (None, 160)


def _change(ledger: Ledger, **values: object) -> None:
    with writing(ledger.journal.engine) as connection:
        connection.execute(update(tables.journal).values(**values))
