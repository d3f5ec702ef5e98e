"""Whether one text is another with some of the offered fixes done, and nothing else (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Characters `start` to `end` of the old text become `text`; offsets count from 0, `end` is not included."""

    start: int
    end: int
    text: str


Fix = tuple[Splice, ...]
"""Splices that are done together or not at all."""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far both texts have been matched, and what was decided about fixes that still have splices to come."""

    old: int
    new: int
    done: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    owed: frozenset[frozenset[int]] = frozenset()
    """Fixes that share a splice which was done: at least one of each set must be done whole."""


def made_of(old: str, new: str, fixes: Sequence[Fix]) -> bool:
    """Whether doing some of `fixes` whole, and none of them half, turns `old` into `new`.

    Splices that overlap exclude each other. A splice that several fixes share (an import that each of
    them needs) is done once, for whichever of them are done.
    """
    owners: dict[Splice, set[int]] = {}
    for number, fix in enumerate(fixes):
        for splice in fix:
            owners.setdefault(splice, set()).add(number)
    last = {number: max(fix) for number, fix in enumerate(fixes) if fix}
    places = {_Place(0, 0)}
    for splice in sorted(owners):
        ending = frozenset(number for number in owners[splice] if last[number] == splice)
        reached = {after for place in places for after in _steps(old, new, place, splice, frozenset(owners[splice]))}
        places = {_settled(place, ending) for place in reached}
    return any(not place.owed and old[place.old :] == new[place.new :] for place in places)


def _steps(old: str, new: str, place: _Place, splice: Splice, owners: frozenset[int]) -> list[_Place]:
    """Where the matching may stand once it is decided whether `splice` is done."""
    steps: list[_Place] = []
    # Not done: its text stays to be matched with whatever comes next, and its fixes are left out.
    if not owners & place.done:
        steps.append(replace(place, left=place.left | owners))
    free = owners - place.left
    between = splice.start - place.old
    if not free or between < 0 or old[place.old : splice.start] != new[place.new : place.new + between]:
        return steps
    at = place.new + between
    if new.startswith(splice.text, at):
        alone = len(free) == 1
        done, owed = (place.done | free, place.owed) if alone else (place.done, place.owed | {free})
        steps.append(replace(place, old=splice.end, new=at + len(splice.text), done=done, owed=owed))
    return steps


def _settled(place: _Place, ending: frozenset[int]) -> _Place:
    """The place once the fixes of `ending` have no splice to come: those not left out are done."""
    done = ending - place.left
    return replace(
        place,
        done=place.done - ending,
        left=place.left - ending,
        owed=frozenset(some for some in place.owed if not some & done),
    )
