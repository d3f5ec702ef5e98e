from pathlib import Path

import pytest

from pyagent.model import Answer, Level
from pyagent.ports import Completed, Job, Runner
from repos.gates.typing_delta import judge
from tests.repos.gates.workshop import text, trial

BASE = text("""
import pkg.other


class A:
    def __init__(self):
        self.x = 1

    def g(self, a):
        return self.x + a + self.gone


def f(a, b=0):
    return pkg.other.value(a, b)
""")


def judged(root: Path, after: bytes, runner: Runner) -> tuple[Answer, str]:
    verdict = judge(trial(root, {"pkg/mod.py": BASE}, {"pkg/mod.py": after}, runner=runner))
    return verdict.answer, verdict.reason


def test_an_error_that_stood_there_and_moved_is_not_new(tmp_path: Path, sandbox: Runner) -> None:
    moved = b"\n\n\n" + BASE.replace(b"self.x + a + self.gone", b"self._h(a)")
    moved += b"\n"
    moved = moved.replace(b"    def g(", b"    def _h(self, a):\n        return self.x + a + self.gone\n\n    def g(")
    assert judged(tmp_path, moved, sandbox) == (Answer.PASSED, "no new certain type error")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"f(1, 2, 3)", "call-arg"),
        (b"A().nothing", "attr-defined"),
        (b"def h():\n    return nothing", "name-defined"),
        (b"def h(a: int) -> int:\n    if a:\n        return 1", "return"),
    ],
)
def test_a_new_certain_error_fails_and_is_named(tmp_path: Path, sandbox: Runner, line: bytes, code: str) -> None:
    answer, reason = judged(tmp_path, BASE + b"\n\n" + line + b"\n", sandbox)
    assert answer is Answer.FAILED
    assert f"pkg/mod.py: {code} " in reason


def test_an_annotation_that_only_a_checker_wants_is_no_error(tmp_path: Path, sandbox: Runner) -> None:
    assert judged(tmp_path, BASE + b"\n\nfound = []\n", sandbox)[0] is Answer.PASSED


def test_a_projects_own_configuration_has_no_say(tmp_path: Path, sandbox: Runner) -> None:
    files = {"pkg/mod.py": BASE, "mypy.ini": b"[mypy]\nignore_errors = True\n"}
    offered = trial(tmp_path, files, {"pkg/mod.py": BASE + b"f(1, 2, 3)\n"}, runner=sandbox)
    assert judge(offered).answer is Answer.FAILED


def test_a_checker_that_does_not_answer_makes_the_gate_skipped(tmp_path: Path) -> None:
    class Stuck:
        level = Level.FULL

        def run(self, job: Job) -> Completed:
            assert "--config-file=" in job.argv
            return Completed(2, b"", b"mypy: no\n", {}, 0.0, 0.0, 0, None)

    assert judged(tmp_path, BASE + b"\n", Stuck()) == (Answer.SKIPPED, "mypy ended with 2: mypy: no")
