"""Does the change leave no security finding (flake8-bandit's rules) that was not there?

Cost: one ruff run in the sandbox over the changed files of both sides, about 50 ms.
Cannot see: where a value comes from; the rules judge the shape of a call. What acts on the world in a
way the files did not have is the monitor's, whatever shape it has.
"""

from pyagent.model import Verdict
from repos.gates.finding_delta import verdict
from repos.gates.grammar import lint_minor
from repos.gates.ruff_report import NoReport, report
from repos.gates.trial import Trial, sides, skipped

GATE = "security"
RULES = ("S1", "S2", "S3", "S4", "S5", "S6", "S7")
LEFT_OUT = frozenset({"S101"})
"""`assert` is how tests speak, and in a product a matter of taste."""


def judge(trial: Trial) -> Verdict:
    """Passed when no (file, rule, message) is found more often than before, wherever its line went."""
    findings = report(sides(trial), RULES, runner=trial.runner, minor=lint_minor(trial.base))
    if isinstance(findings, NoReport):
        return skipped(GATE, findings.reason)
    return verdict(GATE, tuple(f for f in findings if f.rule not in LEFT_OUT), what="security finding")
