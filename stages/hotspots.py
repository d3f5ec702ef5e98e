"""Hotspots of a surveyed tree: from its churn, its complexity, and what the base suite was last seen to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyagent.codec import decode
from pyagent.ledger.views import RepositoryView
from pyagent.model import Finding
from repos.hotspots import hotspots
from stages.survey import Survey
from stages.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of each function's lines that the suite runs, 0 to 1, by fingerprint."""

    functions: Mapping[str, float]


def findings(wiring: Wiring, view: RepositoryView, taken: Survey) -> tuple[Finding, ...]:
    """Everything found in a tree, the hotspots last: they alone also depend on what was run since the survey."""
    return (*taken.findings, *hotspots(taken.measured.functions, taken.churn, _shares(wiring, view)))


def _shares(wiring: Wiring, view: RepositoryView) -> Mapping[str, float]:
    """The last known shares: a function that has changed since has another fingerprint, and so none."""
    if not view.coverage:
        return {}
    latest = list(view.coverage.values())[-1]
    return decode(Shares, wiring.blobs.get(latest.shares)).functions
