"""What runs the same steps is said to, and what does not is left to the tests."""

from pathlib import Path

import pytest

from pyagent.model import Answer
from repos.gates.same_steps import judge
from tests.repos.gates.workshop import text, trial

BASE = text("""
def f(a):
    for b in a:
        if b:
            a.pop()
            a.pop()
""")
GUARDED = text("""
def f(a):
    for b in a:
        if not b:
            continue
        a.pop()
        a.pop()
""")


@pytest.mark.parametrize(
    ("after", "answer", "reason"),
    [
        (GUARDED, Answer.PASSED, "every path runs the same steps as before"),
        (GUARDED.replace(b"continue", b"break"), Answer.SKIPPED, "`f` in pkg/mod.py takes other steps, which may do"),
        (b"def f(:\n", Answer.SKIPPED, "pkg/mod.py cannot be compared: invalid syntax"),
        (b"x = 1 + " + b"(" * 5_000, Answer.SKIPPED, "pkg/mod.py cannot be compared: "),
    ],
)
def test_a_changed_file(tmp_path: Path, after: bytes, answer: Answer, reason: str) -> None:
    verdict = judge(trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": after}))
    assert verdict.answer is answer
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    "files",
    [{"pkg/mod.py": GUARDED, "pkg/new.py": b""}, {"pkg/mod.py": GUARDED, "data.txt": b"2"}, {"pkg/mod.py": None}],
)
def test_files_that_come_or_go_or_hold_no_program(tmp_path: Path, files: dict[str, bytes | None]) -> None:
    verdict = judge(trial(tmp_path, {"pkg/mod.py": BASE, "data.txt": b"1"}, files))
    assert verdict.answer is Answer.SKIPPED
    assert "is not a Python file before and after" in verdict.reason
