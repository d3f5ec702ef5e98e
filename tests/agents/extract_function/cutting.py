"""Every cut the analysis proves in a small function, carried out one at a time."""

import textwrap

import pytest

from agents.transforms.extract_function import blocks, candidates
from agents.transforms.extract_function.candidates import Bench, Candidate, bench, find
from agents.transforms.extract_function.guards import refuse_function
from agents.transforms.extract_function.helper import Cut, carry_out
from agents.transforms.extract_function.placement import placement_of
from agents.transforms.extract_function.planner import start
from agents.transforms.rewrite import ProjectFacts, Refusal
from agents.transforms.source import Source, functions, parse_text

NAME = "_moved_lines"


def parsed(text: str) -> Source:
    source = parse_text("small.py", textwrap.dedent(text))
    assert isinstance(source, Source), source
    return source


def laid(text: str, name: str = "f", facts: ProjectFacts | None = None) -> Bench | Refusal:
    """The function called `name` on the bench, or why nothing of it may move."""
    known = facts or ProjectFacts()
    source = parsed(text)
    function = next(f for f in functions(source) if f.node.name == name)
    if reason := refuse_function(function):
        return reason
    place = placement_of(source, function)
    if isinstance(place, Refusal):
        return place
    plan = start(source, known)
    return bench(source, plan.lines, function, place, facts=known, taken=plan.taken, consumers=plan.consumers)


def every_cut(text: str, name: str = "f", facts: ProjectFacts | None = None) -> list[tuple[Candidate, str]]:
    """Each proven cut with the file after it, however small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MIN_WEIGHT", 0)
        patch.setattr(candidates, "MIN_LEFT", 0)
        patch.setattr(blocks, "MIN_LINES", 1)
        on = laid(text, name, facts)
        if isinstance(on, Refusal):
            return []
        return [(found, _after(on, found)) for found in find(on).candidates]


def _after(on: Bench, found: Candidate) -> str:
    lines = carry_out(on.source, on.lines, on.function, Cut(found.block, found.interface, on.place, NAME))
    return "".join(line.text for line in lines)


def reasons(text: str, name: str = "f", facts: ProjectFacts | None = None) -> set[str]:
    """The words of every rule that keeps something of the function in its place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MIN_WEIGHT", 0)
        patch.setattr(candidates, "MIN_LEFT", 0)
        patch.setattr(blocks, "MIN_LINES", 1)
        on = laid(text, name, facts)
        return {on.word} if isinstance(on, Refusal) else set(find(on).refused)


def cut_at(text: str, marker: str, name: str = "f") -> str:
    """The file after the one cut whose first line holds `marker` and that reaches furthest."""
    cuts = [
        (found.block.last, after)
        for found, after in every_cut(text, name)
        if marker in parsed(text).lines[found.block.code - 1]
    ]
    return max(cuts)[1]
