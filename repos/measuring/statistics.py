"""What interleaved samples add up to (pure).

A round holds two processes of the base (a, a') and one of the candidate (c), each with the lower quartile of
its samples: neighbours on the machine only ever add to a sample, in bursts that a median still feels. In
logarithms the slow-down of a round is c - (a + a')/2 and its noise a - a'. If every process scatters with
variance s2, the first has variance 1.5 s2 and the second 2 s2; both are pooled, so
that the machine's own noise, measured in the same session, decides how wide the bounds are:

    s2 = (sum (d - mean d)^2 / 1.5 + sum n^2 / 2) / (2R - 1),     mean d +- t(2R - 1) sqrt(1.5 s2 / R)

The test is non-inferiority with a margin (Wellek, Testing Statistical Hypotheses of Equivalence and
Noninferiority, 2nd ed., 2010, ch. 2): too slow when the lower bound lies over the margin, not too slow
when the upper bound lies under it, else undecided. Each of `LOOKS` looks at growing data gets an equal
share of the error (Bonferroni), so looking again costs nothing in false alarms.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist, fmean

ERROR = 0.01
"""One-sided chance to call an equal candidate slower than the margin, over all looks together; in fact it is
far smaller, because an equal candidate lies a whole margin below."""
LOOKS = 3


class Decision(StrEnum):
    """What a reading says beside a margin."""

    SLOWER = "slower"
    NOT_SLOWER = "not slower"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of each sample of three fresh processes, taken in turns."""

    base: tuple[float, ...]
    again: tuple[float, ...]
    candidate: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A slow-down with its bounds and the noise it was found in, each as a share: 0.05 is 5 % slower."""

    slowdown: float
    low: float
    high: float
    floor: float
    """Half the width of the bounds: what this machine could not see at this moment."""

    def beside(self, margin: float) -> Decision:
        """Whether the candidate is slower than the base by more than `margin`."""
        if self.low > margin:
            return Decision.SLOWER
        return Decision.NOT_SLOWER if self.high < margin else Decision.OPEN


def reading(rounds: Sequence[Round], *, looks: int = LOOKS) -> Reading:
    """The slow-down over all rounds; at least two of them."""
    sides = [tuple(math.log(_quartile(side)) for side in (each.base, each.again, each.candidate)) for each in rounds]
    drops = [late - (base + again) / 2 for base, again, late in sides]
    noise = [base - again for base, again, _ in sides]
    count, mean = len(rounds), fmean(drops)
    freedom = 2 * count - 1
    spread = (sum((drop - mean) ** 2 for drop in drops) / 1.5 + sum(each**2 for each in noise) / 2) / freedom
    half = quantile(1 - ERROR / looks, freedom) * math.sqrt(1.5 * spread / count)
    return Reading(math.expm1(mean), math.expm1(mean - half), math.expm1(mean + half), math.expm1(half))


def _quartile(samples: Sequence[float]) -> float:
    return sorted(samples)[len(samples) // 4]


def counted(base: Sequence[int], candidate: Sequence[int], *, least: float) -> Reading:
    """The slow-down by instruction counts; the base counted at least twice, and noise is never taken below `least`.

    Counts of one build repeat to about one in a million; three times the widest difference seen between
    two runs of one side bounds what hash seeds and addresses leave open.
    """
    widest = max(math.log(max(side) / min(side)) for side in (base, candidate))
    half = max(3 * widest, least)
    mean = math.log(fmean(candidate) / fmean(base))
    return Reading(math.expm1(mean), math.expm1(mean - half), math.expm1(mean + half), math.expm1(half))


def quantile(probability: float, freedom: int) -> float:
    """Student's t: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5; good to 1 % from 3 on."""
    z = NormalDist().inv_cdf(probability)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))
