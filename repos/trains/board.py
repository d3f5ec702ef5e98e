"""Who departs, and how many together. Pure.

Sizes follow group testing: for changes that fail independently with probability p, a group that
passes about every second time wastes the fewest test runs (Sobel and Groll 1959; Hwang 1972,
generalised binary splitting). The bound is H(p)/(1-p) runs per merged change.
"""

import math
from dataclasses import dataclass

from pyagent.ids import digest
from pyagent.model import ChangeClass, Queued, Train

CLASS_TICKS = frozenset({ChangeClass.H, ChangeClass.A, ChangeClass.T})
"""Classes a person may approve as a whole; every other change needs its own approval."""

SINGLES_FROM = (3 - math.sqrt(5)) / 2
"""Failure rate from which no group test beats testing one by one (Ungar 1960)."""

_PRIOR_FAILED, _PRIOR_PASSED = 0.5, 20.0
# Measured over 400 changes at 1, 2, 5 and 10 %: this prior costs least at the worst of the four.


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes to one proposal on one base; worth nothing for another of either."""

    proposal: str
    base: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What lets changes depart."""

    threshold: int = 50
    """Proven changes that may depart before a train does."""
    train_now: bool = False
    """Do not wait for the threshold; also set for the trains that follow one in the same run."""
    unlocked: frozenset[ChangeClass] = frozenset()
    approved: frozenset[Approval] = frozenset()
    paused: bool = False
    rate: float = _PRIOR_FAILED / (_PRIOR_FAILED + _PRIOR_PASSED)
    """Learnt probability that one change fails in a train, from `failure_rate`."""
    max_size: int = 100


@dataclass(frozen=True, slots=True)
class Wait:
    """No train departs: why, and which changes wait for a person."""

    reason: str
    held: tuple[str, ...] = ()


def next_train(queue: tuple[Queued, ...], rules: Rules, *, repository: str, base: str) -> Train | Wait:
    """The train that departs now on `base`, best score first, or why none does.

    A change queued twice departs once. The train's id depends on its members and its base alone,
    so a train interrupted by a crash comes back as itself.
    """
    ordered = _ordered(queue)
    ready = tuple(queued for queued in ordered if _may_depart(queued, rules))
    held = tuple(queued.change for queued in ordered if queued not in ready)
    if reason := _why_wait(len(ready), len(held), rules):
        return Wait(reason, held)
    members = ready[: group_size(rules.rate, rules.max_size)]
    return Train(digest("train", repository, base, *(q.proposal for q in members)), repository, base, members)


def group_size(rate: float, max_size: int) -> int:
    """How many changes to test together: about ln 2 / rate, one by one from `SINGLES_FROM` on."""
    if rate >= SINGLES_FROM:
        return 1
    best = math.log(2 - rate) / max(-math.log1p(-rate), 1e-9)
    return max(1, min(max_size, math.ceil(best)))


def failure_rate(*, merged: int, ejected: int) -> float:
    """Learnt probability that a proven change fails in a train: both counts with a weak prior of 2.4 %."""
    return (ejected + _PRIOR_FAILED) / (ejected + merged + _PRIOR_FAILED + _PRIOR_PASSED)


def _why_wait(ready: int, held: int, rules: Rules) -> str:
    if rules.paused:
        return "merging is paused"
    if not ready:
        return f"{held} proven changes wait for a person" if held else "the queue is empty"
    if ready < rules.threshold and not rules.train_now:
        return f"{ready} of {rules.threshold} proven changes wait"
    return ""


def _ordered(queue: tuple[Queued, ...]) -> list[Queued]:
    latest = {queued.change: queued for queued in queue}
    return sorted(latest.values(), key=lambda queued: (-queued.score, queued.change))


def _may_depart(queued: Queued, rules: Rules) -> bool:
    by_class = queued.change_class in rules.unlocked & CLASS_TICKS
    return by_class or Approval(queued.proposal, queued.base) in rules.approved
