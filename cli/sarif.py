"""Findings as SARIF 2.1.0, the format code hosts read (pure)."""

from collections.abc import Sequence
from urllib.parse import quote

from pyagent.model import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Sequence[Finding]) -> dict[str, object]:
    """One run of one tool; a result for each finding, rules as `kind` or `kind/detail`."""
    rules = sorted({_rule(finding) for finding in findings})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "pyagent", "rules": [{"id": rule} for rule in rules]}},
                "results": [_result(finding) for finding in findings],
            }
        ],
    }


def _rule(finding: Finding) -> str:
    match finding.kind:
        case "shape":
            return f"shape/{finding.detail}"
        case "lint":
            return f"lint/{finding.name}"
        case kind:
            return kind


def _result(finding: Finding) -> dict[str, object]:
    text = f"{finding.name}: {finding.kind} {finding.value:g} over {finding.limit:g}"
    return {
        "ruleId": _rule(finding),
        "level": "warning" if finding.kind == "cyclomatic" else "note",
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.path, errors="surrogateescape")},
                    "region": {"startLine": max(finding.line, 1)},
                }
            }
        ],
    }
