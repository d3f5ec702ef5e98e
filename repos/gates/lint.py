"""Does the change leave no lint finding that was not there, and silence none?

Beside ruff's correctness rules: no function begins to return a value on one path and nothing on another (PEP 8).
Cost: one ruff run in the sandbox over the changed files of both sides, about 50 ms.
Cannot see: taste, and bugs no rule knows.
"""

import re

from pyagent.model import ChangeClass, Verdict
from repos.gates.finding_delta import verdict
from repos.gates.grammar import lint_minor
from repos.gates.returns import newly_mixed
from repos.gates.ruff_report import NoReport, report
from repos.gates.trial import Trial, failed, listing, python_changes, sides, skipped

GATE = "lint"
RULES = ("E9", "F", "B", "PLE", "BLE")
"""Correctness only: syntax, undefined and unused names, likely bugs, certain errors, blind excepts.

Style is left out: a project's style is its own, and moved text must stay as it was.
"""
SUPPRESSIONS = re.compile(
    rb"#\s*(?:(?:ruff|flake8)\s*:\s*)?noqa|#\s*type:\s*ignore|#\s*py(?:right|lint):|#\s*nosec"
    rb"|#\s*pragma:\s*no\s*(?:cover|branch)|#\s*fmt:\s*(?:off|skip)",
    re.IGNORECASE,
)
"""Comments that make some tool look away."""


def judge(trial: Trial) -> Verdict:
    """Passed when no (file, rule, message) is found more often than before, wherever its line went."""
    found = python_changes(trial)
    silenced = tuple(path for path, before, after in found if _suppressions(after) > _suppressions(before))
    if silenced:
        return failed(GATE, f"adds a comment that silences a tool: {listing(silenced)}")
    uneven = tuple(f"{path}: {name}" for path, before, after in found for name in newly_mixed(before, after))
    if uneven:
        return failed(
            GATE, f"returns a value on some paths and nothing on others, as it did not before: {listing(uneven)}"
        )
    own = (trial.proposal.name,) if trial.proposal.change_class is ChangeClass.H else ()
    findings = report(sides(trial), (*RULES, *own), runner=trial.runner, minor=lint_minor(trial.base))
    if isinstance(findings, NoReport):
        return skipped(GATE, findings.reason)
    return verdict(GATE, findings, what="lint finding")


def _suppressions(source: bytes) -> int:
    return len(SUPPRESSIONS.findall(source))
