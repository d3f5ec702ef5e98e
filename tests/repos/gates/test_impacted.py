"""Chosen tests first, in the real sandbox; the suite is called long by its measured cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer
from pyagent.ports import Completed, Job, Limits, Runner
from repos.gates import impacted
from repos.gates.trial import Trial
from repos.suites.run import run_suite
from tests.plugins.own_environment import own_environment
from tests.repos.gates.workshop import NoRunner, text, trial

MODULE = text("""
def double(x):
    return 2 * x


def triple(x):
    return 3 * x
""")
TESTS = text("""
from pkg.mod import double, triple


def test_double():
    assert double(2) == 4


def test_triple():
    assert sum(map(triple, range(9**5))) > 0
""")
FILES = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": TESTS}


class Counting:
    """A Runner that counts what it runs."""

    def __init__(self, runner: Runner) -> None:
        self.runner, self.level, self.runs = runner, runner.level, 0

    def run(self, job: Job) -> Completed:
        self.runs += 1
        return self.runner.run(job)


def measured(folder: Path, after: bytes, sandbox: Runner) -> Trial:
    environment = own_environment(folder / "environment")
    offered = trial(folder / "tree", FILES, {"pkg/mod.py": after}, runner=sandbox)
    command = replace(offered.command, arguments=("--rootdir=.", "tests"))
    covered = run_suite(
        command, environment, sandbox, tree=offered.base.root, overlay={}, coverage=True, limits=Limits(wall_seconds=60)
    )
    return replace(offered, command=command, environment=environment, covered=replace(covered, cpu_seconds=1000.0))


@pytest.mark.parametrize(
    ("after", "answer", "runs"),
    [(b"2 * (x)", Answer.PASSED, 1), (b"3 * x", Answer.FAILED, 3), (b"exit()", Answer.FAILED, 3)],
)
def test_a_long_suite_is_asked_in_part_first(
    tmp_path: Path, sandbox: Runner, after: bytes, answer: Answer, runs: int
) -> None:
    offered = measured(tmp_path, MODULE.replace(b"2 * x", after), sandbox)
    counting = Counting(sandbox)
    verdict = impacted.judge(replace(offered, runner=counting))
    assert (verdict.answer, counting.runs) == (answer, runs)
    assert verdict.facts == (("tests that run the touched lines", "1 of 2"),)


def test_short_suites_and_costly_parts_are_left_to_the_whole_suite(tmp_path: Path, sandbox: Runner) -> None:
    offered = measured(tmp_path, MODULE.replace(b"3 * x", b"4 * x"), sandbox)
    idle = replace(offered, runner=NoRunner())
    assert impacted.judge(idle).answer is Answer.PASSED
    assert offered.covered is not None
    assert impacted.judge(replace(idle, covered=replace(offered.covered, cpu_seconds=2.0))).answer is Answer.PASSED
    assert impacted.judge(replace(idle, covered=None)).answer is Answer.SKIPPED
