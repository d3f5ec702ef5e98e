import ast
import re
import unittest
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from repos.suites.canaries import Bird, Flock, flocks, folder_of, heard
from repos.suites.recorder.canaries import placed


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same canaries every time


@given(st.integers())
def test_every_canary_does_what_it_must(seed: int) -> None:
    for flock in flocks(seeded(seed), "tests", []):
        scope: dict[str, Any] = {"__name__": "flock"}
        exec(compile(flock.body, flock.path, "exec"), scope)  # noqa: S102 - our own canaries
        for bird in flock.birds:
            assert outcome(scope, bird.name) == bird.expected, flock.body.decode()


def outcome(scope: dict[str, Any], name: str) -> str:
    owners = [value for value in scope.values() if isinstance(value, type) and name in vars(value)]
    try:
        if not owners:
            scope[name]()
        elif issubclass(owners[0], unittest.TestCase):
            result = unittest.TestResult()
            owners[0](name).run(result)
            return "error" if result.errors else "failed" if result.failures else "passed"
        else:
            owners[0]().setup_method()
    except AssertionError:
        return "failed"
    except IndexError:
        return "error"
    return "passed"


def test_two_runs_share_neither_names_nor_contents() -> None:
    first, second = flocks(seeded(1), "tests", []), flocks(seeded(2), "tests", [])
    assert not {flock.path for flock in first} & {flock.path for flock in second}
    assert not {bird.name for flock in first for bird in flock.birds} & {
        bird.name for flock in second for bird in flock.birds
    }


def test_a_file_of_the_trees_own_is_never_covered() -> None:
    taken = [flock.path for flock in flocks(seeded(7), "a", [])]
    assert not {path.rpartition("/")[2] for path in taken} & {
        flock.path.rpartition("/")[2] for flock in flocks(seeded(7), "b", taken)
    }


def test_outcomes_are_found_under_the_ids_of_either_runner() -> None:
    flock, *_ = flocks(seeded(3), "tests", [])
    name, stem = flock.birds[0].name, flock.path.removesuffix(".py").rpartition("/")[2]
    for test in (f"{flock.path}::{name}", f"../{flock.path}::Case::{name}", f"tests.{stem}.Case.{name}"):
        assert [bird.seen for bird in heard([flock], {test: "passed"})].count("passed") == 1
    assert not flock.holds(f"tests/{stem}_more.py::{name}")
    assert flock.holds(flock.path)
    assert flock.holds(f"unittest.loader._FailedTest.{stem}")


def test_a_test_elsewhere_that_is_named_as_the_file_is_none_of_it() -> None:
    flock, other, *_ = flocks(seeded(3), "tests", [])
    stem = flock.path.removesuffix(".py").rpartition("/")[2]
    for test in (f"tests/test_own.py::{stem}", f"tests/test_own.py::test_it[a/{stem}.py::b]", f"tests.own.Case.{stem}"):
        assert not flock.holds(test)
    bird = Bird(stem, "method", "passed")
    told = {f"{flock.path}::Case::{stem}": "passed", f"{other.path}::Case::{stem}": "failed"}
    seen = [canary.seen for canary in heard([Flock(flock.path, b"", (bird,)), Flock(other.path, b"", (bird,))], told)]
    assert seen == ["passed", "failed"]


def test_canaries_sit_first_last_and_between_files() -> None:
    items = ["a1", "a2", "b1", "b2"]
    found = placed(items, [["first"], ["last"], ["middle"]], lambda item: item[0])
    assert found == ["first", "a1", "a2", "middle", "b1", "b2", "last"]
    assert placed([], [["first"]], str) == []
    assert placed(["a1"], [["x"], ["y"], ["z"]], str) == ["x", "a1", "y", "z"]


def test_the_folder_with_most_tests_takes_them() -> None:
    assert folder_of(["tests/a.py", "tests/unit/b.py", "tests/unit/c.py"]) == "tests/unit"
    assert folder_of([]) == ""


def test_bodies_are_plain_python() -> None:
    for flock in flocks(seeded(11), "", []):
        assert re.fullmatch(r"test_\w+\.py", flock.path)
        ast.parse(flock.body)
