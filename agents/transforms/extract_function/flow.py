"""The statement-level control-flow graph of one function.

Language rules (reference manual, "Compound statements"): every statement inside `try` or `with` may
raise, so each has an edge to the handlers with the state *before* it; `finally` runs on every way
out, so it is copied for each; a `with` may swallow what its body raises, unless it is the builtin
`open`; `except ... as e` unbinds e on every way out of the handler; a failed `match` pattern may
have bound some of its names. Edges are over-approximated: more is live, less is definitely bound.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from agents.transforms.extract_function.effects import Effects, effects
from agents.transforms.source import FunctionNode

FELL_OFF = 0
"""The node after the last statement: an implicit `return None`."""
RETURNED = 1
"""The node every `return` leads to."""

_NOTHING = Effects()


@dataclass(slots=True)
class Step:
    """One node: what it does, where it goes, where it goes when it raises (before doing anything)."""

    effects: Effects
    to: list[int]
    raises: tuple[int, ...] = ()


@dataclass(slots=True)
class Flow:
    """A function's graph. A statement inside `finally` has several copies: one interval of steps each."""

    steps: list[Step] = field(default_factory=lambda: [Step(_NOTHING, []), Step(_NOTHING, [])])
    intervals: dict[ast.stmt, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[ast.stmt, list[int]] = field(default_factory=lambda: defaultdict(list))
    afters: dict[ast.stmt, list[int]] = field(default_factory=lambda: defaultdict(list))
    continues: dict[ast.stmt, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Where each `continue` leads, copy by copy."""
    entry: int = FELL_OFF


@dataclass(frozen=True, slots=True)
class _Ways:
    """Where jumps lead from the place being built."""

    leave: int
    raises: tuple[int, ...] = ()
    stop: int = FELL_OFF
    again: int = FELL_OFF


_Passage = Callable[[int, _Ways], int]


def flow_of(node: FunctionNode, consumers: frozenset[str]) -> Flow:
    """The graph of a function's own body; `consumers` are the builtins that exhaust a generator at once."""
    builder = _Builder(Flow(), consumers)
    builder.flow.entry = builder.block(node.body, FELL_OFF, _Ways(RETURNED))
    return builder.flow


@dataclass(slots=True)
class _Builder:
    """Builds backwards: the place to go next is known before a statement is built."""

    flow: Flow
    consumers: frozenset[str]

    def step(self, nodes: Iterable[ast.AST | None], to: Sequence[int], ways: _Ways) -> int:
        known = effects((n for n in nodes if n is not None), consumers=self.consumers)
        return self.plain(known, to, ways.raises)

    def plain(self, known: Effects, to: Sequence[int], raises: tuple[int, ...] = ()) -> int:
        self.flow.steps.append(Step(known, list(to), raises))
        return len(self.flow.steps) - 1

    def block(self, statements: Sequence[ast.stmt], after: int, ways: _Ways) -> int:
        for statement in reversed(statements):
            start = len(self.flow.steps)
            entry = self.statement(statement, after, ways)
            self.flow.intervals[statement].append((start, len(self.flow.steps)))
            self.flow.entries[statement].append(entry)
            self.flow.afters[statement].append(after)
            after = entry
        return after

    def statement(self, node: ast.stmt, after: int, ways: _Ways) -> int:  # noqa: PLR0911 - one line a kind of statement
        match node:
            case ast.If():
                branches = [self.block(node.body, after, ways), self.block(node.orelse, after, ways)]
                return self.step([node.test], branches, ways)
            case ast.While():
                return self.while_loop(node, after, ways)
            case ast.For() | ast.AsyncFor():
                return self.for_loop(node, after, ways)
            case ast.Try() | ast.TryStar():
                return self.try_(node, after, ways)
            case ast.With() | ast.AsyncWith():
                return self.with_(node, after, ways)
            case ast.Match():
                return self.match(node, after, ways)
            case _:
                return self.simple(node, after, ways)

    def simple(self, node: ast.stmt, after: int, ways: _Ways) -> int:
        match node:
            case ast.Return():
                return self.step([node.value], [ways.leave], ways)
            case ast.Raise():
                return self.step([node.exc, node.cause], [], ways)
            case ast.Break():
                return self.plain(_NOTHING, [ways.stop])
            case ast.Continue():
                self.flow.continues[node].append(ways.again)
                return self.plain(_NOTHING, [ways.again])
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                return self.plain(_NOTHING, [after])
            case _:
                return self.step([node], [after], ways)

    def while_loop(self, node: ast.While, after: int, ways: _Ways) -> int:
        head = self.step([node.test], [], ways)
        exhausted = self.block(node.orelse, after, ways)
        body = self.block(node.body, head, replace(ways, stop=after, again=head))
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self.flow.steps[head].to = [body] if endless else [body, exhausted]
        return head

    def for_loop(self, node: ast.For | ast.AsyncFor, after: int, ways: _Ways) -> int:
        head = self.plain(_NOTHING, [], ways.raises)
        exhausted = self.block(node.orelse, after, ways)
        body = self.block(node.body, head, replace(ways, stop=after, again=head))
        bind = self.step([node.target], [body], ways)
        self.flow.steps[head].to = [bind, exhausted]
        return self.step([node.iter], [head], ways)

    def with_(self, node: ast.With | ast.AsyncWith, after: int, ways: _Ways) -> int:
        leave = self.plain(_NOTHING, [after], ways.raises)
        inside = [ways]
        for item in node.items:
            swallow = self.plain(_NOTHING, [after], inside[-1].raises)
            inside.append(inside[-1] if _never_swallows(item) else replace(inside[-1], raises=(swallow,)))
        entry = self.block(node.body, leave, inside[-1])
        for item, around in zip(reversed(node.items), reversed(inside[:-1]), strict=True):
            entry = self.step([item.context_expr, item.optional_vars], [entry], around)
        return entry

    def match(self, node: ast.Match, after: int, ways: _Ways) -> int:
        failed = after
        for case in reversed(node.cases):
            body = self.block(case.body, after, ways)
            guard = self.step([case.guard], [body, failed] if case.guard else [body], ways)
            names = _captured(case.pattern)
            matched = self.plain(Effects(binds=names, may_bind=names), [guard])
            tried = effects(_values(case.pattern), consumers=self.consumers)
            known = replace(tried, may_bind=tried.may_bind | names)
            failed = self.plain(known, [matched] if _irrefutable(case.pattern) else [matched, failed], ways.raises)
        return self.step([node.subject], [failed], ways)

    def try_(self, node: ast.Try | ast.TryStar, after: int, ways: _Ways) -> int:
        outer = self.through(lambda to, around: self.block(node.finalbody, to, around), node, ways)
        after = self.block(node.finalbody, after, ways)
        unhandled = self.plain(_NOTHING, [], outer.raises)
        for handler in reversed(node.handlers):
            unhandled = self.handler(handler, (after, unhandled), outer, starred=isinstance(node, ast.TryStar))
        caught = replace(outer, raises=(unhandled,)) if node.handlers else outer
        orelse = self.block(node.orelse, after, outer)
        return self.block(node.body, orelse, caught)

    def handler(self, node: ast.ExceptHandler, ways_on: tuple[int, int], ways: _Ways, *, starred: bool) -> int:
        after, other = ways_on
        done = self.plain(_NOTHING, [after, other] if starred else [after])
        inside = ways
        bind = _NOTHING
        if node.name is not None:
            unbind = Effects(unbinds=frozenset({node.name}))
            bind = Effects(binds=frozenset({node.name}), may_bind=frozenset({node.name}))
            done = self.plain(unbind, [done])
            inside = self.through(lambda to, around: self.plain(unbind, [to], around.raises), node, ways)
        body = self.plain(bind, [self.block(node.body, done, inside)])
        return self.step([node.type], [body] if node.type is None else [body, other], ways)

    def through(self, passage: _Passage, node: ast.AST, ways: _Ways) -> _Ways:
        """`ways` with a passage (a copy of `finally`, an unbinding) before each that `node` can take."""
        if isinstance(node, ast.Try | ast.TryStar) and not node.finalbody:
            return ways
        jumps = {type(child) for child in ast.walk(node)}
        onward = self.plain(_NOTHING, [], ways.raises)
        return _Ways(
            leave=passage(ways.leave, ways) if ast.Return in jumps else ways.leave,
            raises=(passage(onward, ways),),
            stop=passage(ways.stop, ways) if ast.Break in jumps else ways.stop,
            again=passage(ways.again, ways) if ast.Continue in jumps else ways.again,
        )


def _never_swallows(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id="open")):
            return True
        case _:
            return False


def _captured(pattern: ast.pattern) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                names.add(name)
            case _:
                pass
    return frozenset(names)


def _values(pattern: ast.pattern) -> list[ast.AST]:
    return [node for node in ast.walk(pattern) if isinstance(node, ast.expr)]


def _irrefutable(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=inner) if inner is not None:
            return _irrefutable(inner)
        case ast.MatchOr(patterns=patterns):
            return any(_irrefutable(p) for p in patterns)
        case _:
            return False
