"""Outcomes counted into lessons, and what lessons say about the next change of their kind (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyagent.model import ChangeClass, Lesson, Status

_PROVEN = frozenset({Status.QUEUED, Status.HELD, Status.OFFERED, Status.MERGED, Status.REFUSED, Status.REVERTED})
_PROPOSED = _PROVEN | {Status.PROPOSED, Status.FAILED, Status.NEEDS_TESTS, Status.EJECTED, Status.SUPERSEDED}
_CLOSED = frozenset({Status.REFUSED, Status.REVERTED})
"""A revert is a late no."""

CLOSES_IN_A_ROW = 2
MERGES_TO_UNLOCK = 10


@dataclass(frozen=True, slots=True)
class Prior:
    """Imagined earlier outcomes, so that the first real ones do not swing the ranking (Beta distributions)."""

    survived: float
    failed: float
    accepted: float
    refused: float


PRIORS: Mapping[str, Prior] = {
    # Twelve of twelve released suites stayed green after safe lint fixes; published acceptance of such
    # fixes is 87 %.
    "ruff": Prior(19, 1, 8.7, 1.3),
    # Small rewrites pass every suite; where they take other steps than before, it must execute their lines.
    "superfluous-else": Prior(8, 2, 8, 2),
    "collapse-else-if": Prior(8, 2, 8, 2),
    "merge-equal-branches": Prior(8, 2, 7, 3),
    "guard-clause": Prior(7, 3, 6, 4),
    # 7 of 25 extractions had every moved line executed; published acceptance of refactorings is 73 %.
    "extract-function": Prior(2.8, 7.2, 7.3, 2.7),
}
UNKNOWN = Prior(1, 1, 1, 1)
"""Nothing is believed about a transform that is not listed."""


def lessons(repository: str, outcomes: Iterable[tuple[str, Status]]) -> tuple[Lesson, ...]:
    """One lesson per transform that was ever proposed, by name.

    `outcomes` are (transform, status) of each change as it stands now. Merged counts what still
    stands; refused counts reverts too. A change that could not be proven counts as proposed only.
    """
    counts = Counter(outcomes)
    transforms = sorted({transform for transform, status in counts if status in _PROPOSED})
    return tuple(_lesson(repository, transform, counts) for transform in transforms)


def _lesson(repository: str, transform: str, counts: Counter[tuple[str, Status]]) -> Lesson:
    def total(statuses: Iterable[Status]) -> int:
        return sum(counts[transform, status] for status in statuses)

    return Lesson(
        repository=repository,
        transform=transform,
        proposed=total(_PROPOSED),
        proven=total(_PROVEN),
        merged=total({Status.MERGED}),
        refused=total(_CLOSED),
    )


def survives(transform: str, learnt: Iterable[Lesson]) -> float:
    """Chance that a proposal of this kind is proven: the mean of its Beta posterior."""
    prior = PRIORS.get(transform, UNKNOWN)
    own = [lesson for lesson in learnt if lesson.transform == transform]
    good = prior.survived + sum(lesson.proven for lesson in own)
    bad = prior.failed + sum(lesson.proposed - lesson.proven for lesson in own)
    return good / (good + bad)


def accepted(transform: str, learnt: Iterable[Lesson]) -> float:
    """Chance that a proven change of this kind is taken: the mean of its Beta posterior."""
    prior = PRIORS.get(transform, UNKNOWN)
    own = [lesson for lesson in learnt if lesson.transform == transform]
    good = prior.accepted + sum(lesson.merged for lesson in own)
    bad = prior.refused + sum(lesson.refused for lesson in own)
    return good / (good + bad)


def stopped_classes(decisions: Iterable[tuple[ChangeClass, Status]]) -> frozenset[ChangeClass]:
    """Classes whose last two decisions were both closes. `decisions` are in the order they were made.

    Statuses that are no decision (queued, failed...) are passed over; a merge starts the count anew.
    """
    closes: Counter[ChangeClass] = Counter()
    for change_class, status in decisions:
        if status in _CLOSED:
            closes[change_class] += 1
        elif status is Status.MERGED:
            closes[change_class] = 0
    return frozenset(change_class for change_class, count in closes.items() if count >= CLOSES_IN_A_ROW)


def unlocked(change_class: ChangeClass, decisions: Iterable[tuple[ChangeClass, Status]]) -> bool:
    """Whether a class has earned merging by itself: ten merges and not one revert."""
    own = Counter(status for decided, status in decisions if decided is change_class)
    return own[Status.MERGED] >= MERGES_TO_UNLOCK and not own[Status.REVERTED]
