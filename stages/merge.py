"""Stage 7: a train departs when enough proven changes wait, or now; the merged tree is tested as one."""

from collections.abc import Iterator

from pyagent.ledger.facts import (
    ChangeEjected,
    ChangeMerged,
    ChangeSuperseded,
    Fact,
    TrainDeparted,
    TrainSplit,
)
from pyagent.ledger.views import RepositoryView
from pyagent.model import Answer, Claim, Train, Verdict
from pyagent.ports import Token
from pyagent.settings import PolicySection
from repos.trains.board import Approval, Rules, Wait, failure_rate, next_train
from repos.trains.departures import (
    Departed,
    Ejected,
    Event,
    Merged,
    Prefix,
    Proof,
    Proved,
    Stopped,
    Superseded,
    Yard,
    depart,
    landed,
)
from repos.validation import prove_tree, remeasure
from stages.decisions import ticked, untold_undos
from stages.deliver import load
from stages.desk import Desk, tree
from stages.ground import Grounds
from stages.statements import sign
from stages.wiring import Wiring


def merge(wiring: Wiring, desk: Desk, grounds: Grounds, *, train_now: bool) -> tuple[Event | Wait, ...]:
    """Let trains depart until none is due; what happened, ending with why the next one waits."""
    with wiring.ledger.leases.hold(f"{desk.slug}/merge") as token:
        yard = Yard(desk.repository, desk.store, desk.forge, wiring.ledger.effects.under(token))
        told = _recovered(wiring, desk, yard, token)
        while not told or not isinstance(told[-1], Wait | Stopped):
            at_once = train_now or any(isinstance(e, Departed) for e in told)
            tip = desk.forge.tip(desk.repository)
            train = due(wiring.of(desk.slug), desk.policy, base=tip, train_now=at_once)
            if isinstance(train, Wait):
                told.append(train)
                break
            for event in _journey(wiring, desk, grounds, train, yard):
                _record(wiring, desk, event, train.id, token)
                told.append(event)
        sign(wiring, desk, token)
    return tuple(told)


def _recovered(wiring: Wiring, desk: Desk, yard: Yard, token: Token) -> list[Event | Wait]:
    """Merges and undos that a killed process did without saying so."""
    told: list[Event | Wait] = []
    for event in landed(wiring.of(desk.slug).queued, yard):
        told.append(event)
        _record(wiring, desk, event, "recovered", token)
    wiring.ledger.journal.append(untold_undos(wiring.of(desk.slug), desk), token=token)
    return told


def due(view: RepositoryView, policy: PolicySection, *, base: str, train_now: bool) -> Train | Wait:
    """The train that departs now on `base`, or why none does (pure)."""
    rules = Rules(
        threshold=policy.threshold,
        train_now=train_now,
        unlocked=ticked(view, policy),
        approved=frozenset(Approval(proposal, base) for _, proposal, base in view.approved),
        paused=view.paused,
        rate=failure_rate(merged=len(view.merged), ejected=len(view.ejected)),
    )
    return next_train(view.queued, rules, repository=view.slug, base=base)


def _journey(wiring: Wiring, desk: Desk, grounds: Grounds, train: Train, yard: Yard) -> Iterator[Event]:
    prover = _Prover(wiring, desk, grounds)
    with wiring.progress.stage("merge", len(train.changes)) as step:
        for event in depart(train, yard, prove=prover.prove, halted=lambda: wiring.of(desk.slug).paused):
            if isinstance(event, Departed):
                prover.base = event.base
            elif isinstance(event, Merged | Ejected | Superseded):
                step(type(event).__name__.lower())
            yield event


class _Prover:
    """Tests stacked prefixes against the commit the train left from, in that commit's environment."""

    def __init__(self, wiring: Wiring, desk: Desk, grounds: Grounds) -> None:
        self._wiring = wiring
        self._desk = desk
        self._grounds = grounds
        self.base = ""
        """The commit the train is stacked on, told by Departed."""

    def prove(self, prefix: Prefix) -> Proof:
        """Suite of the merged tree against its base, then the total claimed improvement measured again."""
        wiring, desk = self._wiring, self._desk
        ground = self._grounds.at(self.base)
        merged = tree(wiring, desk, prefix.commit)
        suite = prove_tree(ground.bench, merged)
        if suite.answer is not Answer.PASSED:
            return _proof(suite)
        claims = _claims(wiring, wiring.of(desk.slug), prefix)
        total = remeasure(ground.checkout, merged, claims=claims, runner=wiring.runner())
        if total.answer is not Answer.PASSED:
            return _proof(total)
        return Proof(Answer.PASSED, f"{suite.reason}; {total.reason}")


def _claims(wiring: Wiring, view: RepositoryView, prefix: Prefix) -> tuple[Claim, ...]:
    return tuple(claim for queued in prefix.changes for claim in load(wiring, view, queued.proposal).claims)


def _proof(verdict: Verdict) -> Proof:
    return Proof(verdict.answer, f"{verdict.gate}: {verdict.reason}")


def _record(wiring: Wiring, desk: Desk, event: Event, train: str, token: Token) -> None:
    fact = _fact(desk.slug, event, train)
    if fact is not None:
        wiring.ledger.journal.append([fact], token=token)


def _fact(slug: str, event: Event, train: str) -> Fact | None:
    match event:
        case Departed(base, changes):
            return TrainDeparted(slug, train, base, changes)
        case Proved(changes, tree, answer, reason):
            return TrainSplit(slug, train, changes, tree, answer is Answer.PASSED, reason)
        case Merged(change, proposal, commit):
            return ChangeMerged(slug, change, proposal, train, commit)
        case Ejected(change, proposal, reason):
            return ChangeEjected(slug, change, proposal, train, reason)
        case Superseded(change, proposal, reason):
            return ChangeSuperseded(slug, change, proposal, reason)
        case Stopped():
            return None
