"""New jumps on tiny trees: real coverage, real sandbox."""

from pathlib import Path

import pytest

from pyagent.model import Answer
from pyagent.ports import Runner
from repos.environments.frozen import Environment
from repos.gates import new_jumps
from tests.repos.gates.workshop import NoRunner, measured, text, trial

BASE = text("""
def grade(points):
    for each in points:
        if each > 9:
            points.append(1)
            return "A"
    return "B"
""")
AFTER = text("""
def grade(points):
    for each in points:
        if not (each > 9):
            continue
        points.append(1)
        return "A"
    return "B"
""")
STRONG = (
    b"from pkg.mod import grade\ndef test_a(): assert grade([1, 10]) == 'A'\ndef test_b(): assert grade([1]) == 'B'\n"
)
NOTICED = "the tests notice 1 new jump turned the other way"
SECOND_BASE = text("""
def last(points):
    found = None
    for each in points:
        if each:
            found = each
    return found
""")
SECOND = text("""
def last(points):
    found = None
    for each in points:
        if not each:
            continue
        found = each
    return found
""")
LEANING = (
    STRONG
    + b"""
SEEN = []
def test_first():
    SEEN.append(grade([1]))
def test_on_the_first():
    from pkg.mod import last
    assert SEEN and last([0, 1]) == 1
"""
)
WEAK = STRONG.replace(b"[1, 10]", b"[10]")


@pytest.mark.parametrize(
    ("tests", "after", "answer", "reason"),
    [
        (STRONG, AFTER, Answer.PASSED, NOTICED),
        (WEAK, AFTER, Answer.FAILED, "no test notices whether a loop goes on or is left at the new pkg/mod.py:4"),
        (WEAK, AFTER.replace(b"continue", b"break"), Answer.FAILED, "no test notices whether"),
        (WEAK, BASE.replace(b"> 9", b">= 10"), Answer.PASSED, "leaves and goes on with loops where the base does"),
        (b"def test_a(): pass\n", AFTER, Answer.SKIPPED, "no answer for the new pkg/mod.py:4 (unheard)"),
    ],
)
def test_a_jump_that_the_base_has_not(
    tmp_path: Path, environment: Environment, sandbox: Runner, tests: bytes, after: bytes, answer: Answer, reason: str
) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": BASE, "tests/test_mod.py": tests}
    verdict = new_jumps.judge(measured(tmp_path, files, {"pkg/mod.py": after}, environment, sandbox))
    assert verdict.answer is answer
    assert verdict.reason.startswith(reason)


def test_a_jump_without_an_answer_is_named_beside_the_noticed(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": BASE + SECOND_BASE, "tests/test_mod.py": LEANING}
    verdict = new_jumps.judge(measured(tmp_path, files, {"pkg/mod.py": AFTER + SECOND}, environment, sandbox))
    assert verdict.reason == f"{NOTICED}; no answer for pkg/mod.py:12 (wavers)"


def test_without_a_measured_base_it_cannot_say(tmp_path: Path) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": AFTER}, runner=NoRunner())
    assert new_jumps.judge(offered).answer is Answer.SKIPPED
