"""What each gate cost and stopped in the ledgers of some state folders, the cheapest stop first.

python bench/falsify/order.py FOLDER [FOLDER ...]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pyagent.clock import SystemClock
from pyagent.ledger.facts import GateJudged
from pyagent.ledger.opening import open_ledger
from pyagent.model import Verdict
from repos.gates.ladder import LADDER
from repos.gates.worth import worths


def main() -> int:
    """Print one line a gate."""
    places = {name: place for place, (name, _) in enumerate(LADDER, start=1)}
    print(f"{'gate':16} {'place':>5} {'asked':>6} {'stopped':>8} {'CPU-s each':>11} {'CPU-s a stop':>13}")
    for row in worths(verdict for folder in sys.argv[1:] for verdict in judged(Path(folder))):
        place, each = places.get(row.gate, 0), row.cpu_seconds / row.asked
        print(f"{row.gate:16} {place:5} {row.asked:6} {row.stopped:8} {each:11.3f} {row.seconds_a_stop():13.2f}")
    return 0


def judged(folder: Path) -> Iterator[Verdict]:
    """Every verdict a ledger recorded."""
    with open_ledger(folder, clock=SystemClock()) as ledger:
        for entry in ledger.journal.entries():
            if isinstance(entry.fact, GateJudged):
                yield entry.fact.verdict


if __name__ == "__main__":
    sys.exit(main())
