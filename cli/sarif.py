"""Findings as SARIF 2.1.0, the format code hosts read (pure)."""

from collections.abc import Sequence
from urllib.parse import quote

from cli.kinds import KINDS, rule, sentence
from pyagent.model import Finding, Spot

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Sequence[Finding]) -> dict[str, object]:
    """One run of one tool; a result for each finding, rules as `kind` or `kind/detail`, each with its help."""
    rules = sorted({rule(finding) for finding in findings})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "pyagent", "rules": [_described(each) for each in rules]}},
                "results": [_result(finding) for finding in findings],
            }
        ],
    }


def _described(identifier: str) -> dict[str, object]:
    kind = KINDS[identifier.partition("/")[0]]
    return {
        "id": identifier,
        "shortDescription": {"text": f"{kind.title}."},
        "fullDescription": {"text": kind.means},
        "help": {"text": kind.advice},
    }


def _result(finding: Finding) -> dict[str, object]:
    here = finding.places[0] if finding.places else Spot(finding.path, finding.line, finding.line)
    others = [_location(place) for place in finding.places[1:]]
    return {
        "ruleId": rule(finding),
        "level": "warning" if finding.kind == "cyclomatic" else "note",
        "message": {"text": sentence(finding)},
        "locations": [_location(here)],
        **({"relatedLocations": others} if others else {}),
    }


def _location(place: Spot) -> dict[str, object]:
    first = max(place.line, 1)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.path, errors="surrogateescape")},
            "region": {"startLine": first, "endLine": max(place.end_line, first)},
        }
    }
