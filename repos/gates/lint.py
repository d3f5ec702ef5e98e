"""Does the change leave no lint finding that was not there, and silence none?

Cost: one ruff run in the sandbox over the changed files of both sides, about 50 ms.
Cannot see: taste, and bugs no rule knows.
"""

import re
from collections import Counter

from pyagent.model import ChangeClass, Verdict
from repos.gates.grammar import lint_minor
from repos.gates.ruff_report import LintFinding, NoReport, report
from repos.gates.trial import Trial, failed, listing, passed, python_changes, skipped

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
LINE_NUMBER = re.compile(r"\bline \d+")
"""A message that points at another line (F811, PLE0118) says the same wherever that line went."""


def judge(trial: Trial) -> Verdict:
    """Passed when no (file, rule, message) is found more often than before, wherever its line went."""
    found = python_changes(trial)
    silenced = tuple(path for path, before, after in found if _suppressions(after) > _suppressions(before))
    if silenced:
        return failed(GATE, f"adds a comment that silences a tool: {listing(silenced)}")
    sides = {
        "base": {path: before for path, before, _ in found},
        "candidate": {path: after for path, _, after in found},
    }
    own = (trial.proposal.name,) if trial.proposal.change_class is ChangeClass.H else ()
    findings = report(sides, (*RULES, *own), runner=trial.runner, minor=lint_minor(trial.base))
    if isinstance(findings, NoReport):
        return skipped(GATE, findings.reason)
    return _compare(_counts(findings, "base"), _counts(findings, "candidate"))


def _compare(before: Counter[tuple[str, str, str]], after: Counter[tuple[str, str, str]]) -> Verdict:
    grown = tuple(f"{path}: {rule} {message}" for path, rule, message in after - before)
    facts = (("lint findings in the changed files", f"{before.total()} before, {after.total()} after"),)
    if grown:
        return failed(GATE, f"new findings: {listing(grown)}", facts)
    return passed(GATE, "no new lint finding", facts)


def _counts(findings: tuple[LintFinding, ...], side: str) -> Counter[tuple[str, str, str]]:
    return Counter(
        (found.path, found.rule, LINE_NUMBER.sub("another line", found.message))
        for found in findings
        if found.side == side
    )


def _suppressions(source: bytes) -> int:
    return len(SUPPRESSIONS.findall(source))
