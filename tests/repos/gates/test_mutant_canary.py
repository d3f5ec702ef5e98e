"""Mutant canary on a tiny real suite in the real sandbox."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, Verdict
from pyagent.ports import Limits, Runner
from repos.gates import mutant_canary
from repos.gates.breaking import broken
from repos.suites.outcomes import SuiteCommand, SuiteKind
from repos.suites.run import run_suite
from tests.plugins.own_environment import own_environment
from tests.repos.gates.workshop import text, trial

MODULE = text('''
def double(x):
    """Twice."""
    y = x + x
    return y


class Box:
    def size(self): return 1

    async def wide(
        self,
        by: int = 2,
    ) -> int:
        return by
''')
TESTS = "from pkg.mod import double\n\ndef test_double():\n    assert double(2) == 4\n"
LENIENT = "from pkg.mod import double\n\ndef test_double():\n    try:\n        double(2)\n    except Exception: pass\n"
HONEST = MODULE.replace(b"    y = x + x\n    return y\n", b"    return 2 * x\n")
KNOWN = b"""
import _pytest.python
_run = _pytest.python.Function.runtest
_pytest.python.Function.runtest = lambda self: None if self.name == "test_double" else _run(self)
"""


def test_named_functions_raise_and_nothing_else_moves() -> None:
    after, gone = broken("pkg/mod.py", MODULE, [("double", 0), ("Box.size", 0), ("Box.wide", 0)])
    assert gone == {2, 3, 4, 14}
    scope: dict[str, object] = {}
    exec(after, scope)  # noqa: S102 - our own text
    assert scope["Box"]().size() == 1  # type: ignore[operator]  # a class, made by exec
    with pytest.raises(SystemError):
        scope["double"](1)  # type: ignore[operator]  # a function, made by exec


def judged(root: Path, runner: Runner, after: bytes, tests: str = TESTS) -> Verdict:
    files: Mapping[str, bytes] = {"pkg/__init__.py": b"", "pkg/mod.py": MODULE, "tests/test_mod.py": tests.encode()}
    environment = own_environment(root / "environment")
    found = trial(root / "tree", files, {"pkg/mod.py": after}, runner=runner, name="double")
    command = SuiteCommand(SuiteKind.PYTEST, ("--rootdir=.", "tests"), (".",), ("pkg",), ("tests",))
    covered = run_suite(
        command, environment, runner, tree=found.base.root, overlay={}, coverage=True, limits=Limits(wall_seconds=120)
    )
    return mutant_canary.judge(replace(found, command=command, environment=environment, covered=covered))


def test_a_suite_that_is_red_on_both_sides_passes(tmp_path: Path, sandbox: Runner) -> None:
    verdict = judged(tmp_path, sandbox, HONEST)
    assert verdict.answer is Answer.PASSED, verdict


def test_a_runner_that_lies_about_the_tests_it_knows_is_found_out(tmp_path: Path, sandbox: Runner) -> None:
    verdict = judged(tmp_path, sandbox, HONEST + KNOWN)
    assert (verdict.answer, verdict.reason) == (
        Answer.FAILED,
        "no test failed although 1 changed function raised; on the base one does",
    )


def test_tests_that_notice_nothing_on_the_base_judge_nothing(tmp_path: Path, sandbox: Runner) -> None:
    assert judged(tmp_path, sandbox, HONEST, LENIENT).answer is Answer.SKIPPED


def test_a_change_of_no_function_is_not_asked(tmp_path: Path) -> None:
    found = trial(tmp_path, {"pkg/mod.py": MODULE}, {"pkg/mod.py": MODULE + b"# more\n"})
    assert mutant_canary.judge(found).answer is Answer.SKIPPED
