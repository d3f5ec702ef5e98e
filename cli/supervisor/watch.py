"""What to do about a service that died; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_SECONDS = 30.0
IN_A_ROW, WITHIN_SECONDS = 5, 60.0
"""So many deaths in so short a time: starting it once more would be the same."""


@dataclass(frozen=True, slots=True)
class Again:
    """Start it again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Leave it dead and say so."""


def after_death(deaths: Sequence[float]) -> Again | GiveUp:
    """What follows the last of `deaths`: seconds of any clock, ascending, all in a row; at least one."""
    recent = deaths[-IN_A_ROW:]
    if len(recent) == IN_A_ROW and recent[-1] - recent[0] <= WITHIN_SECONDS:
        return GiveUp()
    return Again(min(LONGEST_SECONDS, 2.0 ** min(len(deaths) - 1, 8)))


def in_a_row(deaths: tuple[float, ...], started: float, died: float) -> tuple[float, ...]:
    """The deaths that count after a life from `started` to `died`: one longer than a minute forgives those before."""
    return (died,) if died - started > WITHIN_SECONDS else (*deaths, died)
