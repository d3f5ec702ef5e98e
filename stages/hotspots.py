"""Hotspots of a surveyed tree: from its churn, its complexity, and what the base suite was last seen to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyagent.codec import decode, encode
from pyagent.ledger.facts import CoverageMeasured
from pyagent.ledger.views import RepositoryView
from pyagent.model import Finding
from pyagent.ports import Token
from repos.hotspots import covered_shares, hotspots
from stages.desk import Desk
from stages.ground import Ground
from stages.survey import Survey, survey
from stages.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of each function's lines that the suite runs, 0 to 1, by fingerprint."""

    functions: Mapping[str, float]


def findings(wiring: Wiring, view: RepositoryView, taken: Survey) -> tuple[Finding, ...]:
    """Everything found in a tree, the hotspots last: they alone also depend on what was run since the survey."""
    return (*taken.findings, *hotspots(taken.measured.functions, taken.churn, _shares(wiring, view)))


def remember_coverage(wiring: Wiring, desk: Desk, ground: Ground, token: Token) -> None:
    """Record what the base suite runs of the tip's tree, once a tree and environment."""
    known = wiring.of(desk.slug).coverage.get(ground.checkout.tree)
    if known is not None and known.environment == ground.environment.id:
        return
    coverage = ground.bench.bases.covered().coverage or {}
    shares = Shares(covered_shares(survey(wiring, desk).measured.functions, coverage))
    blob = wiring.blobs.put(encode(shares))
    fact = CoverageMeasured(desk.slug, ground.checkout.tree, ground.environment.id, blob)
    wiring.ledger.journal.append([fact], token=token)


def _shares(wiring: Wiring, view: RepositoryView) -> Mapping[str, float]:
    """The last known shares: a function that has changed since has another fingerprint, and so none."""
    if not view.coverage:
        return {}
    latest = list(view.coverage.values())[-1]
    return decode(Shares, wiring.blobs.get(latest.shares)).functions
