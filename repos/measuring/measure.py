"""Measures one workload on both sides until the question is settled or the last look is taken."""

from repos.measuring.instruments import COUNTED_SHARE, Ground, NoMeasure, Scale, Session, count, interleaved
from repos.measuring.margins import Counts, Measured, comparable, instructions, timed
from repos.measuring.statistics import LOOKS, Decision
from repos.measuring.valgrind import Valgrind
from repos.measuring.workload import Workload

ROUNDS = 4
"""Between two looks at the time; a round costs three starts of the interpreter and 0.3 s of samples."""
FIRST = 2
"""Before counting: enough to compare answers and to size a sample."""


def measured(workload: Workload, ground: Ground, valgrind: Valgrind | None) -> Measured | NoMeasure:
    """Counts where valgrind is, time always; no more rounds than it takes to settle."""
    session = interleaved(workload, ground, rounds=FIRST)
    if isinstance(session, NoMeasure) or comparable(session):
        return session if isinstance(session, NoMeasure) else Measured(session, None)
    counts = counts_of(workload, ground, valgrind, session.scale)
    if isinstance(counts, Counts) and instructions(counts, counted_runs(session.scale)).decision is Decision.SLOWER:
        return Measured(session, counts)
    more = settled(session, workload, ground)
    return Measured(more, counts) if isinstance(counts, Counts) else Measured(more, None, counts.reason)


def counted_runs(scale: Scale) -> int:
    """How often the base runs the rewritten functions under the counter."""
    return scale.runs * -(-scale.copies // COUNTED_SHARE)


def counts_of(workload: Workload, ground: Ground, valgrind: Valgrind | None, scale: Scale) -> Counts | NoMeasure:
    """Instructions of base, candidate and base again: what drifts lies on both sides of the candidate."""
    if valgrind is None:
        return NoMeasure("valgrind is not installed")
    found: dict[bool, list[int]] = {False: [], True: []}
    for candidate in (False, True, False):
        number = count(workload, ground, valgrind, scale=scale, candidate=candidate)
        if isinstance(number, NoMeasure):
            return number
        found[candidate].append(number)
    return Counts(tuple(found[False]), tuple(found[True]))


def settled(session: Session, workload: Workload, ground: Ground) -> Session:
    """With more rounds behind it while the time is undecided and looks are left."""
    for look in range(1, LOOKS + 1):
        more = interleaved(workload, ground, rounds=look * ROUNDS - len(session.rounds), scale=session.scale)
        if isinstance(more, NoMeasure):
            break
        session = session.joined(more)
        read, margin = timed(session)
        if read.beside(margin) is not Decision.OPEN:
            break
    return session
