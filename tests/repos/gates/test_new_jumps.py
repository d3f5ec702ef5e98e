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
WEAK = STRONG.replace(b"[1, 10]", b"[10]")


@pytest.mark.parametrize(
    ("tests", "after", "answer", "reason"),
    [
        (STRONG, AFTER, Answer.PASSED, "the tests notice 1 new jump turned the other way"),
        (WEAK, AFTER, Answer.FAILED, "no test notices whether a loop goes on or is left at the new pkg/mod.py:4"),
        (WEAK, AFTER.replace(b"continue", b"break"), Answer.FAILED, "no test notices whether"),
        (WEAK, BASE.replace(b"> 9", b">= 10"), Answer.PASSED, "leaves and goes on with loops where the base does"),
        (b"def test_a(): pass\n", AFTER, Answer.SKIPPED, "no test came to an end on it: unheard"),
    ],
)
def test_a_jump_that_the_base_has_not(
    tmp_path: Path, environment: Environment, sandbox: Runner, tests: bytes, after: bytes, answer: Answer, reason: str
) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": BASE, "tests/test_mod.py": tests}
    verdict = new_jumps.judge(measured(tmp_path, files, {"pkg/mod.py": after}, environment, sandbox))
    assert verdict.answer is answer
    assert verdict.reason.startswith(reason)


def test_without_a_measured_base_it_cannot_say(tmp_path: Path) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": BASE}, {"pkg/mod.py": AFTER}, runner=NoRunner())
    assert new_jumps.judge(offered).answer is Answer.SKIPPED
