"""How much dearer a change may be before it is one too much, instrument by instrument (pure).

An instrument objects only when its lower bound lies over the margin; what it cannot decide it does not
hold against the change. The relative margins are the least that a 5 % slow-down (instructions) and a
10 % one (time) clear with room for noise. An extracted helper costs one more call per run of the function, which
is what the extraction is for; that price is granted beside the margin, so that it matters nowhere but in
tiny functions. Runs are counted on the base: a function that calls itself pays the helper each time.
"""

from dataclasses import dataclass
from statistics import median

from repos.measuring.instruments import Session
from repos.measuring.statistics import Decision, Reading, counted, reading

INSTRUCTIONS = 0.025
TIME = 0.05
PEAK, PEAK_BYTES = 0.10, 256 << 10
"""Share and bytes that the highest point of memory may rise; both must be exceeded."""
CALL_INSTRUCTIONS = 900
"""One more call: 441 with three arguments, 868 with a keyword and two results (CPython 3.11, callgrind)."""
CALL_SECONDS = 1e-7
"""The same on the clock."""
LEAST = 0.001
"""Noise never taken below this for counts: equal builds differ by one in a million, warm-up by a little more."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Instructions of each counted process."""

    base: tuple[int, ...]
    candidate: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What all instruments showed of one workload."""

    session: Session
    counts: Counts | None
    uncounted: str = ""
    """Why there are no counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one instrument says."""

    instrument: str
    decision: Decision
    said: str
    """The figure with its noise, for a reviewer."""
    reading: Reading | None = None


def answers(measured: Measured, *, counted_runs: int) -> tuple[Answer, ...]:
    """Every instrument's answer, the strictest first; the functions ran `counted_runs` times under the counter."""
    session = measured.session
    first = () if measured.counts is None else (instructions(measured.counts, counted_runs),)
    return (*first, time(session), memory(session), waiting(session))


def instructions(counts: Counts, runs: int) -> Answer:
    """More instructions than the margin and one more call per run of a function?"""
    read = counted(counts.base, counts.candidate, least=LEAST)
    granted = INSTRUCTIONS + CALL_INSTRUCTIONS * runs / counts.base[0]
    said = f"{_percent(read.slowdown)} of {counts.base[0]:,}, noise {read.floor:.1%}, margin {granted:.1%}"
    return Answer("instructions", read.beside(granted), said, read)


def time(session: Session) -> Answer:
    """More processor time than the margin and one more call per run of a function?"""
    read, granted = timed(session)
    return Answer("processor time", read.beside(granted), said_of(read, granted), read)


def said_of(read: Reading, margin: float) -> str:
    """The figure with its bounds, the noise and the margin."""
    bounds = f"between {_percent(read.low)} and {_percent(read.high)}"
    return f"{_percent(read.slowdown)}, {bounds}, noise of this machine {read.floor:.1%}, margin {margin:.1%}"


def timed(session: Session) -> tuple[Reading, float]:
    """The slow-down in processor time so far, and the margin for it."""
    sample = median(second for each in session.rounds for second in each.base)
    return reading(session.rounds), TIME + CALL_SECONDS * session.scale.runs * session.scale.copies / sample


def memory(session: Session) -> Answer:
    """A higher point of memory in every process of the candidate than in any of the base?"""
    most = max(max(base, again) for base, again, _ in session.peaks)
    least = min(late for *_, late in session.peaks)
    higher = least > most * (1 + PEAK) and least > most + PEAK_BYTES
    said = f"{_sized(most)} before, {_sized(least)} after, margin {PEAK:.0%} and {_sized(PEAK_BYTES)}"
    return Answer("memory", Decision.SLOWER if higher else Decision.NOT_SLOWER, said)


def waiting(session: Session) -> Answer:
    """More waits in every sample of the candidate than in any of the base? Sleep costs no processor time."""
    most = max(wait for each in session.waits for wait in (*each.base, *each.again))
    least = min(wait for each in session.waits for wait in each.candidate)
    # The worker itself waits once or not at all for its next command.
    longer = least > most + 1
    said = f"at most {most:.0f} a sample before, at least {least:.0f} after"
    return Answer("waits", Decision.SLOWER if longer else Decision.NOT_SLOWER, said)


def comparable(session: Session) -> str | None:
    """Why the two sides cannot be compared, None when they answered alike."""
    if any(base != again for base, again, _ in session.answers):
        return None  # the base does not agree with itself: nothing follows from a difference
    if all(base != late for base, _, late in session.answers):
        return "both sides answer the recorded calls differently"
    return None


def _percent(share: float) -> str:
    return f"{share:+.1%}"


def _sized(count: float) -> str:
    return f"{count / 1024:,.0f} KiB"
