"""Every verb over a loop that ran: what it prints, what it changes, how it ends."""

from pathlib import Path

from tests.cli.conftest import Shell


def test_queue_lists_what_waits_and_for_whom(waiting: Shell) -> None:
    rows = waiting("queue", "--json").json
    assert len(rows) >= 4
    assert {row["waits for"] for row in rows} == {"a person"}
