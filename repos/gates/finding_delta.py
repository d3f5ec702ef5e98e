"""Which findings of a linter one side has more often than the other, wherever their lines went (pure)."""

import re
from collections import Counter

from pyagent.model import Verdict
from repos.gates.ruff_report import LintFinding
from repos.gates.trial import failed, listing, passed

LINE_NUMBER = re.compile(r"\bline \d+")
"""A message that points at another line (F811, PLE0118) says the same wherever that line went."""
BY_NAME = "S105"
"""Takes a value for a secret because of its variable's name: under another such name it is the same value."""


def verdict(gate: str, findings: tuple[LintFinding, ...], *, what: str) -> Verdict:
    """Passed when the candidate has no (file, rule, message) more often than base; `what` names a finding."""
    before, after = _counts(findings, "base"), _counts(findings, "candidate")
    said = {_alike(found): _said(found) for found in findings if found.side == "candidate"}
    grown = tuple(f"{path}: {rule} {said[path, rule, alike]}" for path, rule, alike in after - before)
    facts = ((f"{what}s in the changed files", f"{before.total()} before, {after.total()} after"),)
    if grown:
        return failed(gate, f"new findings: {listing(grown)}", facts)
    return passed(gate, f"no new {what}", facts)


def _counts(findings: tuple[LintFinding, ...], side: str) -> Counter[tuple[str, str, str]]:
    return Counter(_alike(found) for found in findings if found.side == side)


def _alike(found: LintFinding) -> tuple[str, str, str]:
    """What findings of two sides have in common when they are the same."""
    return found.path, found.rule, found.text if found.rule == BY_NAME else _said(found)


def _said(found: LintFinding) -> str:
    return LINE_NUMBER.sub("another line", found.message)
