from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from pyagent.model import Answer, ChangeClass, Level, Status, Verdict
from pyagent.ports import Completed, Job
from pyagent.settings import OptionalGate
from repos.gates.ladder import LADDER, NEEDLESS, REQUIRED, clear, climb, complete, judged, standing
from repos.gates.trial import Trial, failed, passed, skipped
from tests.repos.gates.workshop import trial


def verdicts(change_class: ChangeClass, **answers: Answer) -> tuple[Verdict, ...]:
    return tuple(Verdict(name, answers.get(name, Answer.PASSED), "why") for name in sorted(REQUIRED[change_class]))


def small(root: Path, change_class: ChangeClass = ChangeClass.A) -> Trial:
    return trial(root, {"pkg/mod.py": b""}, {"pkg/mod.py": b"a = 1\n"}, change_class=change_class)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({}, Status.PROPOSED),
        ({"executed": Answer.FAILED}, Status.NEEDS_TESTS),
        ({"executed": Answer.FAILED, "tests": Answer.FAILED}, Status.FAILED),
        ({"executed": Answer.FAILED, "tests": Answer.SKIPPED}, Status.OPEN),
        ({"lint": Answer.SKIPPED}, Status.OPEN),
        ({"lint": Answer.SKIPPED, "tests": Answer.FAILED}, Status.FAILED),
        ({"executed": Answer.SKIPPED}, Status.OPEN),
    ],
)
def test_what_the_verdicts_of_class_a_add_up_to(answers: dict[str, Answer], status: Status) -> None:
    assert standing(ChangeClass.A, verdicts(ChangeClass.A, **answers))[0] is status


@pytest.mark.parametrize("change_class", list(ChangeClass))
def test_no_required_gate_may_be_absent(change_class: ChangeClass) -> None:
    every = verdicts(change_class)
    assert standing(change_class, every)[0] is Status.PROPOSED
    for absent in every:
        rest = tuple(verdict for verdict in every if verdict is not absent)
        assert standing(change_class, rest) == (Status.OPEN, f"{absent.gate} did not run")


@pytest.mark.parametrize("change_class", [ChangeClass.C, ChangeClass.T])
def test_a_required_gate_that_no_gate_set_holds_yet_keeps_a_change_open(
    change_class: ChangeClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = complete(change_class, tuple(passed(name, "") for name in REQUIRED[change_class]))
    assert standing(change_class, every)[0] is Status.PROPOSED
    monkeypatch.setitem(REQUIRED, change_class, REQUIRED[change_class] | {"yet-to-come"})
    every = complete(change_class, every)
    status, reason = standing(change_class, every)
    assert status is Status.OPEN
    assert "not in force in gate set" in reason


def test_a_gate_that_is_asked_but_not_required_stops_by_its_no_alone() -> None:
    every = verdicts(ChangeClass.A)
    assert standing(ChangeClass.A, (*every, skipped("old-versus-new", "")))[0] is Status.PROPOSED
    assert standing(ChangeClass.A, (*every, failed("old-versus-new", "")))[0] is Status.FAILED
    assert standing(ChangeClass.A, (*every, failed("strength", "")))[0] is Status.NEEDS_TESTS
    assert not clear(ChangeClass.A, (failed("strength", ""),))


def test_what_runs_the_same_steps_is_not_asked_how_well_tests_would_notice(tmp_path: Path) -> None:
    gates = (
        ("same-steps", lambda _: passed("same-steps", "")),
        *((name, pytest.fail) for name in sorted(NEEDLESS)),
        ("tests", lambda _: passed("tests", "")),
    )
    found = climb(small(tmp_path, ChangeClass.C), gates)
    assert {v.gate for v in found if v.reason == "not needed: same-steps passed"} == NEEDLESS
    assert found[-1].answer is Answer.PASSED
    assert clear(ChangeClass.C, found)


@pytest.mark.parametrize("change_class", [ChangeClass.H, ChangeClass.A, ChangeClass.B, ChangeClass.C])
def test_the_suite_and_what_reads_the_patch_are_required_of_the_same_steps_too(change_class: ChangeClass) -> None:
    shown = passed("same-steps", "")
    due = REQUIRED[change_class] - NEEDLESS
    assert {"tests", "origin", "monitor", "api", "metric", "lint", "parse"} <= due
    every = (shown, *(passed(name, "") for name in due), *(skipped(name, "") for name in NEEDLESS))
    assert standing(change_class, every)[0] is Status.PROPOSED
    for name in due:
        rest = tuple(verdict for verdict in every if verdict.gate != name)
        assert standing(change_class, (*rest, skipped(name, "")))[0] is Status.OPEN
        assert standing(change_class, (*rest, failed(name, "")))[0] is Status.FAILED
    assert standing(change_class, (skipped("same-steps", ""), *every[1:]))[0] is Status.OPEN


def test_a_failed_gate_ends_the_climb_and_the_rest_says_so(tmp_path: Path) -> None:
    gates = (("size", lambda _: passed("size", "")), ("parse", lambda _: failed("parse", "")), ("api", pytest.fail))
    found = climb(small(tmp_path), gates)
    assert [(v.answer, v.reason) for v in found[1:]] == [
        (Answer.FAILED, ""),
        (Answer.SKIPPED, "not reached: parse failed"),
    ]


def test_a_skipped_gate_ends_the_climb_but_failed_executed_does_not(tmp_path: Path) -> None:
    gates = (
        ("executed", lambda _: failed("executed", "")),
        ("lint", lambda _: skipped("lint", "")),
        ("tests", pytest.fail),
    )
    found = climb(small(tmp_path), gates)
    assert [v.reason for v in found] == ["", "", "not reached: lint skipped"]


def test_a_gate_that_is_left_out_says_so_unless_the_class_requires_it(tmp_path: Path) -> None:
    offered = replace(small(tmp_path), left_out=frozenset({"benchmark", "lint"}))
    gates = (("benchmark", pytest.fail), ("lint", lambda _: passed("lint", "")))
    assert [(v.answer, v.reason) for v in climb(offered, gates)] == [
        (Answer.SKIPPED, "left out by the operator's policy"),
        (Answer.PASSED, ""),
    ]


def test_what_may_be_left_out_is_asked_and_never_required_of_lint_changes_and_edits() -> None:
    optional = frozenset(get_args(OptionalGate))
    assert optional <= frozenset(name for name, _ in LADDER)
    assert not optional & (REQUIRED[ChangeClass.H] | REQUIRED[ChangeClass.A])


def test_class_h_does_not_ask_for_executed_lines(tmp_path: Path) -> None:
    assert climb(small(tmp_path, ChangeClass.H), (("executed", pytest.fail),)) == ()


def test_a_gate_that_breaks_is_skipped_with_its_reason(tmp_path: Path) -> None:
    def broken(_: Trial) -> Verdict:
        raise ValueError("no such thing")

    verdict = judged("api", broken, small(tmp_path))
    assert verdict.answer is Answer.SKIPPED
    assert verdict.reason.startswith("the gate broke: ValueError: no such thing (broken:")


def test_a_verdict_costs_what_its_sandboxed_tools_cost(tmp_path: Path) -> None:
    class Costly:
        level = Level.REDUCED

        def run(self, job: Job) -> Completed:
            return Completed(0, b"", b"", dict.fromkeys(job.collect, b""), 2.0, 0.0, 0, None)

    def judge(given: Trial) -> Verdict:
        given.runner.run(Job(("true",)))
        return passed("lint", given.runner.level)

    offered = small(tmp_path)
    verdict = judged("lint", judge, Trial(offered.proposal, offered.base, offered.command, Costly()))
    assert verdict.reason == "reduced"
    assert 2.0 <= verdict.cpu_seconds < 2.5


@pytest.mark.parametrize("gate", ["strength", "new-tests", "loaded"])
def test_new_tests_that_fail_a_gate_need_no_tests(gate: str) -> None:
    every = verdicts(ChangeClass.T, **{gate: Answer.FAILED})
    assert standing(ChangeClass.T, every)[0] is Status.FAILED
