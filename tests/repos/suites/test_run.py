from collections.abc import Callable
from dataclasses import replace

from pyagent.ports import Limits, Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Environment
from repos.suites.outcomes import SuiteCommand, SuiteKind, SuiteRun
from repos.suites.run import run_suite, suite_job

Run = Callable[..., SuiteRun]
SAMPLE = "def double(x):\n    if x is None:\n        return 0\n    return 2 * x\n"
EVERY = """
import unittest
import pytest
from sample import double

def test_passes(): assert double(2) == 4
def test_fails(): assert double(2) == 5
@pytest.mark.skip(reason="rain")
def test_skips(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.mark.xfail
def test_surprise(): pass
@pytest.fixture
def broken(): raise RuntimeError("setup broke")
def test_errs(broken): pass
@pytest.mark.parametrize("thing", [object(), object()])
def test_named_by_address(thing): pass
class TestOld(unittest.TestCase):
    def test_subtests(self):
        for n in range(2):
            with self.subTest(n=n):
                self.assertEqual(n, 0)
"""


def test_every_outcome_of_pytest_is_recorded(run: Run) -> None:
    done = run({"sample.py": SAMPLE, "tests/test_all.py": EVERY})
    short = {name.partition("::")[2]: outcome for name, outcome in done.outcomes.items()}
    assert short["test_passes"] == "passed"
    assert short["test_fails"] == "failed"
    assert short["test_skips"] == "skipped"
    assert short["test_expected"] == "xfailed"
    assert short["test_surprise"] == "xpassed"
    assert short["test_errs"] == "error"
    assert short["TestOld::test_subtests"] == "failed"
    assert done.complete
    assert done.code == 1
    assert "setup broke" in done.causes["tests/test_all.py::test_errs"]


def test_a_file_that_cannot_be_collected_is_an_error_and_hides_no_other(run: Run) -> None:
    files = {"tests/test_a.py": "import nowhere\n", "tests/test_b.py": "def test_b(): pass\n"}
    done = run(files, "--rootdir=.", "--continue-on-collection-errors", "tests")
    assert done.outcomes == {"tests/test_a.py": "error", "tests/test_b.py::test_b": "passed"}
    assert "No module named 'nowhere'" in done.causes["tests/test_a.py"]


def test_lines_are_measured_under_our_settings_alone(run: Run) -> None:
    body = SAMPLE.replace("return 0", "return 0  # pragma: no cover")
    files = {
        "sample.py": body,
        "tests/test_a.py": "from sample import double\ndef test_a(): assert double(1) == 2\n",
        ".coveragerc": "[run]\nplugins = nowhere\nomit = *\n",
    }
    done = run(files, coverage=True)
    assert done.coverage is not None
    assert done.coverage.keys() == {"sample.py"}
    assert done.coverage["sample.py"].statements == {1, 2, 3, 4}
    assert done.coverage["sample.py"].executed == {1, 2, 4}


def test_the_overlay_replaces_and_removes(run: Run) -> None:
    files = {"sample.py": SAMPLE, "tests/test_a.py": "from sample import double\ndef test_a(): assert double(1) == 2\n"}
    changed = run(files, overlay={"sample.py": b"def double(x): return 3\n"})
    assert set(changed.outcomes.values()) == {"failed"}
    assert set(run(files, overlay={"sample.py": None}).outcomes.values()) == {"error"}


def test_modules_come_from_the_work_copy(run: Run) -> None:
    files = {"sample.py": SAMPLE, "tests/test_a.py": "from sample import double\ndef test_a(): pass\n"}
    assert ("sample", f"{WORK}/sample.py") in run(files).modules


def test_a_hanging_test_leaves_what_ran_before_it(run: Run) -> None:
    body = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(60)\n"
    done = run({"tests/test_a.py": body}, limits=Limits(wall_seconds=15))
    assert done.outcomes == {"tests/test_a.py::test_a": "passed"}
    assert (done.complete, done.stopped) == (False, "idle")


def test_a_suite_that_kills_itself_is_not_complete(run: Run) -> None:
    done = run({"tests/test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\n"})
    assert done.outcomes == {"tests/test_a.py::test_a": "passed"}
    assert (done.complete, done.code) == (False, 0)


def test_nothing_collected_is_complete_and_empty(run: Run) -> None:
    done = run({"tests/test_a.py": "x = 1\n"})
    assert (done.complete, done.outcomes, done.code) == (True, {}, 5)


def test_unittest_reports_the_same_words(run: Run) -> None:
    body = """
import unittest
class T(unittest.TestCase):
    def test_passes(self): pass
    def test_fails(self): self.fail("no")
    def test_errs(self): raise RuntimeError
    @unittest.skip("rain")
    def test_skips(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_surprise(self): pass
    def test_sub(self):
        with self.subTest(n=1): self.fail()
"""
    done = run(
        {"tests/__init__.py": "", "tests/test_a.py": body},
        "discover",
        "-s",
        "tests",
        "-t",
        ".",
        kind=SuiteKind.UNITTEST,
    )
    short = {name.rpartition(".")[2]: outcome for name, outcome in done.outcomes.items()}
    assert short == {
        "test_passes": "passed", "test_fails": "failed", "test_errs": "error", "test_skips": "skipped",
        "test_expected": "xfailed", "test_surprise": "xpassed", "test_sub": "failed",
    }  # fmt: skip
    assert (done.complete, done.code) == (True, 1)


def test_a_runner_module_and_a_runner_script_are_recorded(run: Run) -> None:
    body = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n"
    start = "import unittest\nfrom tests.cases import T\nif __name__ == '__main__':\n    unittest.main()\n"
    files = {"tests/__init__.py": "", "tests/cases.py": body, "tests/__main__.py": start, "runtests.py": start}
    by_module = run(files, "tests", kind=SuiteKind.MODULE)
    by_script = run(files, "runtests.py", kind=SuiteKind.SCRIPT)
    assert by_module.outcomes == by_script.outcomes == {"tests.cases.T.test_a": "passed"}


def forms(done: SuiteRun) -> set[tuple[str, str, str | None]]:
    assert len(done.canaries) == 21
    return {(bird.form, bird.expected, bird.seen) for bird in done.canaries}


def test_canaries_tell_the_truth_in_every_kind_of_session_and_are_in_no_outcome(run: Run) -> None:
    cases = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n"
    start = "import pytest, sys\nsys.exit(pytest.main(['tests', '--rootdir=.', '-k', 'test_a']))\n"
    files = {"tests/__init__.py": "", "tests/test_a.py": cases, "run.py": start}
    methods = {("method", "passed", "passed"), ("method", "failed", "failed")}
    by_pytest = methods | {
        ("method", "error", "failed"), ("class", "error", "error"),
        ("function", "passed", "passed"), ("function", "failed", "failed"),
    }  # fmt: skip
    by_unittest = methods | {
        ("method", "error", "error"), ("class", "error", None),
        ("function", "passed", None), ("function", "failed", None),
    }  # fmt: skip
    done = run(files, "run.py", kind=SuiteKind.SCRIPT)
    assert (forms(done), len(done.outcomes)) == (by_pytest, 1)
    done = run(files, "discover", "-s", "tests", "-t", ".", kind=SuiteKind.UNITTEST)
    assert (forms(done), done.outcomes) == (by_unittest, {"tests.test_a.T.test_a": "passed"})


def test_where_the_first_failure_ends_all_there_is_no_canary(run: Run) -> None:
    done = run({"tests/test_a.py": "def test_a(): pass\n"}, "--rootdir=.", "-x", "tests")
    assert done.outcomes == {"tests/test_a.py::test_a": "passed"}
    assert {bird.seen for bird in done.canaries} == {None}


def test_a_runner_that_starts_pytest_itself_is_recorded(run: Run) -> None:
    start = "import pytest, sys\nsys.exit(pytest.main(['tests', '--rootdir=.']))\n"
    done = run({"tests/test_a.py": "def test_a(): pass\n", "run.py": start}, "run.py", kind=SuiteKind.SCRIPT)
    assert done.outcomes == {"tests/test_a.py::test_a": "passed"}


def test_sessions_inside_a_test_are_not_ours(run: Run) -> None:
    body = "pytest_plugins = ['pytester']\n"
    inner = (
        "def test_outer(pytester):\n    pytester.makepyfile('def test_inner(): assert 0')\n    pytester.runpytest()\n"
    )
    done = run({"tests/conftest.py": body, "tests/test_a.py": inner}, "--rootdir=.", "tests")
    assert done.outcomes == {"tests/test_a.py::test_outer": "passed"}


def test_generated_files_are_laid_only_where_absent(run: Run, environment: Environment) -> None:
    del run
    made = replace(environment, generated={"pkg/_version.py": b"", "pkg/here.py": b""})
    root = environment.folder / "tree"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg/here.py").write_text("real")
    command = SuiteCommand(SuiteKind.PYTEST, (), ("src", "."), (), ())
    job = suite_job(command, made, tree=root, overlay={}, coverage=False, limits=Limits())
    assert set(job.overlay) == {"pkg/_version.py"}
    assert job.env["PYTHONPATH"] == f"{WORK}/src:{WORK}"


def test_two_runs_of_one_tree_agree_on_every_id(runner: Runner, environment: Environment) -> None:
    root = environment.folder / "tree"
    (root / "tests").mkdir(parents=True)
    (root / "sample.py").write_text(SAMPLE)
    (root / "tests/test_all.py").write_text(EVERY)
    command = SuiteCommand(SuiteKind.PYTEST, ("--rootdir=.", "tests"), (".",), ("sample.py",), ("tests",))
    first, second = (
        run_suite(command, environment, runner, tree=root, overlay={}, coverage=False, limits=Limits())
        for _ in range(2)
    )  # fmt: skip
    assert first.outcomes == second.outcomes


def test_a_suite_can_neither_read_nor_write_what_the_keeper_knows(run: Run) -> None:
    body = """
import os, pytest, sys
def test_memory():
    for name in ("mem", "maps", "environ"):
        with pytest.raises(PermissionError):
            os.open(f"/proc/{os.getppid()}/{name}", os.O_RDONLY)
def test_descriptors():
    with pytest.raises(PermissionError):
        os.listdir(f"/proc/{os.getppid()}/fd")
def test_orders():
    assert sys.__stdin__.read() == ""
"""
    assert set(run({"tests/test_a.py": body}, "--rootdir=.", "-s", "tests").outcomes.values()) == {"passed"}


def test_a_record_that_the_suite_writes_itself_is_none(run: Run) -> None:
    body = """
import glob, json, os
def test_a():
    for path in glob.glob(".pyagent-record/*"):
        os.unlink(path)
        with open(path, "w") as file:
            file.write(json.dumps({"event": "report", "id": "x", "when": "call", "outcome": "passed"}) + "\\\\n")
"""
    done = run({"tests/test_a.py": body})
    assert (done.outcomes, done.complete) == ({}, False)
