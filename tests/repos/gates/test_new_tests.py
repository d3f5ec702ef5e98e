from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from pyagent.model import Answer, ChangeClass, Verdict
from pyagent.ports import Limits
from repos.gates import new_tests
from repos.gates.trial import Trial
from repos.suites.run import run_suite
from tests.plugins.replaying import Room
from tests.repos.gates.workshop import proposal

SAMPLE = "def f(a):\n    if a:\n        return 1\n    return 2\n"
OLD = "from sample import f\ndef test_old(): assert f(1) == 1\n"
CASES = {
    "gain": ("import sample\ndef test_new(): assert sample.f(0) == 2\n", Answer.PASSED, "1 line more of f"),
    "none": ("import sample\ndef test_new(): assert sample.f(2) == 1\n", Answer.FAILED, "they run no line of f"),
    "fails": ("import sample\ndef test_new(): assert sample.f(0) == 3\n", Answer.FAILED, "not passed three times"),
    "empty": ("import sample\n", Answer.FAILED, "no new test"),
}


@pytest.fixture
def judged(room: Callable[[Mapping[str, str]], Room]) -> Callable[[str], Verdict]:
    place = room({"sample.py": SAMPLE, "tests/test_old.py": OLD})

    def judge(body: str) -> Verdict:
        patch = {"tests/test_new.py": body.encode()}
        made = proposal(place, patch, change_class=ChangeClass.T, path="sample.py", name="f")
        base, after = (
            run_suite(
                place.command, place.environment, place.runner,
                tree=place.root, overlay=laid, coverage=not laid, limits=Limits(wall_seconds=60),
            )
            for laid in ({}, patch)
        )  # fmt: skip
        trial = Trial(made, place, place.command, place.runner, place.environment)
        return new_tests.judge(replace(trial, covered=base, base_run=base, candidate_run=after))

    return judge


@pytest.mark.parametrize("case", CASES)
def test_new_tests_are_kept_for_what_they_add(judged: Callable[[str], Verdict], case: str) -> None:
    body, answer, words = CASES[case]
    found = judged(body)
    assert found.answer is answer, found
    assert words in found.reason
