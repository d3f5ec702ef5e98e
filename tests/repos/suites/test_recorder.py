"""The recorder in processes of ours, outside the sandbox: what it does alone, on a trusted suite."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repos.suites.outcomes import FileCoverage
from repos.suites.record import Recorded, read_coverage, read_journal
from repos.suites.recorder.journal import Journal, loaded_modules
from repos.suites.recorder.patience import processor_seconds

UNITTEST = """
import unittest
class T(unittest.TestCase):
    def test_a(self):
        from sample import f
        self.assertEqual(f(), 1)
    @unittest.skip("rain")
    def test_b(self): pass
    def test_c(self):
        with self.subTest(n=1): self.fail("no")
"""
PYTEST = """
import pytest
from sample import f
def test_a(): assert f() == 1
@pytest.mark.xfail
def test_b(): assert False
def test_c(): raise ValueError("odd")
"""


def record(folder: Path, kind: str, *arguments: str, **given: Any) -> tuple[int, Recorded]:
    told = {"kind": kind, "arguments": arguments, "journal": str(folder / "out/journal"), "seconds": 60, "idle": 60}
    argv = [sys.executable, "-B", "-m", "repos.suites.recorder"]
    orders = json.dumps({**told, "measure": None, **given}).encode()
    done = subprocess.run(argv, cwd=folder, input=orders, capture_output=True, check=False, timeout=60)
    return done.returncode, read_journal((folder / "out/journal").read_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sample.py").write_text("def f():\n    return 1\n\n\ndef g():\n    return 2\n")
    (tmp_path / "test_old.py").write_text(UNITTEST)
    (tmp_path / "test_new.py").write_text(PYTEST)
    (tmp_path / "run.py").write_text("import sys, unittest\nunittest.main('test_old', argv=['x', '-v'])\n")
    return tmp_path


def test_unittest_is_recorded(folder: Path) -> None:
    code, found = record(folder, "unittest", "test_old")
    assert code == 1
    assert found.outcomes == {
        "test_old.T.test_a": "passed",
        "test_old.T.test_b": "skipped",
        "test_old.T.test_c": "failed",
    }
    assert found.causes["test_old.T.test_b"] == "rain"
    assert found.complete


def test_a_script_is_recorded(folder: Path) -> None:
    assert record(folder, "script", "run.py")[1].outcomes["test_old.T.test_a"] == "passed"


def test_pytest_is_recorded(folder: Path) -> None:
    code, found = record(folder, "pytest", "test_new.py", "--rootdir=.", "-o", "pythonpath=.")
    assert code == 1
    assert found.outcomes == {
        "test_new.py::test_a": "passed",
        "test_new.py::test_b": "xfailed",
        "test_new.py::test_c": "failed",
    }
    assert found.causes["test_new.py::test_c"] == "ValueError: odd"


def test_lines_are_reported(folder: Path) -> None:
    measure = {"product": ["sample.py"], "tests": ["test_old.py"], "report": str(folder / "out/lines")}
    record(folder, "unittest", "test_old.T.test_a", measure=measure)
    found = read_coverage((folder / "out/lines").read_bytes(), [])
    assert found is not None
    assert found.files == {"sample.py": FileCoverage(frozenset({1, 2, 5, 6}), frozenset({1, 2, 5}), {1: 1, 2: 1, 5: 1})}
    assert found.tests == ("test_old.T.test_a",)


def test_a_test_that_takes_half_of_all_time_is_taken_to_hang(folder: Path) -> None:
    (folder / "test_slow.py").write_text(UNITTEST.replace("from sample import f", "import time; time.sleep(60)"))
    code, found = record(folder, "unittest", "test_slow", seconds=3)
    assert (code, found.late, found.running, found.complete) == (124, "idle", "test_slow.T.test_a", False)


def test_many_tests_that_take_long_together_are_no_standstill(folder: Path) -> None:
    rows = "".join(f"    def test_{n:02}(self): time.sleep(0.3)\n" for n in range(40))
    (folder / "test_many.py").write_text(f"import time, unittest\nclass T(unittest.TestCase):\n{rows}")
    code, found = record(folder, "unittest", "test_many", seconds=5)
    assert (code, found.late) == (124, "wall")
    assert found.outcomes


def test_a_child_process_writes_nothing(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "journal"))
    journal._owner = -1
    journal.write("report", id="a")
    assert (tmp_path / "journal").read_bytes() == b""


def test_modules_without_a_file_and_odd_objects_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "odd_object", None)
    found = dict(loaded_modules())
    assert "odd_object" not in found
    assert found["json"].endswith("__init__.py")


def test_processor_time_only_grows() -> None:
    first = processor_seconds()
    assert processor_seconds() >= first > 0
