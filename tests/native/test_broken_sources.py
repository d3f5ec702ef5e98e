"""Broken, oddly encoded and unreadable sources are results with a reason."""

import os
from pathlib import Path

import pyagent_native
import pytest

SYNTAX_ERROR = b"def a(): return 1\n\ndef b(:\n    pass\n\ndef c(): return 2\n"


def test_functions_around_a_syntax_error_are_recovered() -> None:
    measured = pyagent_native.measure(SYNTAX_ERROR)
    assert measured.status == "partial"
    assert {"a", "c"} <= {row.name for row in measured.functions}
    assert (measured.problems[0].kind, measured.problems[0].line) == ("syntax", 3)


def test_a_source_without_any_function_and_with_errors_is_an_error() -> None:
    assert pyagent_native.measure(b"print 'python 2'\n").status == "error"


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfdef caf\xc3\xa9(): pass\n",
        b"# -*- coding: latin-1 -*-\ndef caf\xe9(): pass\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\ndef caf\xe9(): pass\n",
        "# coding: cp1251\ndef \u043a\u043e\u0442(): pass\n".encode("cp1251"),
        "# coding: koi8_r\ndef \u043a\u043e\u0442(): pass\n".encode("koi8_r"),
        "def caf\u00e9(): pass\n".encode("utf-16"),
        b"# coding: utf-8-sig\ndef f(): pass\n",
        b"def f(): pass\r\ndef g(): pass\r\n"[:16],
    ],
)
def test_a_declared_encoding_is_read(source: bytes) -> None:
    measured = pyagent_native.measure(source)
    assert (measured.status, len(measured.functions)) == ("ok", 1)
    assert measured.functions[0].name in {"caf\u00e9", "\u043a\u043e\u0442", "f"}


@pytest.mark.parametrize(
    ("source", "place", "said"),
    [
        (b"x = 1\ny = '\xe9'\n", (2, 6), "not valid UTF-8"),
        (b"# coding: no-such\n", (0, 0), "no-such"),
        (b"x = 1\n\0\n", (2, 1), "NUL"),
        (b"# coding: ascii\nx = '\xe9'\n", (2, 6), "not valid UTF-8"),
        (b"# coding: utf-16\nx = 1\n", (0, 0), "utf-16"),
    ],
)
def test_what_cannot_be_decoded_says_where_and_why(source: bytes, place: tuple[int, int], said: str) -> None:
    measured = pyagent_native.measure(source)
    problem = measured.problems[0]
    assert (measured.status, problem.kind, (problem.line, problem.column)) == ("error", "decode", place)
    assert said in problem.message


def test_line_ends_of_all_systems_count_the_same() -> None:
    lines = ["def f():", "    return 1", "", "def g():", "    return 2", ""]
    ends = [
        [row.end_line for row in pyagent_native.measure(end.join(lines).encode()).functions]
        for end in ("\n", "\r\n", "\r")
    ]
    assert ends == [[2, 5]] * 3


def test_scan_yields_one_result_per_path_in_order(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("def f(): pass\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.py").write_bytes(SYNTAX_ERROR)
    os.mkfifo(tmp_path / "fifo.py")
    paths = ["folder", "good.py", "missing.py", "fifo.py", "broken.py", "good.py"]
    results = pyagent_native.scan(str(tmp_path), paths, threads=2)
    assert [result.path for result in results] == paths
    assert [result.status for result in results] == ["unreadable", "ok", "unreadable", "unreadable", "partial", "ok"]


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(10_000_001)
    (result,) = pyagent_native.scan(str(tmp_path), ["large.py"])
    assert (result.status, result.problems[0].kind) == ("too-large", "too-large")


def test_scan_and_measure_agree(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(SYNTAX_ERROR)
    (scanned,) = pyagent_native.scan(str(tmp_path), ["a.py"], threads=1)
    measured = pyagent_native.measure(SYNTAX_ERROR, "a.py")
    assert repr(scanned) == repr(measured)
    assert [row.fingerprint for row in scanned.functions] == [row.fingerprint for row in measured.functions]
    assert (scanned.raw, scanned.halstead, scanned.problems) == (measured.raw, measured.halstead, measured.problems)


def test_scanning_nothing_yields_nothing(tmp_path: Path) -> None:
    assert len(pyagent_native.scan(str(tmp_path), [])) == 0


def test_rows_cannot_be_changed() -> None:
    (function,) = pyagent_native.measure(b"def f(): pass").functions
    with pytest.raises(AttributeError):
        function.line = 2  # type: ignore[misc]
