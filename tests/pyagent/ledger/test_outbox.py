"""The outbox: every consumer gets every entry, in order, at its own pace."""

import threading

import pytest

from pyagent.ledger.facts import RunStarted
from pyagent.ledger.opening import Ledger


def _fill(ledger: Ledger, count: int) -> None:
    ledger.journal.append([RunStarted("", str(number), ()) for number in range(count)], token=None)


def test_pending_begins_where_the_consumer_stopped(ledger: Ledger) -> None:
    _fill(ledger, 5)
    assert [entry.sequence for entry in ledger.outbox.pending("dagster", 2)] == [1, 2]
    ledger.outbox.advance("dagster", 2)
    assert [entry.sequence for entry in ledger.outbox.pending("dagster")] == [3, 4, 5]
    assert [entry.sequence for entry in ledger.outbox.pending("prefect")] == [1, 2, 3, 4, 5]


def test_a_place_never_moves_back(ledger: Ledger) -> None:
    _fill(ledger, 5)
    ledger.outbox.advance("dagster", 4)
    ledger.outbox.advance("dagster", 1)
    assert ledger.outbox.place("dagster") == 4


def test_advancing_beyond_the_end_is_refused(ledger: Ledger) -> None:
    _fill(ledger, 2)
    with pytest.raises(ValueError, match="cannot advance to 3: the journal ends at 2"):
        ledger.outbox.advance("dagster", 3)


def test_no_entry_is_stepped_over_while_writers_race(ledger: Ledger) -> None:
    done = threading.Event()
    threads = [threading.Thread(target=lambda: [_fill(ledger, 2) for _ in range(15)]) for _ in range(3)]
    seen: list[int] = []

    def consume() -> None:
        while not (done.is_set() and ledger.outbox.place("ui") == ledger.journal.head().count):
            for entry in ledger.outbox.pending("ui", 7):
                seen.append(entry.sequence)
                ledger.outbox.advance("ui", entry.sequence)

    reader = threading.Thread(target=consume)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert seen == list(range(1, 91))
