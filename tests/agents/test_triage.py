"""Findings become tickets: none lost, ranked by gain per effort, wishes first."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.transforms.source import Source, parse_text
from agents.triage import HOT, Grounds, Triage, chunks, shape_findings, tickets, tickets_for_tests, with_likely
from cli.kinds import KINDS
from pyagent.model import ChangeClass, Finding, Idea, Lesson, Spot

GROUNDS = Grounds({("a.py", "f"): "f1", ("a.py", "g"): "g1"}, {"a.py": "a1", "b.py": "b1"}, "t1")
COMPLEX = Finding("cyclomatic", "a.py", "f", 1, 40, 25)
SHAPE = Finding("shape", "a.py", "g", 9, 2, 0, "superfluous-else")
LINT = Finding("lint", "b.py", "UP034", 3, 4, 0)


def wish(target: str | None, name: str = "i1") -> Idea:
    return Idea(name, "improvements.md", "A wish", "A wish", target)


def triage(
    *findings: Finding, ideas: tuple[Idea, ...] = (), lessons: tuple[Lesson, ...] = (), grounds: Grounds = GROUNDS
) -> Triage:
    return tickets("demo", findings, ideas=ideas, lessons=lessons, grounds=grounds)


def test_each_kind_of_finding_raises_its_ticket() -> None:
    raised = {ticket.transform: ticket for ticket in triage(COMPLEX, SHAPE, LINT).tickets}
    assert set(raised) == {"extract-function", "superfluous-else", "ruff"}
    assert raised["ruff"].change_class is ChangeClass.H
    assert raised["ruff"].paths == ("b.py",)
    assert raised["extract-function"].why == "f has cyclomatic complexity 40, limit 25"
    assert raised["superfluous-else"].why == "g has 2 places for superfluous-else"


def test_a_function_at_its_limit_raises_nothing() -> None:
    assert triage(Finding("cyclomatic", "a.py", "f", 1, 25, 25)).tickets == ()


def test_the_score_is_what_its_parts_say() -> None:
    for ticket in triage(COMPLEX, SHAPE, LINT, ideas=(wish("a.f"),)).tickets:
        part = dict(ticket.parts)
        worth = part["gain"] * part["survives"] * part["accepted"] / part["effort"]
        assert ticket.score == worth * part["hot"] * part["boost"]


def test_a_hotspot_raises_no_ticket_but_doubles_the_score_of_its_own() -> None:
    hot = Finding("hotspot", "a.py", "g", 9, 120, 0)
    plain = {ticket.name: ticket for ticket in triage(COMPLEX, SHAPE, LINT).tickets}
    heated = {ticket.name: ticket for ticket in triage(COMPLEX, SHAPE, LINT, hot).tickets}
    assert heated.keys() == plain.keys()
    assert heated["g"].score == HOT * plain["g"].score
    assert {name for name in plain if heated[name] != plain[name]} == {"g"}
    assert heated["g"].evidence == plain["g"].evidence


def test_a_wish_leads_a_hotspot() -> None:
    hot = Finding("hotspot", "a.py", "f", 1, 900, 0)
    twin = Finding("shape", "a.py", "f", 1, 2, 0, "superfluous-else")
    first, second = triage(SHAPE, twin, hot, ideas=(wish("a.g"),)).tickets
    assert (first.name, second.name) == ("g", "f")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"cyclomatic", "shape", "lint"}))
def test_what_no_transform_can_act_on_raises_no_ticket(kind: str) -> None:
    told = Finding(kind, "a.py", "f", 1, 90, 0, "exact", (Spot("a.py", 1, 9), Spot("b.py", 1, 9)))
    assert triage(told).tickets == ()
    assert triage(COMPLEX, SHAPE, told) == triage(COMPLEX, SHAPE) or kind == "hotspot"


def test_a_wish_without_a_target_is_told_what_it_may_be_about() -> None:
    [unanswered] = triage(SHAPE, ideas=(wish(None),)).unanswered
    hinted = with_likely(unanswered, [("src/pkg/a.py", "C.m"), ("b/__init__.py", "outer.<locals>.inner")])
    assert hinted.reason == f"{unanswered.reason}; by its words: `src.pkg.a.C.m`, `b.outer.inner`"
    assert with_likely(unanswered, []) == unanswered


def test_evidence_changes_with_the_function_and_with_the_tests_only() -> None:
    def evidence(grounds: Grounds) -> str:
        return triage(SHAPE, grounds=grounds).tickets[0].evidence

    base = evidence(GROUNDS)
    assert evidence(Grounds({**GROUNDS.functions, ("a.py", "f"): "f2"}, GROUNDS.files, "t1")) == base
    assert evidence(Grounds({**GROUNDS.functions, ("a.py", "g"): "g2"}, GROUNDS.files, "t1")) != base
    assert evidence(Grounds(GROUNDS.functions, GROUNDS.files, "t2")) != base


def test_lint_evidence_changes_with_the_content_of_its_files() -> None:
    changed = Grounds(GROUNDS.functions, {**GROUNDS.files, "b.py": "b2"}, "t1")
    assert triage(LINT).tickets[0].evidence != triage(LINT, grounds=changed).tickets[0].evidence


def test_a_wish_leads_its_target_and_is_named_on_the_ticket() -> None:
    first, *_ = triage(COMPLEX, SHAPE, LINT, ideas=(wish("a.g"),)).tickets
    assert (first.name, first.idea) == ("g", "i1")
    assert triage(COMPLEX, SHAPE, LINT).tickets[0].name == "f"


def test_a_wish_for_a_file_raises_its_lint_too() -> None:
    (ticket,) = triage(LINT, ideas=(wish("b.py"),)).tickets
    assert ticket.idea == "i1"


def test_wishes_that_nothing_answers_say_why() -> None:
    wishes = (wish(None, "i1"), wish("b.py", "i2"), wish("c.py", "i3"), wish("a.g", "i4"))
    answers = {each.idea.id: each.reason.partition(":")[0] for each in triage(SHAPE, ideas=wishes).unanswered}
    assert answers == {"i1": "no-target", "i2": "nothing-applies", "i3": "unknown-target"}


def test_lessons_lower_what_keeps_failing() -> None:
    poor = (Lesson("demo", "superfluous-else", proposed=50, proven=2, merged=0, refused=2),)
    assert triage(SHAPE, lessons=poor).tickets[0].score < triage(SHAPE).tickets[0].score


def test_chunks_stay_under_both_ceilings() -> None:
    many = [Finding("lint", f"f{n:02}.py", "UP034", 1, 1, 0) for n in range(45)]
    assert [len(chunk) for chunk in chunks(many)] == [20, 20, 5]
    heavy = [Finding("lint", f"f{n}.py", "UP034", 1, 30, 0) for n in range(3)]
    assert [len(chunk) for chunk in chunks(heavy)] == [1, 1, 1]


def test_functions_that_share_a_name_share_a_ticket() -> None:
    twin = Finding("cyclomatic", "a.py", "f", 80, 90, 25)
    assert triage(COMPLEX, twin).tickets == triage(twin, COMPLEX).tickets
    assert [dict(ticket.parts)["gain"] for ticket in triage(COMPLEX, twin).tickets] == [85]


def test_shape_findings_count_places_per_function_and_transform() -> None:
    text = "def f(a):\n    if a:\n        return 1\n    else:\n        return 2\n"
    source = parse_text("a.py", text)
    assert isinstance(source, Source)
    assert shape_findings([source]) == (Finding("shape", "a.py", "f", 1, 1, 0.0, "superfluous-else"),)


names = st.sampled_from(["f", "g", "C.m"])
paths = st.sampled_from([f"p{n}.py" for n in range(30)])
shapes = st.builds(
    Finding,
    st.just("shape"),
    paths,
    names,
    st.just(1),
    st.integers(1, 9),
    st.just(0),
    st.sampled_from(["guard-clause", "collapse-else-if"]),
)
complexities = st.builds(Finding, st.just("cyclomatic"), paths, names, st.just(1), st.integers(26, 90), st.just(25))
lints = st.builds(
    Finding, st.just("lint"), paths, st.sampled_from(["UP034", "E713"]), st.just(1), st.integers(1, 70), st.just(0)
)
found = st.lists(st.one_of(shapes, complexities, lints), unique_by=lambda f: (f.kind, f.path, f.name, f.detail))


@given(found)
def test_no_finding_is_lost(findings: list[Finding]) -> None:
    raised = triage(*findings).tickets
    places = sorted((t.transform, t.name, path) for t in raised for path in t.paths or (t.path,))
    kinds = {"cyclomatic": "extract-function", "lint": "ruff"}
    assert places == sorted((kinds.get(f.kind, f.detail), f.name, f.path) for f in findings)


@given(found, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_the_order_of_findings(findings: list[Finding], chance: random.Random) -> None:
    shuffled = list(findings)
    chance.shuffle(shuffled)
    assert triage(*findings) == triage(*shuffled)


@given(found, paths)
def test_a_wish_never_lowers_its_target_and_leaves_the_rest(findings: list[Finding], path: str) -> None:
    plain = {ticket.change: ticket for ticket in triage(*findings).tickets}
    for ticket in triage(*findings, ideas=(wish(path),)).tickets:
        touched = path in (ticket.paths or (ticket.path,))
        assert ticket.score > plain[ticket.change].score if touched else ticket == plain[ticket.change]


def test_changes_that_wait_for_tests_raise_one_ticket_for_each_function() -> None:
    waiting = (
        *triage(COMPLEX, SHAPE, LINT).tickets,
        *triage(Finding("shape", "a.py", "f", 9, 1, 0, "guard-clause")).tickets,
    )
    raised = tickets_for_tests("demo", waiting, lessons=(), grounds=GROUNDS)
    assert sorted((ticket.path, ticket.name) for ticket in raised) == [("a.py", "f"), ("a.py", "g")]
    assert {ticket.change_class for ticket in raised} == {ChangeClass.T}
    assert {ticket.why for ticket in raised} == {
        "extract-function on f waits for tests",
        "superfluous-else on g waits for tests",
    }
    later = Grounds(GROUNDS.functions, GROUNDS.files, "t2")
    again = tickets_for_tests("demo", waiting, lessons=(), grounds=later)
    assert [ticket.change for ticket in again] == [ticket.change for ticket in raised]
    assert not {ticket.evidence for ticket in again} & {ticket.evidence for ticket in raised}
