"""A scan is a sequence of rows, a set of Arrow tables, and gives way to Ctrl-C."""

import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from textwrap import dedent

import pyagent_native
import pyarrow as pa
import pytest

SOURCES = {"a.py": "def f(): pass\nclass C:\n    def g(self, x): return x or 1\n", "b.py": "x = (\n", "c.py": "1\n"}


@pytest.fixture
def scanned(tmp_path: Path) -> pyagent_native.Scan:
    for name, source in SOURCES.items():
        (tmp_path / name).write_text(source)
    return pyagent_native.scan(tmp_path, [*SOURCES, tmp_path / "missing.py"])


def test_a_scan_is_a_sequence(scanned: pyagent_native.Scan, tmp_path: Path) -> None:
    assert len(scanned) == 4
    assert [file.path for file in scanned] == ["a.py", "b.py", "c.py", str(tmp_path / "missing.py")]
    assert (scanned[-1].path, scanned[1].status) == (scanned[3].path, "error")
    assert [file.path for file in scanned[2:0:-1]] == ["c.py", "b.py"]
    for outside in (4, -5):
        with pytest.raises(IndexError):
            scanned[outside]


def test_rows_outlive_the_scan(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCES["a.py"])
    (function,) = pyagent_native.scan(tmp_path, ["a.py"])[0].functions[1:]
    assert (function.name, function.arguments, function.cyclomatic) == ("C.g", 2, 2)


def test_the_tables_say_what_the_rows_say(scanned: pyagent_native.Scan) -> None:
    functions = pa.table(scanned.functions).to_pylist()
    rows = [(file.path, row) for file in scanned for row in file.functions]
    assert len(functions) == len(scanned.functions) == len(rows) == 2
    for cells, (path, row) in zip(functions, rows, strict=True):
        assert cells.pop("path") == path
        halstead = [cells.pop(name) for name in ("distinct_operators", "distinct_operands", "operators", "operands")]
        assert halstead == [row.halstead.h1, row.halstead.h2, row.halstead.N1, row.halstead.N2]
        assert cells == {name: getattr(row, name) for name in cells}


def test_files_and_problems_are_tables_too(scanned: pyagent_native.Scan) -> None:
    files = pa.table(scanned.files).to_pylist()
    assert [(row["path"], row["status"], row["mi"], row["sloc"]) for row in files] == [
        (file.path, file.status, file.mi, file.raw.sloc) for file in scanned
    ]
    problems = pa.table(scanned.problems).to_pylist()
    assert [(row["path"], row["line"], row["kind"], row["message"]) for row in problems] == [
        (file.path, problem.line, problem.kind, problem.message) for file in scanned for problem in file.problems
    ]


def test_an_empty_scan_has_the_columns_of_any_other(scanned: pyagent_native.Scan, tmp_path: Path) -> None:
    empty = pa.table(pyagent_native.scan(tmp_path, []).functions)
    assert (empty.num_rows, empty.schema) == (0, pa.table(scanned.functions).schema)


def test_a_name_that_is_no_utf_8_is_read_and_comes_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (tmp_path / name).write_text("def f(): pass\n")
    scan = pyagent_native.scan(tmp_path, [name])
    assert (scan[0].path, scan[0].status, len(scan[0].functions)) == (name, "ok", 1)
    assert pa.table(scan.files).column("path").to_pylist() == ["caf\ufffd.py"]


def test_threads_do_not_change_the_result(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.py").write_text(f"def f{number}(): pass\n" * (number * 7 % 11))
    paths = [f"{number}.py" for number in range(30)]
    one, three = (pa.table(pyagent_native.scan(tmp_path, paths, threads=n).functions) for n in (1, 3))
    assert one.num_rows > 0
    assert one == three


def test_ctrl_c_ends_a_scan_within_a_moment() -> None:
    library = sysconfig.get_paths()["stdlib"]
    program = dedent(f"""
        import pathlib, signal, sys, pyagent_native
        signal.signal(signal.SIGINT, signal.default_int_handler)
        paths = [str(path) for path in pathlib.Path({library!r}).rglob("*.py")] * 100
        print("ready", flush=True)
        try:
            pyagent_native.scan("/", paths)
        except KeyboardInterrupt:
            sys.exit(42)
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.5)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 42
        assert time.monotonic() - asked < 10  # the whole scan would take minutes
