"""Every cut of a function that is proven exact, with what it takes away and what it costs a reader."""

import ast
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.names import Moved, Named, names_for
from agents.transforms.extract_function.blocks import (
    Block,
    Condition,
    block_of,
    first_line,
    leading_comment,
    statement_lists,
)
from agents.transforms.extract_function.complexity import weights
from agents.transforms.extract_function.guards import bare_annotations, refuse_block, refuse_statement
from agents.transforms.extract_function.helper import Line
from agents.transforms.extract_function.interface import Interface, interface
from agents.transforms.extract_function.placement import Placement
from agents.transforms.extract_function.region import Analysis, Exit, analyse
from agents.transforms.extract_function.scopes import names_around, own_nodes
from agents.transforms.rewrite import ProjectFacts, Refusal
from agents.transforms.source import Function, Source

MAX_INPUTS = 7
MAX_OUTPUTS = 3
MIN_WEIGHT = 2
"""Decisions a helper must take away to be worth its call."""
MIN_LEFT = 2
"""Decisions that stay: a function that only calls its helper is one name too many."""
HELPER_LIMIT = 10
UNNAMED_COST = 15.0
UNEXECUTED_COST = 8.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proven cut."""

    block: Block
    interface: Interface
    weight: int
    """Decisions that move; the helper's cyclomatic complexity is one more."""
    cost: float
    names: tuple[Named, ...]
    """Decent names, best first; its cost counts the first."""
    executed: bool
    """Whether the base suite runs every moved statement, as far as is known."""

    def renamed(self) -> "Candidate":
        """The same cut without its best name, at the price of the next."""
        return replace(self, names=self.names[1:], cost=self.cost - _name_cost(self.names) + _name_cost(self.names[1:]))


@dataclass(frozen=True, slots=True)
class Found:
    """All candidates of a function, and why other blocks stay: reason word -> decisions it holds back."""

    candidates: tuple[Candidate, ...]
    refused: Counter[str]


@dataclass(frozen=True, slots=True)
class Bench:
    """A function laid out for cutting: everything that all of its blocks share."""

    source: Source
    lines: tuple[Line, ...]
    function: Function
    place: Placement
    facts: ProjectFacts
    taken: Collection[str]
    """Names that no helper may have."""
    analysis: Analysis
    declared: frozenset[str]
    """Bare annotations of the function, `x: T`."""
    around: frozenset[str]
    """Names of functions around it that it sees and its helpers would not; a method's stand where it stands."""


def bench(
    source: Source,
    lines: tuple[Line, ...],
    function: Function,
    place: Placement,
    *,
    facts: ProjectFacts,
    taken: Collection[str],
    consumers: frozenset[str],
) -> Bench:
    """The function analysed once."""
    analysis = analyse(function.node, consumers)
    declared = bare_annotations(own_nodes(function.node))
    around = names_around(function) if place.owner is None else frozenset[str]()
    return Bench(source, lines, function, place, facts, taken, analysis, declared, around)


def find(on: Bench) -> Found:
    """Every proven cut."""
    refused: Counter[str] = Counter()
    found: list[Candidate] = []
    for block, under, weight in _runs(on, refused):
        candidate = prove(on, block, under, weight)
        if isinstance(candidate, Refusal):
            refused[candidate.word] += weight
        else:
            found.append(candidate)
    return Found(tuple(found), refused)


def prove(on: Bench, block: Block, under: Condition, weight: int) -> Candidate | Refusal:
    """One block with its proof, name and cost, or the rule it breaks."""
    if (reason := refuse_block(on.function, block, on.declared)) is not None:
        return reason
    proven = interface(on.analysis, block)
    if isinstance(proven, Refusal):
        return proven
    inputs = [name for name in proven.inputs if name != on.place.receiver]
    if len(inputs) > MAX_INPUTS:
        return Refusal(f"too-wide: needs {len(inputs)} inputs")
    if len(proven.outputs) > MAX_OUTPUTS:
        return Refusal(f"too-many-outputs: gives {len(proven.outputs)} values")
    moved = Moved(block.statements, leading_comment(on.source, block), under, proven.inputs, proven.outputs)
    names = names_for(moved, on.taken)
    executed = _executed(on, block)
    cost = _cost(block, proven, inputs, weight) + _name_cost(names) + _constructor(on, block)
    return Candidate(block, proven, weight, cost + (0.0 if executed else UNEXECUTED_COST), names, executed)


def prove_again(on: Bench, key: tuple[int, int, int], weight: int) -> Candidate | Refusal:
    """The block that stands at `key`, proven on the text as it is now."""
    for statements, under in statement_lists(on.function.node):
        for i, first in enumerate(statements):
            if first_line(first) != key[0]:
                continue
            for j in range(i, len(statements)):
                block = block_of(on.source, statements, i, j)
                if block is not None and block.key == key:
                    return prove(on, block, under if block.whole_list else None, weight)
    return Refusal("changed-by-another-cut: the block is no longer there after the cuts below it")


def _runs(on: Bench, refused: Counter[str]) -> Iterator[tuple[Block, Condition, int]]:
    lists = tuple(statement_lists(on.function.node))
    weight_of = weights(on.source, (s for statements, _ in lists for s in statements))
    most = sum(weight_of[s] for s in lists[0][0]) - MIN_LEFT
    movable = _movable(on, weight_of, refused)
    for statements, under in lists:
        for i, j, weight in _spans([movable[s] for s in statements]):
            block = block_of(on.source, statements, i, j) if MIN_WEIGHT <= weight <= most else None
            if block is not None:
                yield block, under if block.whole_list else None, weight


def _movable(on: Bench, weight_of: Mapping[ast.stmt, int], refused: Counter[str]) -> dict[ast.stmt, int | None]:
    """The weight of each statement that may move; None for one that may not."""
    movable: dict[ast.stmt, int | None] = {}
    for statement, weight in weight_of.items():
        reason = refuse_statement(statement, declared=on.analysis.scope.declared, around=on.around, facts=on.facts)
        movable[statement] = weight if reason is None else None
        if reason is not None:
            refused[reason.word] += weight
    return movable


def _spans(weighed: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """Every run (first, last, weight) that holds no None."""
    for i in range(len(weighed)):
        total = 0
        for j in range(i, len(weighed)):
            weight = weighed[j]
            if weight is None:
                break
            total += weight
            yield i, j, total


def _cost(block: Block, known: Interface, inputs: list[str], weight: int) -> float:
    """What the cut costs a reader: its interface, odd boundaries, and the cuts a big helper will need itself."""
    outputs = len(known.outputs)
    cost = 4.0 + len(inputs) + 2 * outputs + 3 * max(0, len(inputs) - 5) + 4 * max(0, outputs - 1)
    led = block.first < block.code
    cost += 3 * sum(name[:1].isupper() for name in inputs)
    cost += 0 if led or len(block.statements) == 1 or block.whole_list else 2
    cost += 1 if known.exit in {Exit.LEAVES, Exit.CONTINUES} else 0
    cost += 0 if known.falls or known.exit is not Exit.PLAIN else 4
    cost += 12 * math.ceil(max(0, weight + 1 - HELPER_LIMIT) / (HELPER_LIMIT - 1))
    return cost - 0.4 * min(weight, HELPER_LIMIT - 1)


def _name_cost(names: tuple[Named, ...]) -> float:
    return float(names[0].rank) if names else UNNAMED_COST


def _constructor(on: Bench, block: Block) -> float:
    """An attribute first bound outside `__init__` is legal, and hides from readers and documentation."""
    if on.function.node.name != "__init__":
        return 0.0
    stored = (
        n
        for s in block.statements
        for n in ast.walk(s)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    )
    return 6.0 if any(isinstance(n.value, ast.Name) and n.value.id == on.place.receiver for n in stored) else 0.0


def _executed(on: Bench, block: Block) -> bool:
    """Moved statements that the base suite never runs make the change unprovable by tests."""
    if on.facts.executed is None:
        return True
    executed = on.facts.executed.get(on.source.path, frozenset[int]())
    starts = (n.lineno for s in block.statements for n in ast.walk(s) if isinstance(n, ast.stmt))
    origins = (on.lines[line - 1].origin for line in starts)
    return all(o is None or o in executed for o in origins)
