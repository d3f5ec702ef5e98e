"""Which findings of a linter one side has more often than the other, wherever their lines went (pure)."""

import re
from collections import Counter

from pyagent.model import Verdict
from repos.gates.ruff_report import LintFinding
from repos.gates.trial import failed, listing, passed

LINE_NUMBER = re.compile(r"\bline \d+")
"""A message that points at another line (F811, PLE0118) says the same wherever that line went."""


def verdict(gate: str, findings: tuple[LintFinding, ...], *, what: str) -> Verdict:
    """Passed when the candidate has no (file, rule, message) more often than base; `what` names a finding."""
    before, after = _counts(findings, "base"), _counts(findings, "candidate")
    grown = tuple(f"{path}: {rule} {message}" for path, rule, message in after - before)
    facts = ((f"{what}s in the changed files", f"{before.total()} before, {after.total()} after"),)
    if grown:
        return failed(gate, f"new findings: {listing(grown)}", facts)
    return passed(gate, f"no new {what}", facts)


def _counts(findings: tuple[LintFinding, ...], side: str) -> Counter[tuple[str, str, str]]:
    return Counter(
        (found.path, found.rule, LINE_NUMBER.sub("another line", found.message))
        for found in findings
        if found.side == side
    )
