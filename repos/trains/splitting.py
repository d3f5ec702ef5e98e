"""How a train is split: the shortest failing prefix by halving, every green prefix merged on the way. Pure.

| what is known                                    | decision                          |
|--------------------------------------------------|-----------------------------------|
| ejected one, or all merged                       | Done                              |
| a prefix could not be proven, twice              | Done, the rest stays queued       |
| a green prefix is longer than what is merged     | Merge it                          |
| no red prefix                                    | Probe the whole train             |
| red prefix two or more longer than what is merged| Probe half-way                    |
| red prefix one longer, failed once               | Retry: the same prefix, once more |
| red prefix one longer, failed twice              | Eject its last change             |

A red prefix whose shorter prefix is merged failed *alone*: nothing but its last change is new on
the branch. A probe that passes where one failed before shows the failure wavered: what it covers
is merged and the rest is probed anew. What follows an ejected change goes back to the queue,
because nothing was learnt about it and a full new train costs fewer runs than a short one.
"""

from dataclasses import dataclass, replace

from pyagent.model import Answer

FAILURES_TO_EJECT = 2
SKIPS_TO_STOP = 2


@dataclass(frozen=True, slots=True)
class Split:
    """What is known of a train of `size` changes; prefixes are lengths, 0 is the branch itself."""

    size: int
    merged: int = 0
    green: int = 0
    red: int | None = None
    """Shortest prefix seen failing."""
    failures: int = 0
    """How often `red` was seen failing in a row."""
    skips: int = 0
    ejected: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """Test the first `prefix` changes together; `again` when the same prefix just failed alone."""

    prefix: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Merge the first `prefix` changes: exactly they were proven together."""

    prefix: int


@dataclass(frozen=True, slots=True)
class Eject:
    """The last change of `prefix` failed alone, twice."""

    prefix: int


@dataclass(frozen=True, slots=True)
class Done:
    """The train has ended; `reason` is empty unless changes were left that nothing is known against."""

    reason: str = ""


Decision = Probe | Merge | Eject | Done


def decide(split: Split) -> Decision:
    """The next step, by the table above."""
    if split.ejected or split.merged == split.size:
        return Done()
    if split.skips >= SKIPS_TO_STOP:
        return Done("the rest could not be proven")
    if split.green > split.merged:
        return Merge(split.green)
    if split.red is None:
        return Probe(split.size)
    if split.red - split.merged > 1:
        return Probe((split.merged + split.red) // 2)
    return Eject(split.red) if split.failures >= FAILURES_TO_EJECT else Probe(split.red, again=True)


def observed(split: Split, prefix: int, answer: Answer) -> Split:
    """What is known after `prefix` was proven green, failed, or could not be judged (skipped)."""
    match answer:
        case Answer.SKIPPED:
            return replace(split, skips=split.skips + 1)
        case Answer.FAILED:
            failures = split.failures + 1 if prefix == split.red else 1
            return replace(split, red=prefix, failures=failures, skips=0)
        case Answer.PASSED:
            still_red = split.red if split.red is not None and split.red > prefix else None
            failures = split.failures if still_red else 0
            return replace(split, green=prefix, red=still_red, failures=failures, skips=0)


def merged(split: Split) -> Split:
    """After the green prefix was merged."""
    return replace(split, merged=split.green)


def ejected(split: Split) -> Split:
    """After the culprit was taken out."""
    return replace(split, ejected=True)
