"""Is the promised metric really better, and the whole distribution no worse?

Cost: two native measurements of each changed file, a few milliseconds; a lint claim costs one ruff run.
Cannot see: whether the code reads better; a metric is a proxy.
"""

from collections.abc import Iterator

from pyagent.model import ChangeClass, Claim, Proposal, Verdict
from pyagent.ports import Checkout, Runner
from repos.gates.grammar import lint_minor
from repos.gates.measured import LINT, Measured, Unmeasured, distributions, measurements
from repos.gates.trial import Facts, Trial, failed, listing, passed, python_changes, skipped

GATE = "metric"
REMEASURED = "remeasured"
WITHOUT_TARGET = frozenset({ChangeClass.T})
"""Classes whose gain is not a code metric; their own gates judge it."""


def judge(trial: Trial) -> Verdict:
    """Passed when every claim is true, the target metric fell, and no count over a step grew."""
    proposal = trial.proposal
    sides = {path: (before, after) for path, before, after in python_changes(trial)}
    found = measurements(proposal.claims, sides, runner=trial.runner, minor=lint_minor(trial.base))
    if isinstance(found, Unmeasured):
        return skipped(GATE, found.reason)
    spread = distributions(sides)
    facts = (*(_fact(item) for item in found), *_spread_facts(spread))
    aims = () if proposal.change_class in WITHOUT_TARGET else _target_problems(proposal, found)
    problems = (*_false_claims(found), *_worse(spread), *aims)
    if problems:
        return failed(GATE, listing(problems), facts)
    return passed(GATE, "every claim is true and the distribution is no worse", facts)


def remeasured(base: Checkout, merged: Checkout, *, claims: tuple[Claim, ...], runner: Runner) -> Verdict:
    """Whether a merged tree holds, metric by metric, at least the improvement its changes claimed together."""
    paths = sorted({claim.path for claim in claims})
    sides = {path: (_read(base, path), _read(merged, path)) for path in paths}
    found = measurements(claims, sides, runner=runner, minor=lint_minor(base))
    if isinstance(found, Unmeasured):
        return skipped(REMEASURED, found.reason)
    totals = _totals(found)
    spread = distributions(sides)
    facts = (
        *((name, f"{real:g} of {said:g} claimed") for name, (said, real) in totals.items()),
        *_spread_facts(spread),
    )
    short = tuple(f"{name}: {real:g} of {said:g} claimed" for name, (said, real) in totals.items() if real < said)
    gone = tuple(f"{path} is gone" for path, (_, after) in sides.items() if not after)
    problems = (*gone, *short, *_worse(spread))
    if problems:
        return failed(REMEASURED, listing(problems), facts)
    return passed(REMEASURED, "the merged tree holds the whole claimed improvement", facts)


def _totals(found: tuple[Measured, ...]) -> dict[str, tuple[float, float]]:
    """Per metric: the gains claimed, and what was found there; a place claimed by two changes is found once."""
    totals: dict[str, tuple[float, float]] = {}
    places: set[tuple[str, str, str]] = set()
    for item in (item for item in found if item.claim.after < item.claim.before):
        said, real = totals.get(item.claim.metric, (0.0, 0.0))
        place = (item.claim.metric, item.claim.path, item.claim.name)
        gain = 0.0 if place in places else item.before - item.after
        places.add(place)
        totals[item.claim.metric] = (said + item.claim.before - item.claim.after, real + gain)
    return totals


def _read(checkout: Checkout, path: str) -> bytes:
    return checkout.read(path) if path in checkout.paths() else b""


def _false_claims(found: tuple[Measured, ...]) -> Iterator[str]:
    for item in found:
        if not item.agrees():
            claim = item.claim
            said = f"{claim.before:g} to {claim.after:g}"
            yield f"claims {claim.metric} of {claim.name} goes {said}, measured {item.before:g} to {item.after:g}"


def _worse(spread: dict[str, tuple[int, int]]) -> Iterator[str]:
    return (f"{name} grew from {before} to {after}" for name, (before, after) in spread.items() if after > before)


def _target_problems(proposal: Proposal, found: tuple[Measured, ...]) -> Iterator[str]:
    """The minimum of each class: H fewer findings of its rule; the others something of the named function lower."""
    aims = tuple(item for item in found if _is_aim(proposal, item.claim))
    if not aims:
        yield f"claims nothing about {proposal.name}"
        return
    if proposal.change_class is ChangeClass.H:
        if sum(item.after for item in aims) >= sum(item.before for item in aims):
            yield f"no fewer findings of {proposal.name}"
        return
    if all(item.after >= item.before for item in aims):
        yield f"nothing claimed about {proposal.name} got better"
    for item in aims:
        if item.after > item.before:
            yield f"{item.claim.metric} of {proposal.name} rose from {item.before:g} to {item.after:g}"


def _is_aim(proposal: Proposal, claim: Claim) -> bool:
    if proposal.change_class is ChangeClass.H:
        return claim.metric == LINT and claim.name == proposal.name
    return claim.metric != LINT and (claim.path, claim.name) == (proposal.path, proposal.name)


def _fact(item: Measured) -> tuple[str, str]:
    return f"{item.claim.metric} of {item.claim.name}", f"{item.before:g} → {item.after:g}"


def _spread_facts(spread: dict[str, tuple[int, int]]) -> Facts:
    return tuple((name, f"{before} → {after}") for name, (before, after) in spread.items())
