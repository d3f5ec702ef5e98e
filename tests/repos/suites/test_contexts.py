"""Which tests run a line, from real runs in the sandbox."""

from collections.abc import Callable

import pytest

from repos.suites.outcomes import SuiteKind, SuiteRun
from repos.suites.run import Chosen

Run = Callable[..., SuiteRun]
SAMPLE = "def double(x):\n    if x is None:\n        return 0\n    return (2 *\n            x)\n\nLATE = 1\n"
TESTS = """
import pytest
from sample import double
@pytest.fixture(scope="module")
def four(): return double(2)
def test_a(): assert double(None) == 0
def test_b(four): assert four == 4
def test_c(four): assert four == 4
@pytest.mark.parametrize("thing", [object(), object()], ids=repr)
def test_d(thing): assert double(1) == 2
"""
OLD = """
import unittest
from sample import double
class T(unittest.TestCase):
    @classmethod
    def setUpClass(cls): double(None)
    def test_a(self): self.assertEqual(double(1), 2)
    def test_b(self): pass
"""


def short(ids: frozenset[str]) -> set[str]:
    return {name.rpartition("::")[2] for name in ids}


def test_lines_are_told_by_the_tests_of_pytest_that_ran_them(run: Run) -> None:
    done = run({"sample.py": SAMPLE, "tests/test_a.py": TESTS}, coverage=True)
    named = {f"test_d[<object object at 0x*>]#{n}" for n in (1, 2)}
    assert short(done.tests_of("sample.py", [3])) == {"test_a"}
    # A shared fixture's lines belong to the test that set it up.
    assert short(done.tests_of("sample.py", [4])) == {"test_b", *named}
    assert short(done.tests_of("sample.py", [3, 5])) == {"test_a", "test_b", *named}
    assert done.tests_of("sample.py", [1, 7]) == frozenset()
    assert done.tests_of("nowhere.py", [1]) == frozenset()
    assert frozenset(done.measured) == done.outcomes.keys()
    assert len(done.seconds) == len(done.measured)


def test_a_module_imported_by_a_test_belongs_to_it(run: Run) -> None:
    body = "def test_a():\n    import sample\ndef test_b():\n    import sample\n"
    done = run({"sample.py": SAMPLE, "tests/test_a.py": body}, coverage=True)
    assert short(done.tests_of("sample.py", [7])) == {"test_a"}


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [(SuiteKind.UNITTEST, ("discover", "-s", "tests", "-t", ".")), (SuiteKind.SCRIPT, ("run.py",))],
)
def test_lines_are_told_by_the_tests_of_unittest(run: Run, kind: SuiteKind, arguments: tuple[str, ...]) -> None:
    files = {
        "sample.py": SAMPLE, "tests/__init__.py": "", "tests/test_a.py": OLD,
        "run.py": "import unittest\nunittest.main('tests.test_a')\n",
    }  # fmt: skip
    done = run(files, *arguments, kind=kind, coverage=True)
    assert done.tests_of("sample.py", [4]) == {"tests.test_a.T.test_a"}
    assert done.tests_of("sample.py", [3]) == frozenset()
    assert done.coverage is not None
    assert 3 in done.coverage["sample.py"].executed


def test_chosen_tests_can_be_measured(run: Run) -> None:
    chosen = Chosen(("tests/test_a.py::test_a",))
    done = run({"sample.py": SAMPLE, "tests/test_a.py": TESTS}, coverage=True, chosen=chosen)
    assert done.measured == ("tests/test_a.py::test_a",)
    assert done.coverage is not None
    assert done.coverage["sample.py"].executed == {1, 2, 3, 7}
