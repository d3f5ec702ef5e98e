"""What a patch does to lines: which were edited, which merely moved (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines taken out and put in; `start` and `end` are 0-based base lines, end exclusive."""

    start: int
    end: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a reviewer must read anew, and how much only changed its place."""

    edited: int
    moved: int


def hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[Hunk]:
    """The places where two texts differ, in order."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    # autojunk would drop frequent lines and report moves that never happened.
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield Hunk(head + i1, head + i2, tuple(old[i1:i2]), tuple(new[j1:j2]))


def extent(found: Iterable[Hunk]) -> Extent:
    """Edited and moved lines of a whole patch.

    A removed line whose stripped text reappears among the added lines is moved and not edited.
    A line replaced by another counts once; blank lines count nothing.
    """
    kept = tuple(found)
    took = Counter(text for hunk in kept for text in _texts(hunk.removed))
    put = Counter(text for hunk in kept for text in _texts(hunk.added))
    moved = took & put
    gone, come = Counter(moved), Counter(moved)
    edited = sum(max(_unmatched(hunk.removed, gone), _unmatched(hunk.added, come)) for hunk in kept)
    return Extent(edited, moved.total())


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _texts(lines: Iterable[str]) -> Iterator[str]:
    return (text for line in lines if (text := line.strip()))


def _unmatched(lines: Iterable[str], matches: Counter[str]) -> int:
    """Lines without a partner; uses `matches` up."""
    count = 0
    for text in _texts(lines):
        if matches[text] > 0:
            matches[text] -= 1
        else:
            count += 1
    return count
