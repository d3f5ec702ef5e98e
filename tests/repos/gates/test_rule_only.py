"""A lint change is judged by what the linter itself would do; the real ruff in the real sandbox."""

from dataclasses import replace
from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, Verdict
from pyagent.ports import Runner
from repos.gates.rule_only import judge
from tests.repos.gates.workshop import trial

BASE = b"""class C(object):
    def f(self, a):
        return not a in {1: 2}.keys()


def g(b):
    return b, not b in (1, 2)
"""


def judged(root: Path, runner: Runner, after: bytes, rule: str = "E713", before: bytes = BASE) -> Verdict:
    files = {"pkg/mod.py": before}
    offered = trial(root, files, {"pkg/mod.py": after}, change_class=ChangeClass.H, runner=runner, name=rule)
    return judge(replace(offered, runner=runner))


@pytest.mark.parametrize(
    "after",
    [
        BASE.replace(b"not a in", b"a not in").replace(b"not b in", b"b not in"),
        BASE.replace(b"not b in", b"b not in"),
    ],
)
def test_some_or_all_of_the_rules_fixes_pass(tmp_path: Path, sandbox: Runner, after: bytes) -> None:
    assert judged(tmp_path, sandbox, after).answer is Answer.PASSED


@pytest.mark.parametrize(
    "after",
    [
        BASE.replace(b"not b in (1, 2)", b"b not in (1, 3)"),
        BASE.replace(b"not a in", b"a not in").replace(b".keys()", b""),
        BASE.replace(b"not b in", b"b in"),
    ],
)
def test_anything_beside_them_fails(tmp_path: Path, sandbox: Runner, after: bytes) -> None:
    verdict = judged(tmp_path, sandbox, after)
    assert (verdict.answer, verdict.reason) == (Answer.FAILED, "holds more than safe fixes of E713: pkg/mod.py")


def test_characters_beyond_ascii_other_line_ends_and_a_byte_order_mark_are_counted_as_ruff_does(
    tmp_path: Path, sandbox: Runner
) -> None:
    base = "\ufeff# Zoë\r\ndef f(a):\r\n    return 'é', not a in (1,)\r\n".encode()
    assert judged(tmp_path, sandbox, base.replace(b"not a in", b"a not in"), before=base).answer is Answer.PASSED
    assert judged(tmp_path, sandbox, base.replace(b"not a in", b"a  in"), before=base).answer is Answer.FAILED


def test_a_rule_that_ruff_does_not_know_is_not_judged(tmp_path: Path, sandbox: Runner) -> None:
    assert judged(tmp_path, sandbox, BASE + b"\n", rule="XYZ1").answer is Answer.SKIPPED
