"""The ladder climbed for real: base and candidates back to back in one frozen environment.

    cheap gates of a group -> base run -> candidate runs, a few side by side -> each red one against a
    fresh base (and once more itself if the base wavers) -> base run -> verdicts against that last base
    -> deep gates of those that passed, a few side by side

A group is at most ten candidates, so a machine or an environment that drifts is noticed soon.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from pyagent.ids import validation_id
from pyagent.model import Answer, Claim, Proposal, Validation, Verdict
from pyagent.ports import Checkout, Runner
from repos.environments.frozen import Environment
from repos.gates import canary, executed, new_tests, tests
from repos.gates.bases import Bases
from repos.gates.ladder import (
    ALONE,
    DEEP,
    WITH_BASE,
    WITH_SUITE,
    asked,
    clear,
    climb,
    complete,
    standing,
    stopped_by,
)
from repos.gates.metric import remeasured
from repos.gates.trial import GATE_SET, Trial, overlay, skipped
from repos.replay.calls import Recording
from repos.suites.outcomes import SuiteCommand, SuiteRun

GROUP = 10
"""Candidates between two base runs."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One base in one environment, ready to judge; `bases` tells afterwards what ran and what was quarantined."""

    base: Checkout
    command: SuiteCommand
    environment: Environment
    runner: Runner
    bases: Bases
    recorded: Callable[[], Recording] | None = None
    """Calls of the product's functions under the base suite."""
    left_out: frozenset[str] = frozenset()
    """Gates the operator's policy does not ask where the class does not require them."""
    benchmark: tuple[str, ...] = ()
    """The repository's own benchmark command."""
    workers: int = 1
    """Candidate suites side by side."""


@dataclass(frozen=True, slots=True)
class _Climb:
    """A proposal on its way up."""

    trial: Trial
    verdicts: tuple[Verdict, ...]

    def goes_on(self) -> bool:
        return stopped_by(self.trial.proposal.change_class, self.verdicts) is None


_Ran = SuiteRun | Verdict
"""A candidate's run, or the skipped verdict that says why there is none."""


def validate(proposals: Iterable[Proposal], bench: Bench) -> Iterator[Validation]:
    """One validation for each proposal, in order, a group at a time; no proposal stops another."""
    waiting = iter(proposals)
    while group := tuple(islice(waiting, GROUP)):
        yield from _group(group, bench)


def prove_tree(bench: Bench, tree: Checkout) -> Verdict:
    """The `tests` verdict on a whole merged tree against the base."""
    bases = bench.bases
    ran = None
    if not tests.unusable(bases.usable()):
        ran = _settle(lambda: bases.candidate(tree.root, overlay={}), bases)
    if isinstance(ran, Verdict):
        return ran
    verdict = tests.between(bases.latest(), ran, quarantined=bases.quarantined)
    if ran is None or verdict.answer is not Answer.PASSED:
        return verdict
    birds = canary.between(bases.latest(), ran)
    return birds if birds.answer is Answer.FAILED else verdict


def remeasure(base: Checkout, merged: Checkout, *, claims: tuple[Claim, ...], runner: Runner) -> Verdict:
    """The `remeasured` verdict: the improvement that all merged changes claimed together, measured again."""
    return remeasured(base, merged, claims=claims, runner=runner)


def _group(group: tuple[Proposal, ...], bench: Bench) -> Iterator[Validation]:
    climbs = [_before_suite(proposal, bench) for proposal in group]
    reached = [found for found in climbs if found.goes_on()]
    ran = _run_suites(reached, bench) if reached and not tests.unusable(bench.bases.usable()) else {}
    tested = [_tested(found, ran.get(found.trial.proposal.id), bench) for found in climbs]
    with ThreadPoolExecutor(max_workers=bench.workers) as pool:
        yield from pool.map(partial(_ended, bench=bench), tested)


def _before_suite(proposal: Proposal, bench: Bench) -> _Climb:
    trial = Trial(
        proposal,
        bench.base,
        bench.command,
        bench.runner,
        bench.environment,
        recorded=bench.recorded,
        left_out=bench.left_out,
        benchmark=bench.benchmark,
    )
    alone = _Climb(trial, climb(trial, ALONE))
    if alone.goes_on() and any(asked(proposal.change_class, gate) for gate in (executed.GATE, new_tests.GATE)):
        trial = replace(trial, covered=bench.bases.covered())
    return _Climb(trial, climb(trial, WITH_BASE, alone.verdicts))


def _run_suites(climbs: list[_Climb], bench: Bench) -> dict[str, _Ran]:
    """Each candidate's run by proposal id; afterwards the newest base run is younger than all of them."""

    def run(found: _Climb) -> SuiteRun:
        return bench.bases.candidate(bench.base.root, overlay=overlay(found.trial))

    with ThreadPoolExecutor(max_workers=bench.workers) as pool:
        first = tuple(pool.map(_attempt, [partial(run, found) for found in climbs]))
    pairs = zip(climbs, first, strict=True)
    settled = {found.trial.proposal.id: _settle(partial(run, found), bench.bases, ran) for found, ran in pairs}
    bench.bases.catch_up()
    return settled


def _settle(run: Callable[[], SuiteRun], bases: Bases, ran: _Ran | None = None) -> _Ran:
    """A run to judge by. A red one is held against a fresh base; if the base itself wavers it is made once more."""
    ran = ran or _attempt(run)
    if isinstance(ran, Verdict):
        return ran
    verdict = tests.between(bases.latest(), ran, quarantined=bases.quarantined)
    if verdict.answer is Answer.FAILED and bases.fresh():
        return _attempt(run)
    return ran


def _attempt(run: Callable[[], SuiteRun]) -> _Ran:
    try:
        return run()
    except Exception as error:  # noqa: BLE001 - one proposal must never stop the batch; the reason is kept
        return skipped(tests.GATE, f"the suite could not be started: {type(error).__name__}: {error}"[:500])


def _tested(found: _Climb, ran: _Ran | None, bench: Bench) -> _Climb:
    """The climb after the gates that need the candidate's own run."""
    trial, verdicts = found.trial, found.verdicts
    if isinstance(ran, Verdict):
        verdicts = (*verdicts, ran)
    gates = WITH_SUITE[1:] if isinstance(ran, Verdict) else WITH_SUITE
    judged = replace(
        trial,
        base_run=bench.bases.latest() if found.goes_on() else None,
        candidate_run=None if isinstance(ran, Verdict) else ran,
        quarantined=bench.bases.quarantined,
    )
    return _Climb(judged, climb(judged, gates, verdicts))


def _ended(found: _Climb, bench: Bench) -> Validation:
    """The validation, after the deep gates where they are worth their cost."""
    proposal, verdicts = found.trial.proposal, found.verdicts
    if clear(proposal.change_class, verdicts):
        verdicts = climb(found.trial, DEEP, verdicts)
    else:
        verdicts = (
            *verdicts,
            *(skipped(name, "not reached") for name, _ in DEEP if asked(proposal.change_class, name)),
        )
    verdicts = complete(proposal.change_class, verdicts)
    status, reason = standing(proposal.change_class, verdicts)
    return Validation(
        id=validation_id(proposal.id, bench.base.tree, bench.environment.id, GATE_SET),
        proposal=proposal.id,
        change=proposal.change,
        base_tree=bench.base.tree,
        environment=bench.environment.id,
        gate_set=GATE_SET,
        level=bench.runner.level,
        status=status,
        reason=reason,
        verdicts=verdicts,
    )
