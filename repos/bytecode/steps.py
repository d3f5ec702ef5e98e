"""A code object as a graph of steps: what each does, and what may follow it (pure).

Jumps that ask nothing and instructions that do nothing are no steps. A test is told by what it asks, not by the
answer it jumps on, so that `if not x: continue` and `if x: ...` are one and the same test.
Source: the documentation of the standard library's `dis`, which also reads the table of exception handlers.
"""

import dis
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType
from typing import Protocol, cast

ENDLESS = -1
"""What follows where nothing ever comes: a jump to itself."""
_BRANCH = re.compile(r"POP_JUMP_(?:FORWARD_|BACKWARD_)?IF_(NOT_)?(TRUE|FALSE|NONE)$")
_NOTHING = frozenset({"NOP", "EXTENDED_ARG", "CACHE", "NOT_TAKEN"})
_JUMPS = frozenset({"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE"})
_ENDS = frozenset({"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"})
_NEGATABLE = frozenset({"IS_OP", "CONTAINS_OP"})
"""Asked with operand 1 they answer the opposite; the answer is always a bool."""
_WIDTH = 2
"""Bytes of one unit of code."""
_JUMPING = frozenset({*dis.hasjrel, *dis.hasjabs})


class _Entry(Protocol):
    """A row of the table of handlers: from `start` up to `end`."""

    start: int
    end: int
    target: int
    depth: int
    lasti: bool


@dataclass(frozen=True, slots=True)
class Handler:
    """Where an exception goes on."""

    offset: int
    depth: int
    """Of the stack that is kept."""
    lasti: bool
    """Whether the place is pushed too."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction that does something."""

    does: tuple[object, ...]
    """The operation and its operand by value; of a test what it asks."""
    follow: tuple[int, ...]
    """Offsets of what may follow; of a test that of yes, then that of no."""
    handler: Handler | None
    held: CodeType | None = None
    """The operand, where it is a code object."""
    opposite: bool = False
    """Whether it answers by the opposite: `is not`, `not in`."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All steps of a code object by offset."""

    steps: Mapping[int, Step]
    silent: Mapping[int, int]
    """Where instructions lead that are no steps."""

    def settled(self, offset: int) -> int:
        """The first step at an offset or behind it, or ENDLESS."""
        seen: set[int] = set()
        while offset in self.silent and offset not in seen:
            seen.add(offset)
            offset = self.silent[offset]
        return offset if offset in self.steps else ENDLESS


def graph(code: CodeType) -> Graph:
    """The code's steps; it begins at offset 0."""
    told = tuple(dis.get_instructions(code))
    behind = {one.offset: other.offset for one, other in pairwise(told)}
    handlers = _handlers(code)
    steps: dict[int, Step] = {}
    silent: dict[int, int] = {}
    for one in told:
        after = behind.get(one.offset, ENDLESS)
        if one.opname in _NOTHING:
            silent[one.offset] = after
        elif one.opname in _JUMPS:
            silent[one.offset] = one.argval
        else:
            steps[one.offset] = _step(one, code, after, handlers.get(one.offset))
    return Graph(steps, silent)


def _step(one: dis.Instruction, code: CodeType, after: int, handler: Handler | None) -> Step:
    if branch := _BRANCH.match(one.opname):
        negated, asked = branch.groups()
        yes = (asked != "FALSE") is (negated is None)
        return Step(
            ("test", "none" if asked == "NONE" else "truth"),
            (one.argval, after) if yes else (after, one.argval),
            handler,
        )
    if one.opcode in _JUMPING:
        return Step((one.opname,), (after, one.argval), handler)
    if one.opname in _NEGATABLE:
        return Step((one.opname,), (after,), handler, opposite=bool(one.arg))
    follow = () if one.opname in _ENDS else (after,)
    if one.opcode in dis.hasconst and one.arg is not None:
        constant = code.co_consts[one.arg]
        if isinstance(constant, CodeType):
            return Step((one.opname,), follow, handler, constant)
        return Step((one.opname, *_value(constant)), follow, handler)
    # The text of a name tells too what goes on the stack beside it.
    operand = (one.argval, one.argrepr) if isinstance(one.argval, str) else (one.arg,)
    return Step((one.opname, *operand), follow, handler)


def _value(constant: object) -> tuple[object, ...]:
    """By kind too, and as written: `1` and `True` are equal, and so are `0.0` and `-0.0`."""
    if _not_a_number(constant):
        raise ValueError("it holds a constant that is not a number, and such are never told apart")
    if isinstance(constant, frozenset):
        return ("frozenset", *sorted(f"{type(one).__name__} {one!r}" for one in cast("Iterable[object]", constant)))
    return type(constant).__name__, repr(constant)


def _not_a_number(constant: object) -> bool:
    if isinstance(constant, tuple):
        return any(map(_not_a_number, cast("Iterable[object]", constant)))
    return isinstance(constant, float | complex) and constant != constant  # noqa: PLR0124 - what NaN is known by


def _handlers(code: CodeType) -> dict[int, Handler]:
    """By offset; no two ranges of the table overlap."""
    entries: Iterable[_Entry] = vars(dis.Bytecode(code))["exception_entries"]  # its stubs leave it out
    return {
        offset: Handler(entry.target, entry.depth, entry.lasti)
        for entry in entries
        for offset in range(entry.start, entry.end, _WIDTH)
    }
