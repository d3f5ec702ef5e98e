import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer
from repos.gates.executed import judge
from repos.gates.scopes import read, statement_at
from repos.suites.outcomes import FileCoverage
from tests.repos.gates.workshop import run, text, trial

BASE = text("""
def f(a):
    if a > 1:
        x = 1
    else:
        x = 2
    return x
""")

MEASURE = """
import coverage, json
measure = coverage.Coverage(data_file=None, config_file=False, include=["*m.py"])
measure.start()
import m
measure.stop()
_, statements, _, missing, _ = measure.analysis2(m)
print(json.dumps([statements, missing]))
"""


def covered(*executed: int) -> dict[str, FileCoverage]:
    return {"pkg/mod.py": FileCoverage(frozenset({1, 2, 3, 5, 6}), frozenset(executed))}


def judged(tmp_path: Path, after: bytes, coverage: dict[str, FileCoverage] | None) -> tuple[Answer, str]:
    offered = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": after})
    verdict = judge(replace(offered, covered=run({"t": "passed"}, coverage=coverage)))
    return verdict.answer, verdict.reason


def test_edited_lines_that_ran_pass(tmp_path: Path) -> None:
    answer, reason = judged(tmp_path, BASE.replace(b"x = 1", b"x = 3"), covered(1, 2, 3, 6))
    assert (answer, reason) == (Answer.PASSED, "the base tests run 1 edited or moved statement of 1")


def test_an_edited_line_that_never_ran_fails_and_is_named(tmp_path: Path) -> None:
    answer, reason = judged(tmp_path, BASE.replace(b"x = 2", b"x = 3"), covered(1, 2, 3, 6))
    assert (answer, reason) == (Answer.FAILED, "no test runs pkg/mod.py:5")


@pytest.mark.parametrize(("name", "weak"), [("f", (3,)), ("g", ())])
def test_lines_of_the_named_function_are_counted_from_its_bodys_first(
    tmp_path: Path, name: str, weak: tuple[int, ...]
) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": BASE.replace(b"x = 2", b"x = 3")}, name=name)
    assert judge(replace(offered, covered=run({"t": "passed"}, coverage=covered(1, 2, 3, 6)))).weak == weak


def test_a_line_that_coverage_excluded_counts_as_not_run(tmp_path: Path) -> None:
    excluded = {"pkg/mod.py": FileCoverage(frozenset({1, 2}), frozenset({1, 2}))}
    assert judged(tmp_path, BASE.replace(b"x = 1", b"x = 3"), excluded)[0] is Answer.FAILED


def test_a_file_the_suite_never_loaded_fails(tmp_path: Path) -> None:
    assert judged(tmp_path, BASE.replace(b"x = 1", b"x = 3"), {})[0] is Answer.FAILED


def test_without_coverage_the_gate_is_skipped(tmp_path: Path) -> None:
    assert judged(tmp_path, BASE.replace(b"x = 1", b"x = 3"), None)[0] is Answer.SKIPPED
    assert judge(trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": b""})).answer is Answer.SKIPPED


def test_a_body_beside_its_header_is_not_believed_to_have_run(tmp_path: Path) -> None:
    one_line, ran = b"def f(a): return a\n", {"pkg/mod.py": FileCoverage(frozenset({1}), frozenset({1}))}
    edited = trial(tmp_path, {"pkg/mod.py": one_line}, {"pkg/mod.py": b"def f(a): return (a)\n"})
    assert judge(replace(edited, covered=run(coverage=ran))).answer is Answer.FAILED
    beside = trial(tmp_path, {"pkg/mod.py": one_line}, {"pkg/mod.py": b"x = 1\n" + one_line})
    assert judge(replace(beside, covered=run(coverage=ran))).answer is Answer.PASSED


def test_first_lines_agree_with_what_coverage_itself_reports(tmp_path: Path) -> None:
    """Every statement that really ran is found in coverage's own report under one of its first lines."""
    source = text('''
import functools


@functools.lru_cache(
    maxsize=None
)
def f(a, b=(1,
           2)):
    """Doc."""
    if (a and
            b):
        try:
            x = [
                n
                for n in b
            ]
        except ValueError:
            x = []
        finally:
            pass
    elif a:
        x = 1
    else:
        x = 2
    with open(__file__) as h, \\
            open(__file__):
        pass
    while a:
        a = 0
        continue
    match x:
        case [1, 2]:
            x = 3
        case _:
            x = 4
    return x


f(1)
f(0)
try:
    f(1, ())
    int("x")
except (ValueError,
        TypeError):
    pass
''')
    (tmp_path / "m.py").write_bytes(source)
    out = subprocess.run([sys.executable, "-c", MEASURE], cwd=tmp_path, capture_output=True, text=True, check=True)
    statements, missing = (set(lines) for lines in json.loads(out.stdout))
    both = read(source)
    found = {line: statement_at(both, line).first for line in both.code}
    assert {line for line, first in found.items() if not first & statements} == set()
    assert {line for line, first in found.items() if not first & (statements - missing)} == {17, 18}
