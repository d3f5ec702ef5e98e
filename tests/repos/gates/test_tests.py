from dataclasses import replace
from pathlib import Path

from pyagent.model import Answer
from repos.gates.tests import between, judge, unusable
from repos.suites.outcomes import SuiteRun
from tests.repos.gates.workshop import run, trial

GREEN = {"t::a": "passed", "t::b": "passed", "t::c": "skipped"}
NOTHING = frozenset[str]()


def answer(base: SuiteRun, candidate: SuiteRun | None, quarantined: frozenset[str] = NOTHING) -> Answer:
    return between(base, candidate, quarantined=quarantined).answer


def test_the_same_ids_passing_again_pass(tmp_path: Path) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": b"a = 1\n"})
    verdict = judge(replace(offered, base_run=run(GREEN), candidate_run=run({**GREEN, "t::new": "passed"})))
    assert (verdict.answer, verdict.cpu_seconds) == (Answer.PASSED, 0.5)
    assert ("tests passed", "2 before, 3 after") in verdict.facts


def test_a_missing_id_fails_and_is_named() -> None:
    verdict = between(run(GREEN), run({"t::a": "passed", "t::c": "skipped"}), quarantined=NOTHING)
    assert verdict.answer is Answer.FAILED
    assert ("missing", "t::b") in verdict.facts


def test_a_failing_or_newly_skipped_id_fails() -> None:
    assert answer(run(GREEN), run({**GREEN, "t::b": "failed"})) is Answer.FAILED
    assert answer(run(GREEN), run({**GREEN, "t::b": "skipped"})) is Answer.FAILED


def test_a_quarantined_id_is_reported_and_not_counted() -> None:
    verdict = between(run(GREEN), run({**GREEN, "t::b": "failed"}), quarantined=frozenset({"t::b"}))
    assert verdict.answer is Answer.PASSED
    assert ("tests quarantined", "1: t::b") in verdict.facts


def test_zero_tests_are_never_green() -> None:
    assert answer(run({}), run({})) is Answer.SKIPPED
    assert answer(run(GREEN), run({})) is Answer.FAILED


def test_a_run_that_was_cut_off_is_never_green() -> None:
    assert answer(run(GREEN), run(GREEN, complete=False)) is Answer.FAILED
    assert answer(run(GREEN, complete=False), run(GREEN)) is Answer.SKIPPED


def test_without_a_run_the_gate_is_skipped_with_its_reason(tmp_path: Path) -> None:
    assert judge(trial(tmp_path, {"pkg/mod.py": b""}, {"pkg/mod.py": b"a = 1\n"})).answer is Answer.SKIPPED
    assert answer(run(GREEN), None) is Answer.SKIPPED


def test_why_a_base_judges_nothing() -> None:
    assert unusable(run(GREEN)) is None
    assert unusable(run({"t::a": "failed"})) == "no test passed"
    assert unusable(run(GREEN, complete=False)) == "it was stopped by the wall limit"
    assert unusable(replace(run(GREEN, complete=False), stopped=None, code=139, tail="x\nSegmentation fault\n")) == (
        "it ended early with status 139: Segmentation fault"
    )
