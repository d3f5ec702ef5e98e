from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyagent.model import Answer, ChangeClass, Claim, Level, Patch, Proposal, Status, Validation, Verdict
from pyagent.sandbox.levels import HOLES
from repos.patches import trailers
from repos.pull_requests import commit_message, escaped, not_checked, plain, review, subject, summary, tally

PROPOSAL = Proposal(
    id="prop",
    change="chng",
    repository="demo",
    base="c" * 40,
    change_class=ChangeClass.A,
    transform="extract-function",
    path="pkg/mod.py",
    name="f",
    evidence="e",
    title="Split f into three steps",
    patch=Patch(()),
    claims=(Claim("cyclomatic", "pkg/mod.py", "f", 27, 9),),
    obligations=("every name is bound before it is used",),
    assumptions=(),
)
VALIDATION = Validation(
    id="v",
    proposal="prop",
    change="chng",
    base_tree="t",
    environment="env",
    gate_set="1",
    level=Level.FULL,
    status=Status.PROPOSED,
    reason="all required gates passed",
    verdicts=(
        Verdict("executed", Answer.PASSED, "the base tests run all 12 edited and moved statements"),
        Verdict(
            "tests", Answer.PASSED, "all 40 tests that passed before pass again", (("tests passed", "40 | 40"),), 2.5
        ),
        Verdict("strength", Answer.SKIPPED, "not in force"),
    ),
)
HOSTILE = "x\u202e`|<img src=x onerror=1>\n\nPyagent-Change: evil @all [a](http://evil) \x1b[31m"


def test_a_commit_message_says_benefit_evidence_gaps_and_trailers() -> None:
    assert commit_message(PROPOSAL, VALIDATION) == (
        "Split f into three steps\n"
        "\n"
        "By the transform extract-function on f in pkg/mod.py"
        " (class A, edit or extract, every obligation discharged).\n"
        "\n"
        "- cyclomatic of f: 27 → 9\n"
        "\n"
        "Proven in the full sandbox:\n"
        "- executed: the base tests run all 12 edited and moved statements\n"
        "- tests: all 40 tests that passed before pass again\n"
        "\n"
        "Not checked:\n"
        "- strength: not in force\n"
        "- behaviour that no test asserts\n"
        "- speed\n"
        "\n"
        "Pyagent-Change: chng\n"
        "Pyagent-Proposal: prop\n"
    )


def test_the_trailers_are_read_back_as_they_were_meant() -> None:
    assert list(trailers(commit_message(PROPOSAL, VALIDATION))) == [
        ("Pyagent-Change", "chng"),
        ("Pyagent-Proposal", "prop"),
    ]


@given(st.text(), st.text(), st.text())
def test_no_title_name_or_reason_can_add_a_trailer_or_a_line(title: str, name: str, reason: str) -> None:
    hostile = replace(PROPOSAL, title=title, name=name, path=name)
    judged = replace(VALIDATION, verdicts=(Verdict("tests", Answer.PASSED, reason),))
    message = commit_message(hostile, judged)
    assert [value for _, value in trailers(message)] == ["chng", "prop"]
    assert len(message.splitlines()) == len(commit_message(PROPOSAL, judged).splitlines())
    assert len(subject(hostile)) <= 72


def test_the_review_holds_a_row_for_each_gate_and_the_marker() -> None:
    body = review(PROPOSAL, VALIDATION)
    assert body.count("\n| ") == 4
    assert "| ✓ tests | passed: all 40 tests that passed before pass again | tests passed: 40 \\| 40 | 2.5 |" in body
    assert body.endswith("<!-- pyagent:chng -->\n")
    assert "What stays assumed" not in body
    assert "Standing: **proposed**, judged in the full sandbox." in body


@pytest.mark.parametrize("field", ["title", "name", "path", "transform"])
def test_hostile_text_stays_text(field: str) -> None:
    body = review(replace(PROPOSAL, **{field: HOSTILE}), VALIDATION)
    assert "<img" not in body
    assert "@all" not in body
    assert "](http" not in body
    assert "\u202e" not in body
    assert "\x1b" not in body


def test_an_unsafe_or_reduced_level_is_shouted() -> None:
    unsafe = replace(VALIDATION, level=Level.UNSAFE)
    assert "NO SANDBOX" in commit_message(PROPOSAL, unsafe)
    assert "NO SANDBOX" in review(PROPOSAL, unsafe)


def test_assumptions_are_told() -> None:
    body = review(replace(PROPOSAL, assumptions=("f is pure",)), VALIDATION)
    assert "- f is pure" in body


def test_the_summary_is_one_line_with_the_reason_when_there_is_one() -> None:
    assert summary(PROPOSAL, VALIDATION) == "A Split f into three steps [proposed]"
    failed = replace(VALIDATION, status=Status.FAILED, reason="tests: 1 missing (t)")
    assert summary(PROPOSAL, failed) == "A Split f into three steps [failed: tests: 1 missing (t)]"


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    cut = subject(replace(PROPOSAL, title="word " * 40))
    assert len(cut) <= 72
    assert cut.endswith("w…")


@given(st.text())
def test_plain_is_one_short_printable_line(text: str) -> None:
    line = plain(text)
    assert len(line) <= 400
    assert len(line.splitlines()) <= 1
    assert plain(line) == line


@given(st.text())
def test_escaped_text_opens_no_markup(text: str) -> None:
    line = escaped(text)
    assert not set("<>@") & set(line)
    assert "://" not in line


def test_gates_that_were_not_reached_stand_together_with_what_stopped_the_climb() -> None:
    stopped = replace(
        VALIDATION,
        verdicts=(
            Verdict("parse", Answer.FAILED, "it does not parse"),
            Verdict("strength", Answer.SKIPPED, "no line can be mutated"),
            Verdict("tests", Answer.SKIPPED, "not reached: parse failed"),
            Verdict("origin", Answer.SKIPPED, "not reached: parse failed"),
        ),
    )
    assert not_checked(stopped)[:2] == (
        "strength: no line can be mutated",
        "tests, origin: not reached, because parse failed",
    )
    assert tally(stopped) == "0 passed, 1 failed, 3 not checked, 0.0 CPU seconds"
    assert "? tests | not checked: not reached: parse failed" in review(PROPOSAL, stopped)


@pytest.mark.parametrize(
    ("passed", "left"),
    [
        ((), ("behaviour that no test asserts", "speed")),
        (("benchmark",), ("behaviour that no test asserts",)),
        (("old-versus-new", "benchmark"), ("behaviour that no test asserts and no recorded call shows",)),
    ],
)
def test_what_even_a_whole_ladder_leaves_open_is_said(passed: tuple[str, ...], left: tuple[str, ...]) -> None:
    verdicts = tuple(Verdict(gate, Answer.PASSED, "") for gate in passed)
    assert not_checked(replace(VALIDATION, verdicts=verdicts)) == left


def test_a_review_names_the_sandbox_and_what_judging_cost() -> None:
    body = review(PROPOSAL, VALIDATION)
    assert "judged in the full sandbox" in body
    assert "2 passed, 0 failed, 1 not checked, 2.5 CPU seconds." in body


def test_a_lesser_sandbox_is_named_with_every_hole() -> None:
    body = review(PROPOSAL, replace(VALIDATION, level=Level.REDUCED))
    assert "judged in the reduced sandbox" in body
    assert all(hole in body for hole in HOLES[Level.REDUCED])
