"""Cuts until the function is simple enough: choose a set, carry it out from the bottom up, prove each anew.

Every cut is proven on the text it is made in. Cuts are made from the last line up, so those above
keep their place; what a cut below changed (its call reads names) is seen by the proof of the next.
A helper that is still too complex is a function like any other and gets cuts of its own.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from agents.transforms.extract_function.candidates import HELPER_LIMIT, Bench, Candidate, bench, find, prove_again
from agents.transforms.extract_function.choice import Chosen, choose_named, farthest_named
from agents.transforms.extract_function.complexity import cyclomatic, worse
from agents.transforms.extract_function.effects import CONSUMERS
from agents.transforms.extract_function.guards import refuse_function
from agents.transforms.extract_function.helper import Cut, Line, carry_out
from agents.transforms.extract_function.identifiers import identifiers, rebound_builtins
from agents.transforms.extract_function.placement import Placement, placement_of
from agents.transforms.rewrite import ProjectFacts, Refusal
from agents.transforms.source import Function, Source, Unparsable, find_functions, functions, parse_text

MAX_TRIES = 8
"""Choices tried for one function before it is declined; each bans what failed in the last."""
MOST_MOVED = (HELPER_LIMIT - 1, 2 * HELPER_LIMIT, 5 * HELPER_LIMIT)
"""Decisions one cut may take, tried in turn: a helper that must be cut again is the second choice."""
MAX_SEARCHES = 20
"""Searches for candidates in one rewrite, helpers of helpers included."""
LEAST_STEP = 5
"""Decisions that part of the way must take away to be worth a review of its own."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a rewrite must bring a function."""

    limit: int
    whole: bool = True
    """False: as far towards the limit as cuts go that have a name and whose lines the tests run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A file after some cuts."""

    source: Source
    lines: tuple[Line, ...]
    helpers: tuple[str, ...] = ()
    """Names of the new functions, in the order they were made."""
    unnamed: frozenset[str] = frozenset()
    """Those of them that are placeholders."""
    executed: bool = True
    """Whether the base suite runs all that was moved."""
    taken: frozenset[str] = frozenset()
    """Names no helper may have."""
    consumers: frozenset[str] = frozenset()
    """Builtins that exhaust an iterable before they return, where the file leaves them builtins."""


@dataclass(slots=True)
class Effort:
    """Searches spent on one rewrite."""

    searches: int = 0

    def spend(self) -> bool:
        """One more search, if there is one left."""
        self.searches += 1
        return self.searches <= MAX_SEARCHES


@dataclass(slots=True)
class _Memory:
    """What earlier tries taught: blocks that turned out to be dead ends."""

    effort: Effort

    banned: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    refused: Counter[str] = field(default_factory=Counter[str])


def start(source: Source, facts: ProjectFacts) -> Plan:
    """The plan of no cuts."""
    lines = tuple(Line(text, number) for number, text in enumerate(source.lines, 1))
    return Plan(
        source,
        lines,
        taken=identifiers(source.tree) | facts.private_names,
        consumers=CONSUMERS - rebound_builtins(source.tree),
    )


def reduce(plan: Plan, function: Function, aim: Aim, *, facts: ProjectFacts, effort: Effort) -> Plan | Refusal:
    """`plan` with `function` brought where it should be, and every new helper to at most HELPER_LIMIT."""
    if reason := refuse_function(function):
        return reason
    memory = _Memory(effort)
    for _ in range(MAX_TRIES):
        done = _attempt(plan, function, aim, facts, memory)
        if done is not None:
            return done
    return _declined(memory)


def _declined(memory: _Memory) -> Refusal:
    most = memory.refused.most_common(3)
    if not most:
        return Refusal("no-cuts: no run of statements can be moved")
    told = ", ".join(f"{word} ({count} decisions)" for word, count in most)
    return Refusal(f"{most[0][0]}: too few decisions can be moved; held back by {told}")


def _attempt(plan: Plan, function: Function, aim: Aim, facts: ProjectFacts, memory: _Memory) -> Plan | Refusal | None:
    """One choice carried out; None when it was a dead end and something was learnt."""
    place = placement_of(plan.source, function)
    if isinstance(place, Refusal):
        return place
    need = cyclomatic(plan.source.text)[function.line] - aim.limit
    if need <= 0:
        return plan
    if not memory.effort.spend():
        return Refusal(f"search-limit: no set of cuts was found in {MAX_SEARCHES} searches")
    found = find(_laid(plan, function, place, facts))
    memory.refused = found.refused
    free = [c for c in found.candidates if c.block.key not in memory.banned]
    chosen = _chosen(function, free, need) if aim.whole else _part(function, free, need)
    if chosen is None:
        return _declined(memory)
    return _carried_out(plan, function, aim, chosen.cuts, facts=facts, memory=memory)


def _chosen(function: Function, free: Sequence[Candidate], need: int) -> Chosen | None:
    found = (choose_named(function.node, [c for c in free if c.weight <= most], need) for most in MOST_MOVED)
    return next((chosen for chosen in found if chosen is not None), None)


def _part(function: Function, free: Sequence[Candidate], need: int) -> Chosen | None:
    """Of cuts that need no other, neither a name from elsewhere nor tests."""
    ready = [c for c in free if c.names and c.executed and c.weight < HELPER_LIMIT]
    return farthest_named(function.node, ready, need, least=min(LEAST_STEP, need))


def _laid(plan: Plan, function: Function, place: Placement, facts: ProjectFacts) -> Bench:
    return bench(plan.source, plan.lines, function, place, facts=facts, taken=plan.taken, consumers=plan.consumers)


def _carried_out(
    plan: Plan, function: Function, aim: Aim, cuts: tuple[Candidate, ...], *, facts: ProjectFacts, memory: _Memory
) -> Plan | None:
    begun, dearest = plan, max(cuts, key=lambda c: c.cost)
    which = _place_among(plan.source, function)
    for wanted in sorted(cuts, key=lambda c: -c.block.code):
        done = _one_cut(plan, function, which, wanted, facts=facts, effort=memory.effort)
        if isinstance(done, Refusal):
            memory.banned.add(wanted.block.key)
            memory.refused[done.word] += wanted.weight
            return None
        plan = done
    again = find_functions(plan.source, function.name)[which]
    left = reduce(plan, again, aim, facts=facts, effort=memory.effort) if aim.whole else plan
    if isinstance(left, Refusal) or (left.unnamed and not aim.whole):
        memory.banned.add(dearest.block.key)
        return None
    # Cuts inside helpers are judged with the whole they belong to.
    if not begun.helpers and (counts := worse(begun.source.text, left.source.text)):
        memory.banned.add(dearest.block.key)
        memory.refused[f"reads-worse ({', '.join(counts)})"] += dearest.weight
        return None
    return left


def _place_among(source: Source, function: Function) -> int:
    """Which of the functions of its name it is: helpers above it move lines, but none of them has that name."""
    return [each.line for each in find_functions(source, function.name)].index(function.line)


def _one_cut(
    plan: Plan, function: Function, which: int, wanted: Candidate, *, facts: ProjectFacts, effort: Effort
) -> Plan | Refusal:
    """The plan after one cut, proven on the plan's own text; a big helper is reduced at once."""
    now = find_functions(plan.source, function.name)[which]
    shift = now.line - function.line
    place = placement_of(plan.source, now)
    if isinstance(place, Refusal):
        return place
    code, last, indent = wanted.block.key
    laid = _laid(plan, now, place, facts)
    same = prove_again(laid, (code + shift, last + shift, indent), wanted.weight)
    if isinstance(same, Refusal):
        return same
    after = _cut(plan, now, replace(same, names=wanted.names), place)
    if isinstance(after, Refusal) or same.weight < HELPER_LIMIT:
        return after
    helper = _helper_in(after, place, after.helpers[-1])
    return reduce(after, helper, Aim(HELPER_LIMIT), facts=facts, effort=effort)


def _helper_in(plan: Plan, place: Placement, name: str) -> Function:
    return next(f for f in _functions_named(plan.source, name) if (place.owner is None) == _free(f))


def _functions_named(source: Source, name: str) -> Iterator[Function]:
    return (f for f in functions(source) if f.node.name == name)


def _free(function: Function) -> bool:
    return not isinstance(function.enclosing[-1], ast.ClassDef)


def _cut(plan: Plan, function: Function, candidate: Candidate, place: Placement) -> Plan | Refusal:
    # A helper cut in the meantime may have taken the first name.
    decent = next((named.name for named in candidate.names if named.name not in plan.taken), None)
    name = decent or next(n for n in (f"_unnamed_{number}" for number in count(1)) if n not in plan.taken)
    cut = Cut(candidate.block, candidate.interface, place, name)
    lines = carry_out(plan.source, plan.lines, function, cut)
    source = parse_text(plan.source.path, "".join(line.text for line in lines))
    if isinstance(source, Unparsable):
        return Refusal(f"not-a-program: after the move the file does not parse ({source.reason})")
    unnamed = plan.unnamed if decent else plan.unnamed | {name}
    return replace(
        plan, source=source, lines=lines, helpers=(*plan.helpers, name), unnamed=unnamed, taken=plan.taken | {name},
        executed=plan.executed and candidate.executed,
    )  # fmt: skip
