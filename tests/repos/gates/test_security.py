from pathlib import Path

import pytest

from pyagent.model import Answer, Level
from pyagent.ports import Completed, Job, Runner
from repos.gates.security import judge
from tests.repos.gates.workshop import text, trial

BASE = text("""
import hashlib
import subprocess

def f(a):
    subprocess.call(a, shell=True)
    return hashlib.md5(a).hexdigest()
""")


def judged(root: Path, after: bytes, runner: Runner) -> tuple[Answer, str]:
    verdict = judge(trial(root, {"pkg/mod.py": BASE}, {"pkg/mod.py": after}, runner=runner))
    return verdict.answer, verdict.reason


def test_findings_that_moved_are_not_new(tmp_path: Path, sandbox: Runner) -> None:
    moved = BASE.replace(b"    return hashlib.md5(a).hexdigest()\n", b"    return _g(a)\n")
    moved += b"\n\ndef _g(a):\n    return hashlib.md5(a).hexdigest()\n"
    assert judged(tmp_path, moved, sandbox) == (Answer.PASSED, "no new security finding")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"x = hashlib.md5(b'')", "S324"),
        (b"subprocess.Popen('ls', shell=True)", "S602"),
        (b"password = 'hunter2222'", "S105"),
        (b"def g(q):\n    return 'select * from t where a = %s' % q", "S608"),
        (b"try:\n    f(1)\nexcept Exception:\n    pass", "S110"),
    ],
)
def test_a_new_security_finding_fails_and_is_named(tmp_path: Path, sandbox: Runner, line: bytes, rule: str) -> None:
    answer, reason = judged(tmp_path, BASE + b"\n\n" + line + b"\n", sandbox)
    assert answer is Answer.FAILED
    assert f"pkg/mod.py: {rule} " in reason


def test_a_value_under_another_name_that_sounds_secret_is_no_new_finding(tmp_path: Path, sandbox: Runner) -> None:
    body = b"\n\ndef h(input):\n    for token in input:\n        if token == ';' or token == '}':\n            return\n"
    renamed = body.replace(b"token", b"token_value")
    files = {"pkg/mod.py": BASE + body}
    same = judge(trial(tmp_path / "a", files, {"pkg/mod.py": BASE + renamed}, runner=sandbox))
    assert same.answer is Answer.PASSED, same.reason
    other = judge(
        trial(tmp_path / "b", files, {"pkg/mod.py": BASE + renamed.replace(b";", b"hunter2")}, runner=sandbox)
    )
    assert other.reason.endswith('S105 Possible hardcoded password assigned to: "token_value"')
    assert "hunter2" not in other.reason
    longer = {"pkg/mod.py": BASE + b'\n\npassword = """a\nb"""\n'}
    last = judge(
        trial(tmp_path / "c", longer, {"pkg/mod.py": longer["pkg/mod.py"].replace(b"\nb", b"\nc")}, runner=sandbox)
    )
    assert last.answer is Answer.FAILED, "all of a value counts, not its first line"


def test_an_assertion_is_no_security_finding(tmp_path: Path, sandbox: Runner) -> None:
    assert judged(tmp_path, BASE + b"\n\nassert f\n", sandbox)[0] is Answer.PASSED


def test_ruff_that_does_not_answer_makes_the_gate_skipped(tmp_path: Path) -> None:
    class Stuck:
        level = Level.FULL

        def run(self, job: Job) -> Completed:
            assert "--isolated" in job.argv
            return Completed(2, b"", b"ruff failed\n", {}, 0.0, 0.0, 0, None)

    assert judged(tmp_path, BASE + b"\n", Stuck()) == (Answer.SKIPPED, "ruff ended with 2: ruff failed")
