"""Whether two texts run the same steps on every path, by walking both at once (pure).

Two code objects are the same when their first steps do the same and whatever follows is the same again, for each
answer and each exception: a bisimulation, as compilers are validated with. What it shows holds for every input; what
it cannot show may be equal all the same (another order of operations, a renamed local name, moved code).
Beside the steps, what a function tells of itself must be equal: its name, parameters and documentation. Asked with
and without assertions (`-O`) and documentation (`-OO`), for these drop code.

Not told apart: line numbers, where in memory code lies and which of two equal ones it is, and at which jump of a
loop a signal is heard.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType

from repos.bytecode.compiling import compiled
from repos.bytecode.steps import ENDLESS, Graph, Step, graph

READERS = frozenset({
    "locals", "vars", "dir", "eval", "exec", "_getframe", "_current_frames", "currentframe", "stack", "trace",
    "f_locals", "gi_frame", "tb_frame",
})  # fmt: skip
"""Names by which a function may read its own local names, whose order is then seen."""
MOST_PLACES = 400_000
"""Looked at for one pair of texts, some seconds; a hostile text can have as many as it likes."""


class _Walk:
    """How many places may still be looked at, and what is known of code objects, by their ids while they live."""

    def __init__(self) -> None:
        self._left = MOST_PLACES
        self._graphs: dict[int, Graph] = {}
        self.known: dict[tuple[int, int], str | None] = {}

    def spend(self, places: int) -> None:
        self._left -= places
        if self._left < 0:
            raise ValueError(f"there are more than {MOST_PLACES} places to compare")

    def graph(self, code: CodeType) -> Graph:
        if id(code) not in self._graphs:
            self.spend(len(code.co_code) // 4)
            self._graphs[id(code)] = graph(code)
        return self._graphs[id(code)]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in both graphs at once."""

    old: int
    new: int
    flipped: bool = False
    """Whether the answer on top of the stack is the opposite of the other's."""


def difference(before: bytes, after: bytes) -> str | None:
    """The first function, or `the module`, that does not run the same steps; None where none differs.

    Raises SyntaxError, ValueError, RecursionError or MemoryError where a text cannot be compiled or is too much.
    """
    if _written(before) != _written(after):
        return "the module"
    for optimize in (0, 1, 2):
        old, new = (compiled(text, optimize=optimize) for text in (before, after))
        if found := _difference(old, new, _Walk()):
            return found
    return None


def _written(text: bytes) -> tuple[bytes, Counter[str]]:
    """What code does not hold: the line that names an interpreter, and the order in which sets are written."""
    first = text.partition(b"\n")[0]
    sets = (ast.dump(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Set))
    return first if first.startswith(b"#!") else b"", Counter(sets)


def _difference(old: CodeType, new: CodeType, walk: _Walk) -> str | None:
    pair = id(old), id(new)
    if pair not in walk.known:
        walk.known[pair] = _walked(old, new, walk)
    return walk.known[pair]


def _walked(old: CodeType, new: CodeType, walk: _Walk) -> str | None:
    name = "the module" if old.co_name == "<module>" else f"`{old.co_qualname}`"
    if _told(old) != _told(new):
        return name
    ours, theirs = walk.graph(old), walk.graph(new)
    todo = [_Place(ours.settled(0), theirs.settled(0))]
    seen = set(todo)
    while todo:
        place = todo.pop()
        walk.spend(1)
        if ENDLESS in {place.old, place.new}:
            if place.old != place.new:
                return name
            continue
        one, other = ours.steps[place.old], theirs.steps[place.new]
        if one.held is not None and other.held is not None and (inner := _difference(one.held, other.held, walk)):
            return inner
        if not _alike(one, other, flipped=place.flipped):
            return name
        fresh = [each for each in _following(ours, theirs, (one, other), flipped=place.flipped) if each not in seen]
        seen.update(fresh)
        todo += fresh
    return None


def _alike(one: Step, other: Step, *, flipped: bool) -> bool:
    """Whether both do the same; an answer that is flipped must be asked for at once."""
    if flipped and one.does != ("test", "truth"):
        return False
    mine, its = one.handler, other.handler
    caught = (mine and (mine.depth, mine.lasti)) == (its and (its.depth, its.lasti))
    return caught and one.does == other.does and (one.held is None) == (other.held is None)


def _following(ours: Graph, theirs: Graph, pair: tuple[Step, Step], *, flipped: bool) -> Iterator[_Place]:
    one, other = pair
    answers = reversed(other.follow) if flipped else other.follow
    for mine, its in zip(one.follow, answers, strict=True):
        yield _Place(ours.settled(mine), theirs.settled(its), one.opposite is not other.opposite)
    if one.handler and other.handler:
        yield _Place(ours.settled(one.handler.offset), theirs.settled(other.handler.offset))


def _told(code: CodeType) -> tuple[object, ...]:
    """What can be asked of a function from outside, and the local names it has."""
    given = code.co_argcount + code.co_kwonlyargcount
    given += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    first = code.co_consts[0] if code.co_consts else None
    local = (code.co_varnames[given:], code.co_cellvars, code.co_freevars)
    return (
        code.co_qualname,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags),
        code.co_varnames[:given],
        first if isinstance(first, str) else None,
        local if READERS.intersection(_names(code)) else tuple(sorted(names) for names in local),
    )


def _names(code: CodeType) -> Iterator[str]:
    """Every name that it or a function in it says."""
    yield from (*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
