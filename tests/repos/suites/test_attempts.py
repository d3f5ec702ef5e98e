"""Wrong edits tried in the real sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pyagent.ports import Limits, Runner
from repos.environments.frozen import Environment
from repos.suites.attempts import Edit, Fate, Tried, try_edits
from repos.suites.outcomes import SuiteCommand, SuiteKind

SAMPLE = "LIMIT = 3\n\ndef f(x):\n    if x > LIMIT:\n        return LIMIT\n    return x\n"
NEW = "tests/test_new.py"
TESTS = """
from sample import f
SEEN = []
def test_small(): assert f(1) == 1
def test_large(): assert f(9) == 3
def test_red(): assert f(1) == 2
def test_first():
    assert f(0) == 0
    SEEN.append(1)
def test_second():
    assert SEEN
    assert f(2) == 2
"""
OLD = """
import unittest
from sample import f
class T(unittest.TestCase):
    def test_small(self): self.assertEqual(f(1), 1)
    def test_large(self): self.assertEqual(f(9), 3)
"""
Try = Callable[..., tuple[Tried, ...]]


@pytest.fixture
def attempt(tree: Callable[[Mapping[str, str]], Any], runner: Runner, environment: Environment) -> Try:
    def tried(
        tests: str, *edits: tuple[str, tuple[str, ...]], kind: SuiteKind = SuiteKind.PYTEST, cpu_seconds: int = 60
    ) -> tuple[Tried, ...]:
        files = {"sample.py": SAMPLE, "tests/__init__.py": "", NEW: tests}
        arguments = ("--rootdir=.", "tests") if kind is SuiteKind.PYTEST else ("discover", "-s", "tests", "-t", ".")
        command = SuiteCommand(kind, arguments, (".",), ("sample.py",), ("tests",))
        asked = [Edit("sample.py", text.encode(), ids) for text, ids in edits]
        limits = replace(Limits(), wall_seconds=60, cpu_seconds=cpu_seconds)
        return try_edits(command, environment, runner, tree=tree(files).root, overlay={}, edits=asked, limits=limits)

    return tried


def ids(*names: str) -> tuple[str, ...]:
    return tuple(f"{NEW}::test_{name}" for name in names)


def test_edits_are_killed_or_survive_each_from_a_fresh_import(attempt: Try) -> None:
    rows = attempt(
        TESTS,
        (SAMPLE.replace("LIMIT = 3", "LIMIT = 4"), ids("small", "large")),
        (SAMPLE.replace("LIMIT = 3", "LIMIT = 4"), ids("small")),
        (SAMPLE.replace("x > LIMIT", "x >= LIMIT"), ids("small", "large")),
        (SAMPLE.replace("return x", "pass"), ids("small", "large")),
        ("1 / 0\n", ids("small")),
    )
    assert [row.fate for row in rows] == [Fate.KILLED, Fate.SURVIVED, Fate.SURVIVED, Fate.KILLED, Fate.KILLED]
    assert [row.by for row in rows[:4]] == [ids("large")[0], None, None, ids("small")[0]]


def test_what_hangs_eats_memory_or_dies_is_caught_and_stops_nothing(attempt: Try) -> None:
    rows = attempt(
        TESTS,
        (SAMPLE.replace("return x", "\n    while True: pass"), ids("small")),
        (SAMPLE.replace("return x", "\n    return [0] * (1 << 33)"), ids("small")),
        (SAMPLE.replace("return x", "\n    import os; os.abort()"), ids("small")),
        (SAMPLE.replace("return x", "\n    import os; os._exit(0)"), ids("small")),
        (SAMPLE, ids("small")),
    )
    assert [row.fate for row in rows] == [Fate.HUNG, Fate.KILLED, Fate.DIED, Fate.KILLED, Fate.SURVIVED]


def test_only_tests_that_pass_on_the_unchanged_tree_are_believed(attempt: Try) -> None:
    same, wrong = SAMPLE, SAMPLE.replace("return x", "return x + 1")
    rows = attempt(TESTS, (same, ids("red", "small")), (wrong, ids("red")), (same, ids("first", "second")))
    assert [row.fate for row in rows] == [Fate.SURVIVED, Fate.UNHEARD, Fate.SURVIVED]


def test_a_test_that_needs_others_does_not_condemn(attempt: Try) -> None:
    rows = attempt(TESTS, (SAMPLE, ids("second")), (SAMPLE, ids("first")))
    assert [row.fate for row in rows] == [Fate.WAVERS, Fate.SURVIVED]


def test_nothing_is_begun_that_cannot_be_paid(attempt: Try) -> None:
    slow = "from sample import f\ndef test_slow():\n    for _ in range(10**7): pass\n    assert f(1)\n"
    rows = attempt(slow, *[(SAMPLE, ids("slow"))] * 9, cpu_seconds=2)
    assert {row.fate for row in rows} <= {Fate.SURVIVED, Fate.NOT_TRIED, Fate.NO_BASE}
    assert rows[-1].fate is not Fate.SURVIVED


def test_unittest_answers_alike(attempt: Try) -> None:
    named = tuple(f"tests.test_new.T.test_{name}" for name in ("small", "large"))
    rows = attempt(
        OLD,
        (SAMPLE.replace("LIMIT = 3", "LIMIT = 4"), named),
        (SAMPLE.replace("x > LIMIT", "x >= LIMIT"), named),
        kind=SuiteKind.UNITTEST,
    )
    assert rows[0] == Tried(Fate.KILLED, named[1], rows[0].seconds)
    assert rows[1].fate is Fate.SURVIVED
