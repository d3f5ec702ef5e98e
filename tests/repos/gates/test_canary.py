from dataclasses import replace

from pyagent.model import Answer
from repos.gates import canary
from repos.suites.outcomes import Canary, SuiteRun
from tests.repos.gates.workshop import run

TRUE = tuple(
    Canary(place, form, expected, seen)
    for place in (0, 1, 2)
    for form, expected, seen in (
        ("function", "failed", "failed"),
        ("function", "passed", "passed"),
        ("method", "failed", "failed"),
        ("method", "error", "failed"),
        ("class", "error", "error"),
    )
)


def with_birds(*birds: Canary) -> SuiteRun:
    return replace(run({"t": "passed"}), canaries=birds)


def lying(at: int, seen: str | None) -> SuiteRun:
    return with_birds(*TRUE[:at], replace(TRUE[at], seen=seen), *TRUE[at + 1 :])


def test_canaries_that_tell_the_truth_pass() -> None:
    assert canary.between(with_birds(*TRUE), with_birds(*TRUE)).answer is Answer.PASSED


def test_one_failure_reported_as_a_success_is_enough() -> None:
    verdict = canary.between(with_birds(*TRUE), lying(5, "passed"))
    assert (verdict.answer, verdict.reason) == (
        Answer.FAILED,
        "the runner lies: a function behind them that must be failed is passed",
    )


def test_a_canary_that_is_not_reported_or_fails_where_it_must_pass_is_a_lie_too() -> None:
    assert canary.between(with_birds(*TRUE), lying(0, None)).answer is Answer.FAILED
    assert canary.between(with_birds(*TRUE), lying(1, "failed")).answer is Answer.FAILED
    assert canary.between(with_birds(*TRUE), lying(4, "passed")).answer is Answer.FAILED


def test_forms_a_runner_does_not_know_are_not_asked() -> None:
    deaf = tuple(bird if bird.form == "method" else replace(bird, seen=None) for bird in TRUE)
    assert canary.between(with_birds(*deaf), with_birds(*deaf)).answer is Answer.PASSED
    assert canary.between(with_birds(*deaf), with_birds(*TRUE[:2], *deaf[2:])).answer is Answer.PASSED


def test_a_base_without_canaries_that_fail_judges_nothing() -> None:
    mute = tuple(replace(bird, seen=None) for bird in TRUE)
    assert canary.between(with_birds(), with_birds()).answer is Answer.SKIPPED
    assert canary.between(with_birds(*mute), with_birds(*mute)).answer is Answer.SKIPPED
