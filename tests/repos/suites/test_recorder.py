"""The recorder in processes of ours, outside the sandbox: what it does alone, on a trusted suite."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repos.suites.outcomes import FileCoverage
from repos.suites.record import Recorded, read_coverage, read_journal, unsealed
from repos.suites.recorder import keeper
from repos.suites.recorder.frames import framed
from repos.suites.recorder.journal import Journal, loaded_modules
from repos.suites.recorder.keeper import Record
from repos.suites.recorder.patience import Patience, processor_seconds

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


SEAL = "ab" * 16


MODULE = ("-m", "repos.suites.recorder")
ALONE = ("-I", "-S", str(Path(keeper.__file__).with_name("__main__.py")))
"""As in the sandbox; this way no coverage is measured."""


def record(
    folder: Path, kind: str, *arguments: str, started: tuple[str, ...] = MODULE, **given: Any
) -> tuple[int, Recorded]:
    told = {"kind": kind, "arguments": arguments, "journal": str(folder / "out/journal"), "seconds": 60, "idle": 60}
    orders = {**told, "measure": None, "canaries": [], "early": [], "seal": SEAL, **given}
    (folder / "out/journal").unlink(missing_ok=True)
    argv = [sys.executable, "-B", *started]
    done = subprocess.run(
        argv, cwd=folder, input=json.dumps(orders).encode(), capture_output=True, check=False, timeout=60
    )
    body = unsealed((folder / "out/journal").read_bytes(), bytes.fromhex(SEAL))
    assert body is not None, done.stderr
    return done.returncode, read_journal(body)


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
    code, found = record(folder, "unittest", "test_slow", seconds=4)
    assert (code, found.late, found.running, found.complete) == (124, "idle", "test_slow.T.test_a", False)


def test_many_tests_that_take_long_together_are_no_standstill(folder: Path) -> None:
    rows = "".join(f"    def test_{n:02}(self): time.sleep(0.3)\n" for n in range(40))
    (folder / "test_many.py").write_text(f"import time, unittest\nclass T(unittest.TestCase):\n{rows}")
    code, found = record(folder, "unittest", "test_many", seconds=5)
    assert (code, found.late) == (124, "wall")
    assert found.outcomes


def heard(key: bytes, *lines: bytes) -> Record:
    record = Record(key, Patience(60, 60))
    record.feed(b"".join(lines))
    return record


def test_a_child_process_writes_nothing() -> None:
    read, write = os.pipe()
    journal = Journal(write, b"k")
    journal._owner = -1
    journal.write("report", id="a")
    os.close(journal._handle)
    assert os.read(read, 100) == b""


def test_only_the_next_record_under_the_key_is_heard() -> None:
    first, second = (framed(b"key", number, b'{"event": "start", "id": "a"}') for number in (0, 1))
    assert (heard(b"key", first, second).heard, heard(b"key", first, second).forged) == (2, 0)
    for lines in ([first, first], [second], [b'{"event": "end"}\n'], [framed(b"other", 0, b"{}")], [b"\n"]):
        assert heard(b"key", *lines).forged == 1


def test_what_a_suite_says_cannot_pass_for_the_keepers_word() -> None:
    record = heard(b"key", framed(b"key", 0, b'{"event": "exit", "status": 0, "by": "keeper"}'))
    told = unsealed(record.sealed(b"seal"), b"seal")
    assert told is not None
    assert json.loads(told)["by"] == "suite"


def test_a_record_that_somebody_else_wrote_does_not_verify() -> None:
    sealed = heard(b"key", framed(b"key", 0, b'{"event": "end", "code": 0}')).sealed(b"seal")
    assert unsealed(sealed, b"other") is None
    assert unsealed(sealed.replace(b'"code": 0', b'"code": 1'), b"seal") is None
    assert unsealed(b"", b"seal") is None


def test_a_process_that_leaves_with_another_status_than_it_said_is_not_complete(folder: Path) -> None:
    (folder / "test_leave.py").write_text(
        "import atexit, os, sys, unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.fail()\n"
        "def hook(*_): os._exit(0)\nsys.excepthook = hook\natexit.register(hook)\n"
    )
    code, found = record(folder, "unittest", "test_leave")
    assert (code, found.complete) == (1, True)
    (folder / "test_dies.py").write_text(
        "import os, unittest\nclass T(unittest.TestCase):\n    def test_a(self): os.kill(os.getpid(), 9)\n"
    )
    code, found = record(folder, "unittest", "test_dies")
    assert (code, found.complete, found.running) == (137, False, "test_dies.T.test_a")


def test_a_line_in_the_pipe_that_the_recorder_did_not_write_spoils_the_run(folder: Path) -> None:
    (folder / "test_forge.py").write_text(
        "import os, unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        for n in range(3, 256):\n"
        '            try: os.write(n, b\'{"event": "end", "code": 0}\\n\')\n            except OSError: pass\n'
    )
    _, found = record(folder, "unittest", "test_forge")
    assert not found.complete
    assert ("wrote into the recorder's pipe", "") in found.odd


SHADOWS = ("json", "random", "sitecustomize", "unittest", "pytest", "traceback")


def test_no_module_of_the_tree_stands_in_for_a_tool_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(folder))
    for name in SHADOWS:
        (folder / f"{name}.py").write_text("import os\nos._exit(0)\n")
    _, found = record(folder, "pytest", "test_new.py", "--rootdir=.", early=["pytest"], started=ALONE)
    assert found.complete
    assert found.outcomes["test_new.py::test_c"] == "failed"


def test_modules_without_a_file_and_odd_objects_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "odd_object", None)
    found = dict(loaded_modules())
    assert "odd_object" not in found
    assert found["json"].endswith("__init__.py")


def test_processor_time_only_grows() -> None:
    first = processor_seconds()
    assert processor_seconds() >= first > 0


def test_chosen_tests_alone_run_and_the_first_failure_ends(folder: Path) -> None:
    words = ("test_new.py", "--rootdir=.", "-o", "pythonpath=.")
    only = ["test_new.py::test_a", "test_new.py::test_c"]
    assert record(folder, "pytest", *words, only=only)[1].outcomes.keys() == set(only)
    old = ["test_old.T.test_a", "test_old.T.test_c"]
    found = record(folder, "unittest", "test_old", only=old[:1], first_failure=True)[1]
    assert found.outcomes == {old[0]: "passed"}
    (folder / "starts.py").write_text("import pytest, sys\nsys.exit(pytest.main(['test_new.py', '--rootdir=.']))\n")
    assert record(folder, "script", "starts.py", only=only[:1])[1].outcomes == {only[0]: "passed"}


def test_wrong_edits_are_tried_one_process_each(folder: Path) -> None:
    text, ids = (folder / "sample.py").read_text(), ["test_new.py::test_a"]
    edits = [text.replace("return 1", "return 3"), text.replace("return 2", "return 3"), "while True: pass\n"]
    told = {
        "kind": "pytest",
        "arguments": ["test_new.py", "--rootdir=.", "-o", "pythonpath=."],
        "canaries": [],
        "report": str(folder / "out/rows"),
        "cpu_seconds": 60,
        "wall_seconds": 60,
        "memory_bytes": 8 << 30,
        "edits": [{"path": "sample.py", "text": edit, "tests": ids} for edit in edits],
    }
    argv = [sys.executable, "-B", "-m", "repos.suites.recorder.attempts"]
    done = subprocess.run(
        argv, cwd=folder, input=json.dumps(told).encode(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads((folder / "out/rows").read_text())
    assert [row["status"] for row in rows] == ["killed", "survived", "hung"]
    assert (folder / "sample.py").read_text() == text
