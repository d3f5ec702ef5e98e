"""Runs of chosen tests, in the real sandbox."""

from collections.abc import Callable

import pytest

from repos.suites.outcomes import SuiteKind, SuiteRun
from repos.suites.run import Chosen

Run = Callable[..., SuiteRun]
TESTS = """
import pytest

@pytest.fixture(scope="module")
def one(): return 1

def test_a(one): assert one == 1
def test_b(one): assert one == 2
@pytest.mark.parametrize("thing", [object(), object()])
def test_c(thing): assert not isinstance(thing, str)
"""
LOUD = "raise RuntimeError('this file is not asked for')\n"
OLD = """
import unittest
class First(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("nobody asked for this class")
    def test_a(self): pass
class Second(unittest.TestCase):
    def test_b(self): self.fail("b")
    def test_c(self): pass
    def test_d(self):
        for n in range(2):
            with self.subTest(n=n): self.assertEqual(n, 3)
"""
PACKAGE = {"tests/__init__.py": "", "tests/test_old.py": OLD}
DISCOVER = ("discover", "-s", "tests", "-t", ".")


def test_only_the_tests_asked_for_run_and_other_files_are_not_imported(run: Run) -> None:
    files = {"tests/test_a.py": TESTS, "tests/test_loud.py": LOUD}
    done = run(files, chosen=Chosen(("tests/test_a.py::test_a", "tests/test_a.py::test_c[thing1]")))
    assert done.outcomes == {"tests/test_a.py::test_a": "passed", "tests/test_a.py::test_c[thing1]": "passed"}
    assert (done.complete, done.code) == (True, 0)


def test_ids_with_addresses_name_the_same_tests_as_in_a_whole_run(run: Run) -> None:
    body = TESTS.replace("[object(), object()])", "[object(), object(), 7], ids=repr)")
    whole = run({"tests/test_a.py": body})
    asked = "tests/test_a.py::test_c[<object object at 0x*>]#2"
    assert asked in whole.outcomes
    assert run({"tests/test_a.py": body}, chosen=Chosen((asked,))).outcomes == {asked: "passed"}


def test_the_first_failure_ends_the_run(run: Run) -> None:
    body = "def test_a(): pass\ndef test_b(): assert False\ndef test_c(): pass\n"
    done = run({"tests/test_a.py": body}, chosen=Chosen(first_failure=True))
    assert done.outcomes == {"tests/test_a.py::test_a": "passed", "tests/test_a.py::test_b": "failed"}


def test_thousands_of_ids_can_be_asked_for(run: Run) -> None:
    many = tuple(f"tests/test_a.py::test_{'x' * 60}[{n}]" for n in range(5000))
    body = f"import pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_{'x' * 60}(n): pass\n"
    assert len(run({"tests/test_a.py": body}, chosen=Chosen(many)).outcomes) == 9


def test_a_file_named_on_the_command_line_may_lack_what_is_asked_for(run: Run) -> None:
    files = {"tests/test_a.py": TESTS, "tests/test_b.py": "def test_x(): pass\n"}
    arguments = ("--rootdir=.", "tests/test_a.py", "tests/test_b.py")
    done = run(files, *arguments, chosen=Chosen(("tests/test_b.py::test_x",)))
    assert done.outcomes == {"tests/test_b.py::test_x": "passed"}


def test_unittest_sets_up_only_the_classes_of_chosen_tests(run: Run) -> None:
    chosen = Chosen(("tests.test_old.Second.test_c", "tests.test_old.Second.test_d"))
    done = run(PACKAGE, *DISCOVER, kind=SuiteKind.UNITTEST, chosen=chosen)
    assert done.outcomes == {"tests.test_old.Second.test_c": "passed", "tests.test_old.Second.test_d": "failed"}


def test_unittest_stops_at_the_first_failure(run: Run) -> None:
    ids = tuple(f"tests.test_old.Second.test_{name}" for name in "bcd")
    chosen = Chosen(ids, first_failure=True)
    done = run(PACKAGE, *DISCOVER, kind=SuiteKind.UNITTEST, chosen=chosen)
    assert done.outcomes == {"tests.test_old.Second.test_b": "failed"}


@pytest.mark.parametrize(
    "start", ["unittest.main('tests.test_old')", "sys.exit(pytest.main(['tests', '--rootdir=.']))"]
)
def test_runners_that_start_something_else_choose_too(run: Run, start: str) -> None:
    files = {**PACKAGE, "run.py": f"import pytest, sys, unittest\n{start}\n"}
    asked = "tests/test_old.py::Second::test_c" if "pytest" in start[:15] else "tests.test_old.Second.test_c"
    assert run(files, "run.py", kind=SuiteKind.SCRIPT, chosen=Chosen((asked,))).outcomes == {asked: "passed"}


def test_a_runner_that_cannot_choose_runs_what_it_has(run: Run) -> None:
    own = "import unittest\nfrom tests.test_old import Second\nr = unittest.TestResult()\nSecond('test_c').run(r)\n"
    done = run({**PACKAGE, "run.py": own}, "run.py", kind=SuiteKind.SCRIPT, chosen=Chosen(("nothing",)))
    assert done.outcomes == {"tests.test_old.Second.test_c": "passed"}
