"""The planner brings a function to its limit with few, narrow, well-named cuts, and makes nothing else worse."""
# ruff: noqa: E501 - a small program reads best as one string

from dataclasses import replace
from pathlib import Path

import pytest

from agents.names import Named
from agents.transforms import extract_function
from agents.transforms.extract_function.complexity import cyclomatic, worse
from agents.transforms.extract_function.examples import CHANGES, KEEPS, REFUSES
from agents.transforms.extract_function.placement import placement_of
from agents.transforms.extract_function.planner import Aim, Effort, Plan, _cut, reduce, start
from agents.transforms.rewrite import ProjectFacts, Refusal, Rewrite, apply_edits
from agents.transforms.source import Source, find_functions, functions, parse_source
from tests.agents.extract_function.cutting import every_cut, parsed

OWN = sorted(Path(extract_function.__file__).parents[2].rglob("*.py"))


def rewritten(text: str, name: str = "f", facts: ProjectFacts | None = None, limit: int = 25) -> tuple[Rewrite, str]:
    source = parsed(text)
    done = extract_function.rewrite(source, name, facts or ProjectFacts(), limit=limit)
    assert isinstance(done, Rewrite), done
    return done, apply_edits(source.text, done.edits)


def branches(count: int, call: str = "a.append") -> str:
    return "".join(f"        if a[{n}] and {n}:\n            {call}({n})\n" for n in range(count))


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_examples_change_as_they_say(before: str, after: str) -> None:
    source = parsed(before)
    (site,) = extract_function.sites(source)
    done = extract_function.rewrite(source, site.name, ProjectFacts())
    assert isinstance(done, Rewrite)
    assert apply_edits(source.text, done.edits) == after
    assert done.named


@pytest.mark.parametrize("text", KEEPS)
def test_examples_without_a_site_are_kept(text: str) -> None:
    assert extract_function.sites(parsed(text)) == ()


@pytest.mark.parametrize(("text", "name", "word"), REFUSES)
def test_examples_are_refused_with_their_word(text: str, name: str, word: str) -> None:
    done = extract_function.rewrite(parsed(text), name, ProjectFacts())
    assert isinstance(done, Refusal)
    assert done.word == word


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_second_application_finds_no_site(before: str, after: str) -> None:
    assert len(extract_function.sites(parsed(before))) == 1
    assert extract_function.sites(parsed(after)) == ()


def test_no_new_function_is_over_ten_and_the_old_one_is_at_its_limit() -> None:
    text = "def f(a, b):\n    if b:\n" + branches(8) + "    else:\n" + branches(9) + "    return a\n"
    _, after = rewritten(text)
    values = cyclomatic(after)
    assert values[1] <= 25
    assert max(value for line, value in values.items() if line > 1) <= 10


COLLECT = """\
        {0} = []
        for x in a:
            if x and b:
                {0}.append(x)
            elif x == 2:
                {0}.append(1)
            elif x == 3:
                {0}.append(2)
        b({0})
"""


def test_a_big_helper_is_cut_again() -> None:
    held = " or ".join(f"a == {n}" for n in range(24))
    text = (
        f"def f(a, b):\n    c = (yield) or {held}\n    if c:\n"
        + COLLECT.format("rows")
        + COLLECT.format("cells")
        + "        if cells and rows:\n            return 1\n        if cells or a:\n            return 2\n"
        + "        if rows:\n            return 3\n"
    )
    source = parsed(text)
    (function,) = find_functions(source, "f")
    plan = reduce(start(source, ProjectFacts()), function, Aim(25), facts=ProjectFacts(), effort=Effort())
    assert isinstance(plan, Plan), plan
    values = cyclomatic(plan.source.text)
    assert len(values) > 2
    assert values[1] <= 25
    assert max(value for line, value in values.items() if line > 1) <= 10


def test_placeholders_are_confessed_and_free() -> None:
    text = "def f(x, y, _unnamed_1):\n    if y:\n" + branches(14, "q(1); x").replace("a[", "x[") + "    return y\n"
    done, after = rewritten(text)
    assert not done.named
    assert "_unnamed_2(" in after


def test_two_cuts_never_share_a_name() -> None:
    loop = "    for row in a:\n        if row and b:\n            rows.append(row)\n        elif row == 2:\n            rows.append(1)\n"
    text = "def f(a, b):\n" + "".join(f"    rows = []\n{loop}    b(rows)\n" for _ in range(8)) + "    return b\n"
    _, after = rewritten(text)
    names = [f.name for f in functions(parsed(after))]
    assert len(names) == len(set(names))


def nest(depth: int, name: str) -> str:
    tests = "".join("    " * level + f"if {name}[{level}]:\n" for level in range(1, depth + 1))
    return tests + "    " * (depth + 1) + f"{name}.append(1)\n"


def test_a_helper_that_would_be_hard_to_read_itself_is_not_made() -> None:
    text = "def f(apples, pears, plums, figs):\n" + "".join(
        nest(7, name) for name in ("apples", "pears", "plums", "figs")
    )
    refused = extract_function.rewrite(parsed(text), "f", ProjectFacts())
    assert isinstance(refused, Refusal)
    assert refused.word == "reads-worse (functions over cognitive 15)"


def test_of_two_sets_the_one_that_reads_worse_gives_way() -> None:
    collected = "".join(COLLECT.format(name) for name in ("rows", "cells", "words", "lines")).replace(
        "        ", "    ", 1
    )
    text = f"def f(a, b, apples):\n{nest(7, 'apples')}    if b:\n    {collected}    return b\n"
    _, after = rewritten(text)
    assert worse(text, after) == ()
    assert worse("def f(a):\n    return a\n", text) != ()


def test_a_name_that_a_helper_took_in_the_meantime_is_not_given_again() -> None:
    source = parsed("def f(a):\n    if a:\n        rows = a\n    b(rows)\n\n\ndef _compute_rows(): ...\n")
    taken = replace(start(source, ProjectFacts()), taken=frozenset({"_compute_rows"}))
    (function,) = find_functions(source, "f")
    place = placement_of(source, function)
    assert not isinstance(place, Refusal)
    (candidate, _), *_ = every_cut(source.text)
    wanted = replace(candidate, names=(Named("_compute_rows", 1), Named("_find_rows", 2)))
    done = _cut(taken, function, wanted, place)
    assert isinstance(done, Plan)
    assert done.helpers == ("_find_rows",)
    only = _cut(taken, function, replace(wanted, names=wanted.names[:1]), place)
    assert isinstance(only, Plan)
    assert only.unnamed == {"_unnamed_1"}


def test_lines_the_suite_runs_are_preferred() -> None:
    half = "    for x in {0}:\n" + "".join(
        f"        if x == {n} and {{0}}:\n            {{0}}.append({n})\n" for n in range(4)
    )
    text = (
        "def f(apples, pears):\n"
        + half.format("apples")
        + half.format("pears")
        + "".join(f"    if apples == {n} and pears:\n        return {n}\n" for n in range(5))
        + "    return apples\n"
    )
    run = frozenset(range(11, 40))
    _, after = rewritten(text, facts=ProjectFacts(executed={"small.py": run}))
    assert "pears.append" in after.partition("\n\n\ndef ")[2]
    assert "apples.append" not in after.partition("\n\n\ndef ")[2]


def test_of_overloads_the_one_with_the_decisions_is_cut() -> None:
    text = "def f(a, b=1): ...\n\n\ndef f(a, b=2):\n    if b:\n" + branches(14) + "    return a\n"
    done, after = rewritten(text)
    assert after.startswith("def f(a, b=1): ...\n\n\ndef f(a, b=2):\n    if b:\n")
    assert "complexity 30 -> 2" in done.title or "-> 1" in done.title


def test_a_decorated_function_takes_several_cuts() -> None:
    loops = "".join(
        f"    for x in a:\n        if x == {n} or x == b:\n            left_{n} = x\n        elif x and b:\n            left_{n} = b\n"
        f"        else:\n            left_{n} = {n}\n        b(left_{n})\n"
        for n in range(8)
    )
    done, after = rewritten(f"@wrap\ndef f(a, b):\n{loops}    return b\n")
    assert after.index("\n@wrap") > after.rindex("def _")
    assert done.title.startswith("Extract `_")


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.stem)
def test_cut_to_three_our_own_files_still_compile(path: Path) -> None:
    source = parse_source(path.name, path.read_bytes())
    assert isinstance(source, Source)
    for function in functions(source):
        done = extract_function.rewrite(source, function.name, ProjectFacts(), limit=7)
        if isinstance(done, Rewrite):
            compile(apply_edits(source.text, done.edits), path.name, "exec")


HELD = " or ".join(f"a == {n}" for n in range(24))
ROWS = COLLECT.format("rows").replace("\n        ", "\n    ")[4:].removesuffix("    ")
NAMELESS = "    if a > b:\n        a, b = b, a\n    if a < b and c:\n        a, b = b, c\n"


def long_text(*parts: str) -> str:
    return f"def f(a, b):\n    c = (yield) or {HELD}\n" + "".join(parts) + "    return a\n"


def test_part_of_the_way_goes_where_the_rest_has_no_name() -> None:
    done, after = rewritten(long_text(ROWS, NAMELESS))
    assert (done.named, done.title) == (True, "Extract `_collect_rows` from `f` (complexity 33 -> 28)")
    assert NAMELESS in after


def test_part_of_the_way_goes_where_no_test_runs_the_rest() -> None:
    text = long_text(ROWS, ROWS.replace("rows", "cells"))
    count = len(text.splitlines())
    unrun = next(n for n, line in enumerate(text.splitlines(), 1) if "cells.append(2)" in line)
    run = {"small.py": frozenset(range(1, count + 1)) - {unrun}}
    done, after = rewritten(text, facts=replace(ProjectFacts(), executed=run))
    assert done.title == "Extract `_collect_rows` from `f` (complexity 35 -> 30)"
    assert "_collect_cells" not in after
    everything, _ = rewritten(text, facts=replace(ProjectFacts(), executed={"small.py": frozenset(range(count + 1))}))
    assert everything.title.endswith("35 -> 25)")


def test_part_of_the_way_goes_where_the_rest_may_not_move() -> None:
    done, _ = rewritten(long_text(ROWS, "    if a and b:\n        yield a\n"))
    assert done.title == "Extract `_collect_rows` from `f` (complexity 32 -> 27)"


def test_too_small_a_part_is_not_worth_a_review() -> None:
    small = "    rows = []\n    for x in a:\n        if x and b:\n            rows.append(x)\n    b(rows)\n"
    done = extract_function.rewrite(parsed(long_text(small, "    if a and b:\n        yield a\n")), "f", ProjectFacts())
    assert isinstance(done, Refusal)
