"""The recorder with canaries under unittest. It runs without walls here, so that its lines are measured."""

import os
import threading

import pytest

from pyagent.ports import Limits
from repos.replay.calls import NOTHING, Recording
from repos.replay.recording import once
from repos.suites.recorder.lines import _before, _counting_every_pass
from repos.suites.run import run_suite
from tests.plugins.bare import Bare

TESTS = """import unittest


class First(unittest.TestCase):
    def test_a(self):
        pass

    def test_b(self):
        self.fail()


class Second(unittest.TestCase):
    def test_c(self):
        self.skipTest("rain")
"""


def test_canaries_fly_among_the_tests_of_unittest_and_are_not_told_of(bare: Bare) -> None:
    made = bare({"sample.py": "", "tests.py": TESTS})
    found = run_suite(
        made.command, made.environment, made.runner,
        tree=made.root, overlay={}, coverage=False, limits=Limits(wall_seconds=60),
    )  # fmt: skip
    assert found.complete
    assert found.outcomes == {
        "tests.First.test_a": "passed",
        "tests.First.test_b": "failed",
        "tests.Second.test_c": "skipped",
    }
    flown = [bird for bird in found.canaries if bird.form == "method"]
    assert {bird.place for bird in flown} >= {0, 1}
    assert all(bird.told_right() for bird in flown)


def test_a_recording_is_made_once_for_many_threads() -> None:
    made: list[Recording] = []
    remembered = once(lambda: made.append(NOTHING) or NOTHING)
    threads = [threading.Thread(target=remembered) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (remembered(), len(made)) == (NOTHING, 1)


@pytest.mark.parametrize("known", [None, "pytrace"])
def test_the_way_of_counting_is_asked_for_and_put_back(monkeypatch: pytest.MonkeyPatch, known: str | None) -> None:
    if known is None:
        monkeypatch.delenv("COVERAGE_CORE", raising=False)
    else:
        monkeypatch.setenv("COVERAGE_CORE", known)
    with _counting_every_pass():
        assert os.environ["COVERAGE_CORE"] in {"ctrace", "pytrace"}
    assert os.environ.get("COVERAGE_CORE") == known


def test_who_listens_hears_before_the_result_does() -> None:
    heard: list[str] = []
    told = _before(lambda _, test: heard.append(f"then {test}"), heard.append)
    told(None, "a")
    assert heard == ["a", "then a"]
