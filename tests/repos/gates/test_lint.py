from pathlib import Path

import pytest

from pyagent.model import Answer, ChangeClass, Level
from pyagent.ports import Completed, Job, Runner
from repos.gates.lint import judge
from repos.gates.ruff_report import LintFinding, report
from tests.repos.gates.workshop import text, trial

BASE = text("""
import os

def f(a):
    try:
        return a
    except:
        return None
""")


def judged(root: Path, after: bytes, runner: Runner, **kinds: ChangeClass) -> tuple[Answer, str]:
    verdict = judge(trial(root, {"pkg/mod.py": BASE}, {"pkg/mod.py": after}, runner=runner, name="F401", **kinds))
    return verdict.answer, verdict.reason


def test_a_change_without_new_findings_passes_whatever_was_there_before(tmp_path: Path, sandbox: Runner) -> None:
    answer, reason = judged(tmp_path, b"\n\n\n" + BASE.replace(b"None", b"0"), sandbox)
    assert (answer, reason) == (Answer.PASSED, "no new lint finding")


def test_a_new_finding_fails_and_is_named(tmp_path: Path, sandbox: Runner) -> None:
    answer, reason = judged(tmp_path, BASE.replace(b"return None", b"return b"), sandbox)
    assert (answer, reason) == (Answer.FAILED, "new findings: pkg/mod.py: F821 Undefined name `b`")


def test_a_message_that_points_at_a_line_is_the_same_wherever_that_line_went(tmp_path: Path, sandbox: Runner) -> None:
    twice = b"def f(a):\n    return a\n\n\ndef f(a):\n    return 0\n"
    offered = trial(tmp_path, {"pkg/mod.py": twice}, {"pkg/mod.py": b"x = 1\n\n\n" + twice}, runner=sandbox)
    assert judge(offered).reason == "no new lint finding"
    assert report({"base": {"mod.py": twice}}, ("F811",), runner=sandbox, minor=9)


def test_the_same_finding_once_more_is_new(tmp_path: Path, sandbox: Runner) -> None:
    assert judged(tmp_path, BASE.replace(b"return a", b"import os"), sandbox)[0] is Answer.FAILED


def test_a_projects_own_configuration_has_no_say(tmp_path: Path, sandbox: Runner) -> None:
    files = {"pkg/mod.py": BASE, "ruff.toml": b'lint.ignore = ["ALL"]\n', "pkg/ruff.toml": b"exclude = ['*']\n"}
    offered = trial(tmp_path, files, {"pkg/mod.py": BASE + b"print(undefined)\n"}, runner=sandbox)
    assert judge(offered).answer is Answer.FAILED


@pytest.mark.parametrize(
    "comment", [b"# noqa", b"#noqa: F401", b"# type: ignore", b"# pragma: no cover", b"# ruff: noqa", b"# fmt: off"]
)
def test_a_comment_that_silences_a_tool_may_not_be_added(tmp_path: Path, sandbox: Runner, comment: bytes) -> None:
    answer, reason = judged(tmp_path, BASE + comment + b"\n", sandbox)
    assert answer is Answer.FAILED
    assert "silences" in reason


def test_ruff_that_does_not_answer_makes_the_gate_skipped(tmp_path: Path) -> None:
    class Stuck:
        level = Level.FULL

        def run(self, job: Job) -> Completed:
            assert "--isolated" in job.argv
            return Completed(2, b"", b"ruff failed\n  Cause: no space\n", {}, 0.0, 0.0, 0, None)

    assert judged(tmp_path, BASE + b"\n", Stuck()) == (Answer.SKIPPED, "ruff ended with 2: Cause: no space")


def test_the_own_rule_of_a_lint_change_is_among_the_rules(tmp_path: Path, sandbox: Runner) -> None:
    worse = judge(
        trial(
            tmp_path,
            {"pkg/mod.py": BASE},
            {"pkg/mod.py": BASE + b"x = list()\n"},
            runner=sandbox,
            name="C408",
            change_class=ChangeClass.H,
        )
    )
    assert worse.answer is Answer.FAILED


def test_a_report_names_side_path_rule_and_message(sandbox: Runner) -> None:
    sides = {"base": {"a b/ü.py": b"import os\n"}, "candidate": {"a b/ü.py": b"def f(:\n"}}
    found = report(sides, ("F",), runner=sandbox, minor=11)
    assert isinstance(found, tuple)
    assert LintFinding("base", "a b/ü.py", "F401", "`os` imported but unused", "os") in found
    assert any(finding.side == "candidate" and finding.rule == "invalid-syntax" for finding in found)
