"""The strength gate on tiny trees: real coverage, real sandbox."""

from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, Verdict
from pyagent.ports import Completed, Job, Runner
from repos.environments.frozen import Environment
from repos.gates import strength
from tests.repos.gates.workshop import NoRunner, measured, run, text, trial

MODULE = text("""
def grade(points):
    if points >= 90:
        return "A"
    else:
        return "B"
""")
BETTER = MODULE.replace(b'    else:\n        return "B"\n', b'    return "B"\n')
STRONG = b"from pkg.mod import grade\ndef test_a(): assert grade(90) == 'A'\ndef test_b(): assert grade(89) == 'B'\n"
WEAK = b"from pkg.mod import grade\ndef test_a(): assert grade(90)\ndef test_b(): assert grade(89)\n"


class Counting:
    """A Runner that counts what it runs."""

    def __init__(self, runner: Runner) -> None:
        self.runner, self.level, self.runs = runner, runner.level, 0

    def run(self, job: Job) -> Completed:
        self.runs += 1
        return self.runner.run(job)


def facts(verdict: Verdict, name: str) -> list[str]:
    return [value for key, value in verdict.facts if key == name]


def test_lines_whose_every_wrong_edit_is_noticed_pass(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": STRONG}
    counting = Counting(sandbox)
    offered = measured(tmp_path, files, {"pkg/mod.py": BETTER}, environment, counting)
    verdict = strength.judge(offered)
    assert verdict.answer is Answer.PASSED
    caught, judged = facts(verdict, "wrong edits caught")[0].split(" of ")
    assert caught == judged != "0"
    runs = counting.runs
    assert strength.judge(offered) == verdict
    assert counting.runs == runs, "what is known of a base is not asked again"


def test_weak_tests_fail_and_what_they_miss_is_shown(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": WEAK}
    verdict = strength.judge(measured(tmp_path, files, {"pkg/mod.py": BETTER}, environment, sandbox))
    assert verdict.answer is Answer.FAILED
    assert "pkg/mod.py:5 other constant: `return \"B\"` with `'B_'`" in facts(verdict, "not noticed")
    assert 3 in verdict.weak, "lines of the function count from its body's first"


def test_a_test_that_does_not_count_is_not_asked(tmp_path: Path, environment: Environment, sandbox: Runner) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": STRONG}
    offered = measured(tmp_path, files, {"pkg/mod.py": BETTER}, environment, sandbox)
    assert offered.covered is not None
    verdict = strength.judge(replace(offered, quarantined=frozenset(offered.covered.outcomes)))
    assert (verdict.answer, verdict.reason) == (Answer.SKIPPED, "no counted test runs it (2)")


def test_lines_that_only_importing_runs_are_asked_of_the_files_tests(
    tmp_path: Path, environment: Environment, sandbox: Runner
) -> None:
    base = b"FIRST = 90\nSECOND = 'B'\n" + MODULE.replace(b"90", b"FIRST").replace(b'"B"', b"SECOND")
    files = {"pkg/__init__.py": b"", "pkg/mod.py": base, "tests/test_mod.py": STRONG}
    after = base.replace(b"FIRST = 90\nSECOND = 'B'\n", b"SECOND = 'B'\nFIRST = 90\n")
    verdict = strength.judge(measured(tmp_path, files, {"pkg/mod.py": after}, environment, sandbox))
    assert verdict.answer is Answer.PASSED
    assert facts(verdict, "wrong edits caught")[0] != "0 of 0"


def test_nothing_to_get_wrong_passes_and_nothing_measured_is_skipped(tmp_path: Path, environment: Environment) -> None:
    offered = trial(tmp_path, {"pkg/mod.py": b"import os\n"}, {"pkg/mod.py": b"import sys\n"}, runner=NoRunner())
    assert strength.judge(offered).answer is Answer.SKIPPED
    covered = replace(run({"t": "passed"}, coverage={}), measured=("t",))
    known = replace(offered, environment=environment, covered=covered)
    assert strength.judge(known).answer is Answer.PASSED


def test_the_edits_are_the_same_for_every_change_of_the_same_lines(tmp_path: Path) -> None:
    other = MODULE.replace(b'    else:\n        return "B"\n', b'    return ("B")\n')
    first = trial(tmp_path / "1", {"pkg/mod.py": MODULE}, {"pkg/mod.py": BETTER})
    second = trial(tmp_path / "2", {"pkg/mod.py": MODULE}, {"pkg/mod.py": other}, name="g")
    assert list(strength.wrong_edits(first)) == list(strength.wrong_edits(second))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"from pkg.mod import grade\ndef test_new(): assert grade(3) == 'B'\n", Answer.PASSED),
        (b"from pkg.mod import grade\ndef test_new(): assert grade\n", Answer.FAILED),
    ],
)
def test_new_tests_must_notice_a_wrong_edit_themselves(
    tmp_path: Path, environment: Environment, sandbox: Runner, body: bytes, answer: Answer
) -> None:
    files = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": WEAK}
    new = {"tests/test_new.py": body}
    offered = trial(tmp_path / "tree", files, new, change_class=ChangeClass.T, runner=sandbox, name="grade")
    command = replace(offered.command, arguments=("--rootdir=.", "tests"))
    known, ran = run({"tests/test_mod.py::test_a": "passed"}), run({"tests/test_new.py::test_new": "passed"})
    asked = replace(offered, command=command, environment=environment, base_run=known, candidate_run=ran)
    assert strength.judge(asked).answer is answer
    assert strength.judge(replace(asked, candidate_run=None)).answer is Answer.SKIPPED
