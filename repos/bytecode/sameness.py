"""Whether two texts run the same steps on every path, by walking both at once (pure).

Two code objects are the same when their first steps do the same and whatever follows is the same again, for each
answer and each exception: a bisimulation, as compilers are validated with. What it shows holds for every input; what
it cannot show may be equal all the same (another order of operations, a renamed local name, moved code).
Beside the steps, what a function tells of itself must be equal: its name, parameters and documentation.

Not told apart: line numbers, and where in memory the code lies.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType

from repos.bytecode.steps import ENDLESS, Graph, Step, graph

READERS = frozenset({"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe", "stack"})
"""Names by which a function may read its own local names, whose order is then seen."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in both graphs at once."""

    old: int
    new: int
    flipped: bool = False
    """Whether the answer on top of the stack is the opposite of the other's."""


def difference(before: bytes, after: bytes) -> str | None:
    """The first function, or `the module`, that does not run the same steps; None where none differs.

    Raises SyntaxError, ValueError or RecursionError where a text cannot be compiled.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old, new = (compile(text, "module", "exec", dont_inherit=True, optimize=0) for text in (before, after))
    return _difference(old, new)


def _difference(old: CodeType, new: CodeType) -> str | None:
    name = "the module" if old.co_name == "<module>" else f"`{old.co_qualname}`"
    if _told(old) != _told(new):
        return name
    ours, theirs = graph(old), graph(new)
    todo = [_Place(ours.settled(0), theirs.settled(0))]
    seen = set(todo)
    while todo:
        place = todo.pop()
        if ENDLESS in {place.old, place.new}:
            if place.old != place.new:
                return name
            continue
        one, other = ours.steps[place.old], theirs.steps[place.new]
        if one.held is not None and other.held is not None and (inner := _difference(one.held, other.held)):
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
        local if READERS.intersection(code.co_names) else tuple(sorted(names) for names in local),
    )
