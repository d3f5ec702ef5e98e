"""The cheapest set of cuts that takes enough decisions away: exact, over the tree of statements.

Blocks of one function either lie apart or nest, so an optimum is built from optima: of a list up to
each statement, of a statement from its own lists. `best[w]` is the cheapest set taking at least w.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.transforms.extract_function.blocks import child_lists
from agents.transforms.extract_function.candidates import Candidate
from agents.transforms.source import FunctionNode


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set of cuts and its price."""

    cost: float
    cuts: tuple[Candidate, ...]


_Best = list[Chosen | None]


def choose(node: FunctionNode, candidates: Sequence[Candidate], need: int) -> Chosen | None:
    """The cheapest non-overlapping candidates that together weigh at least `need`; None where none do."""
    return _of_list(node.body, _ending(candidates), need)[need]


def _ending(candidates: Sequence[Candidate]) -> dict[ast.stmt, list[Candidate]]:
    """By their last statement."""
    ending: dict[ast.stmt, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        ending[candidate.block.statements[-1]].append(candidate)
    return ending


def choose_named(node: FunctionNode, candidates: Sequence[Candidate], need: int) -> Chosen | None:
    """As `choose`, with no name twice: of two cuts that want one name, the lighter looks for its next."""
    current = list(candidates)
    while (chosen := choose(node, current, need)) is not None:
        losers = {id(loser) for loser in _second_of_their_name(chosen.cuts)}
        if not losers:
            return chosen
        current = [c.renamed() if id(c) in losers else c for c in current]
    return None


def farthest_named(node: FunctionNode, candidates: Sequence[Candidate], need: int, *, least: int) -> Chosen | None:
    """As `choose_named`, of those that weigh the most up to `need`; None where that is under `least`."""
    best = _of_list(node.body, _ending(candidates), need)
    most = max(weight for weight, chosen in enumerate(best) if chosen is not None)
    reached = (choose_named(node, candidates, weight) for weight in range(most, least - 1, -1))
    return next((chosen for chosen in reached if chosen is not None and all(c.names for c in chosen.cuts)), None)


def _second_of_their_name(cuts: Sequence[Candidate]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for cut in sorted((c for c in cuts if c.names), key=lambda c: -c.weight):
        if cut.names[0].name in seen:
            yield cut
        seen.add(cut.names[0].name)


def _empty(need: int) -> _Best:
    return [Chosen(0.0, ()), *([None] * need)]


def _of_list(statements: Sequence[ast.stmt], ending: dict[ast.stmt, list[Candidate]], need: int) -> _Best:
    upto = [_empty(need)]
    position = {statement: number for number, statement in enumerate(statements)}
    for statement in statements:
        best = _joined(upto[-1], _of_statement(statement, ending, need))
        for candidate in ending[statement]:
            start = position.get(candidate.block.statements[0])
            if start is not None:
                best = _cheaper(best, _with(upto[start], candidate))
        upto.append(best)
    return upto[-1]


def _of_statement(statement: ast.stmt, ending: dict[ast.stmt, list[Candidate]], need: int) -> _Best:
    best = _empty(need)
    for statements in child_lists(statement):
        best = _joined(best, _of_list(statements, ending, need))
    return best


def _with(best: _Best, candidate: Candidate) -> _Best:
    need = len(best) - 1
    found: _Best = [None] * (need + 1)
    for weight, chosen in enumerate(best):
        if chosen is not None:
            total = min(need, weight + candidate.weight)
            found[total] = _lower(found[total], Chosen(chosen.cost + candidate.cost, (*chosen.cuts, candidate)))
    return found


def _joined(left: _Best, right: _Best) -> _Best:
    if all(chosen is None for chosen in right[1:]):
        return left
    need = len(left) - 1
    found: _Best = [None] * (need + 1)
    for i, first in enumerate(left):
        for j, second in enumerate(right):
            if first is not None and second is not None:
                total = min(need, i + j)
                found[total] = _lower(found[total], Chosen(first.cost + second.cost, (*first.cuts, *second.cuts)))
    return found


def _cheaper(left: _Best, right: _Best) -> _Best:
    return [_lower(a, b) for a, b in zip(left, right, strict=True)]


def _lower(left: Chosen | None, right: Chosen | None) -> Chosen | None:
    if left is None or right is None:
        return left or right
    return left if left.cost <= right.cost else right
