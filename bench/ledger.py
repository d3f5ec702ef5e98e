"""Figures of the ledger: appends per second on both databases, and the cost of folding a long journal.

Run: `python -m bench.ledger` (a PostgreSQL server is started for it when one is installed).
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyagent.clock import SystemClock
from pyagent.ledger import facts
from pyagent.ledger.facts import Fact
from pyagent.ledger.folding import advance, fold
from pyagent.ledger.opening import Ledger, open_ledger
from pyagent.model import Answer, ChangeClass, Level, Status, Ticket, Verdict
from tests.plugins.postgres import postgres_server

APPENDS = 500
LENGTH = 10_000


def history(count: int) -> list[Fact]:
    """`count` facts as a run writes them: ticket, proposal, six verdicts, validation, queue."""
    slug, found = "bed", list[Fact]()
    for n in range(count // 10):
        change, proposal, validation = f"change{n}", f"proposal{n}", f"validation{n}"
        parts = (("gain", 3.0), ("effort", 2.0))
        why = "cyclomatic 31 over the limit 25"
        ticket = Ticket(change, slug, "a.py", "f", "extract-function", ChangeClass.A, "e", why, 1.5, parts)
        verdict = Verdict("tests", Answer.PASSED, "812 outcomes alike", (("tests", "812"),), 4.2)
        judged = facts.GateJudged(slug, change, proposal, validation, verdict)
        ended = (slug, change, proposal, validation, "tree", "env", "1", Level.FULL, Status.PROPOSED, "")
        found += [
            facts.TicketRaised(slug, ticket),
            facts.ProposalMade(slug, change, "e", proposal, "base", ChangeClass.A, "Extract f", "blob"),
            *[judged] * 6,
            facts.ValidationEnded(*ended),
            facts.ChangeQueued(slug, change, proposal, "base", "commit", ChangeClass.A, 1.5),
        ]
    return found


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder), clock=SystemClock()) as ledger:
        measure("SQLite, WAL, synchronous=FULL", ledger)
    with postgres_server("-c", "fsync=on") as server, open_ledger(server.new_ledger(), clock=SystemClock()) as ledger:
        measure("PostgreSQL, fsync on", ledger)


def measure(name: str, ledger: Ledger) -> None:
    """Appends one by one and at once, then reading, folding and auditing what is there."""
    print(name)
    facts_ = history(LENGTH)
    with ledger.leases.hold("bench") as token:
        wall, cpu = timed(lambda: [ledger.journal.append([fact], token=token) for fact in facts_[:APPENDS]])
        print(f"  {APPENDS} appends of one fact: {APPENDS / wall:.0f}/s, {cpu / APPENDS * 1000:.2f} ms CPU each")
        wall, _ = timed(lambda: ledger.journal.append(facts_[APPENDS:], token=token))
        print(f"  one append of {LENGTH - APPENDS} facts: {wall:.2f} s")
    entries = list(ledger.journal.entries())
    view = fold(entries)
    for label, act in {
        "read and decode": lambda: list(ledger.journal.entries()),
        "fold": lambda: fold(entries),
        "advance by one": lambda: advance(view, entries[-1:]),
        "audit": ledger.journal.audit,
    }.items():
        wall, cpu = timed(act)
        print(f"  {label}, {LENGTH} entries: {wall:.3f} s wall, {cpu:.3f} s CPU")


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
