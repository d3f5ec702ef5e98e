"""Where a block lies in its function's graph, and how control leaves it.

Language rule: a helper can only come back, so `return`, `continue` and falling through must all be
one thing for its caller; a `break` of a loop around the block never is.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from agents.transforms.extract_function.blocks import Block, child_lists
from agents.transforms.extract_function.dataflow import Masks, bound_before, live_before, masks_of, union
from agents.transforms.extract_function.flow import FELL_OFF, Flow, flow_of
from agents.transforms.extract_function.scopes import Scope, all_parameters, scope_of
from agents.transforms.rewrite import Refusal
from agents.transforms.source import FunctionNode


class Exit(Enum):
    """How control comes back from the helper."""

    PLAIN = "plain"
    """Falls through (or raises)."""
    RETURNS = "returns"
    """Every way out is the function's own `return`."""
    LEAVES = "leaves"
    """As RETURNS, and no `return` has a value."""
    CONTINUES = "continues"
    """The tail of a loop's body: `continue` becomes `return`."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One function, solved once for all its blocks."""

    node: FunctionNode
    scope: Scope
    flow: Flow
    masks: Masks
    live: dict[int, int]
    bound: dict[int, int]
    order: Mapping[str, int]
    """Rank of each local: parameters as in the signature, then by first appearance."""


def analyse(node: FunctionNode, consumers: frozenset[str]) -> Analysis:
    """Scope, graph, liveness and definite binding of a function."""
    scope = scope_of(node)
    flow = flow_of(node, consumers - scope.locals)
    masks = masks_of(flow, tuple(sorted(scope.locals)))
    every = range(len(flow.steps))
    live = live_before(masks, every, {})
    bound = bound_before(masks, every, {flow.entry: masks.mask(scope.parameters)})
    return Analysis(node, scope, flow, masks, live, bound, _order(node))


def _order(node: FunctionNode) -> Mapping[str, int]:
    names = sorted((n for n in ast.walk(node) if isinstance(n, ast.Name)), key=lambda n: (n.lineno, n.col_offset))
    parameters = (a.arg for a in all_parameters(node.args))
    return {name: rank for rank, name in enumerate(dict.fromkeys((*parameters, *(n.id for n in names))))}


@dataclass(frozen=True, slots=True)
class Region:
    """A block in the graph."""

    inside: frozenset[int]
    entries: tuple[int, ...]
    afters: frozenset[int]
    written: int
    ends: frozenset[int]
    """Steps inside from which some edge leads to the block's end without a jump statement."""

    @property
    def at_end(self) -> bool:
        """Falling off the block is falling off the function."""
        return all(after == FELL_OFF for after in self.afters)


def region_of(analysis: Analysis, block: Block) -> Region:
    """The block's steps, where they begin and where they end."""
    flow, masks = analysis.flow, analysis.masks
    inside = frozenset(n for s in block.statements for start, end in flow.intervals[s] for n in range(start, end))
    afters = frozenset(flow.afters[block.statements[-1]])
    written = union(masks.may_bind[step] | masks.unbinds[step] for step in inside)
    jumps = frozenset(
        n
        for s in jumps_of(block.statements, in_loop=False)
        for start, end in flow.intervals[s]
        for n in range(start, end)
    )
    entries = tuple(flow.entries[block.statements[0]])
    reached = _walk_inside(masks, entries, inside)
    ends = frozenset(n for n in reached - jumps if afters.intersection(masks.to[n]))
    return Region(inside, entries, afters, written, ends)


def _walk_inside(masks: Masks, entries: Sequence[int], inside: frozenset[int]) -> frozenset[int]:
    seen = set(entries)
    pending = list(seen)
    while pending:
        step = pending.pop()
        new = {t for t in (*masks.to[step], *masks.raises[step]) if t in inside} - seen
        seen |= new
        pending += new
    return frozenset(seen)


def jumps_of(statements: Sequence[ast.stmt], *, in_loop: bool) -> Iterator[ast.stmt]:
    """Statements that leave the block: returns, and breaks and continues of loops around it."""
    for statement in statements:
        if isinstance(statement, ast.Return) or (isinstance(statement, ast.Break | ast.Continue) and not in_loop):
            yield statement
        loop = isinstance(statement, ast.For | ast.AsyncFor | ast.While)
        for child in child_lists(statement):
            own_loop = loop and child is statement.body  # type: ignore[attr-defined]  # loops have a body
            yield from jumps_of(child, in_loop=in_loop or own_loop)


def escaping_continues(block: Block) -> tuple[ast.Continue, ...]:
    """The `continue` statements that belong to a loop around the block."""
    return tuple(j for j in jumps_of(block.statements, in_loop=False) if isinstance(j, ast.Continue))


def exit_of(analysis: Analysis, block: Block, region: Region) -> Exit | Refusal:
    """The one way control leaves the block, or why there is more than one."""
    jumps = tuple(jumps_of(block.statements, in_loop=False))
    if not jumps:
        return Exit.PLAIN
    if any(isinstance(j, ast.Break) for j in jumps):
        return Refusal("break: the block leaves a loop around it")
    returns = [j for j in jumps if isinstance(j, ast.Return)]
    return _returns(returns, jumps, region) if returns else _continues(analysis, jumps, region)


def _continues(analysis: Analysis, jumps: tuple[ast.stmt, ...], region: Region) -> Exit | Refusal:
    again = {t for j in jumps for t in analysis.flow.continues[j]}
    if again <= region.afters:
        return Exit.CONTINUES
    return Refusal("continue: code after the block in the loop would still run")


def _returns(returns: list[ast.Return], jumps: tuple[ast.stmt, ...], region: Region) -> Exit | Refusal:
    if len(returns) < len(jumps):
        return Refusal("return-and-continue: the caller could not tell which way the helper left")
    if region.ends and not region.at_end:
        return Refusal("return-and-fall-through: the caller could not tell which way the helper left")
    valued = any(j.value is not None for j in returns)
    return Exit.RETURNS if valued else Exit.LEAVES
