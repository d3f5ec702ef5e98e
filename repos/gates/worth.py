"""In which order gates that may be climbed in any order cost least: what a stop by each one costs (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyagent.model import Answer, Verdict


@dataclass(frozen=True, slots=True)
class Worth:
    """What was recorded of one gate."""

    gate: str
    asked: int
    """Changes it answered for; those it could not answer, or was not reached by, are left out."""
    stopped: int
    cpu_seconds: float
    """Of all answers together."""

    def seconds_a_stop(self) -> float:
        """CPU seconds spent for each change it stopped; infinite where it stopped none."""
        return self.cpu_seconds / self.stopped if self.stopped else float("inf")


def worths(verdicts: Iterable[Verdict]) -> tuple[Worth, ...]:
    """Every gate that answered, the cheapest stop first; of gates that stopped nothing the cheapest answer first.

    Climbing independent gates in this order costs least on average. Gates are not quite independent,
    and a gate is only asked of what those before it let through, so this is advice, not law.
    """
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.answer is not Answer.SKIPPED:
            found.setdefault(verdict.gate, []).append(verdict)
    rows = [
        Worth(gate, len(rows), sum(v.answer is Answer.FAILED for v in rows), sum(v.cpu_seconds for v in rows))
        for gate, rows in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.seconds_a_stop(), row.cpu_seconds / row.asked, row.gate)))
