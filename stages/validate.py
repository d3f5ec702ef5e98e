"""Stage 5: proposals climb the ladder of gates, a group at a time."""

from collections.abc import Callable, Iterator

from pyagent.failpoints import reach
from pyagent.ledger.facts import ChangeSuperseded, Fact, GateJudged, ProposalMade, TestsQuarantined, ValidationEnded
from pyagent.ledger.views import RepositoryView
from pyagent.model import Proposal, Status, Validation
from pyagent.ports import Token
from repos.validation import validate as climb
from stages.deliver import load
from stages.desk import Desk
from stages.ground import Ground, Grounds
from stages.quarantines import in_force, until
from stages.wiring import Wiring


def validate(wiring: Wiring, desk: Desk, grounds: Grounds, *, within: Callable[[], bool]) -> Iterator[Validation]:
    """Judge every proposal that waits for it, while the budget holds (`within`); each as soon as it is recorded."""
    with wiring.ledger.leases.hold(f"{desk.slug}/validate") as token:
        view = wiring.of(desk.slug)
        if not any(unsettled(view)):
            return
        ground = grounds.at_tip()
        current = _current(wiring, desk, ground, token)
        with wiring.progress.stage("validate", len(current)) as step:
            for validation in climb(_bodies(wiring, desk, current, within), ground.bench):
                _record(wiring, desk, ground, validation, token)
                step(f"{validation.status.value}: {view.proposals[validation.proposal].title}")
                yield validation


def _current(wiring: Wiring, desk: Desk, ground: Ground, token: Token) -> list[ProposalMade]:
    """Proposals on this very commit; those on an older one are superseded."""
    pending = waiting(wiring.of(desk.slug), ground)
    overtaken: list[Fact] = [
        ChangeSuperseded(desk.slug, made.change, made.proposal, "the branch moved before it was judged")
        for made in pending
        if made.base != ground.checkout.commit
    ]
    wiring.ledger.journal.append(overtaken, token=token)
    return [made for made in pending if made.base == ground.checkout.commit]


def _bodies(wiring: Wiring, desk: Desk, pending: list[ProposalMade], within: Callable[[], bool]) -> Iterator[Proposal]:
    for made in pending:
        if not within():
            return
        yield load(wiring, wiring.of(desk.slug), made.proposal)


def _record(wiring: Wiring, desk: Desk, ground: Ground, validation: Validation, token: Token) -> None:
    """The validation's facts, with the quarantines that came up on its way."""
    key = (ground.checkout.tree, ground.environment.id)
    now = wiring.clock.now()
    known = in_force(wiring.of(desk.slug).quarantined.get(key), now)
    ids = ground.bench.bases.quarantined
    facts: list[Fact] = []
    if ids - known:
        reasons = "; ".join(dict.fromkeys(found.reason for found in ground.bench.bases.quarantines))
        facts.append(TestsQuarantined(desk.slug, *key, tuple(sorted(ids)), reasons, until(now)))
    wiring.ledger.journal.append([*facts, *_facts(desk.slug, validation)], token=token)
    reach("validate.recorded")


def unsettled(view: RepositoryView) -> Iterator[ProposalMade]:
    """Proposals that stand as proposed or open and whose change was not proven yet."""
    proven = {v.proposal for v in view.validations.values() if v.status is Status.PROPOSED}
    for standing in view.standings.values():
        made = view.proposals.get(standing.proposal or "")
        if made is not None and standing.status in {Status.PROPOSED, Status.OPEN} and made.proposal not in proven:
            yield made


def waiting(view: RepositoryView, ground: Ground) -> tuple[ProposalMade, ...]:
    """Proposals without an answer on this ground; one that stayed open met a fault of the moment and is tried again."""
    key = (ground.checkout.tree, ground.environment.id, ground.gate_set)
    ended = (v for v in view.validations.values() if v.status is not Status.OPEN)
    judged = {v.proposal for v in ended if (v.base_tree, v.environment, v.gate_set) == key}
    return tuple(made for made in unsettled(view) if made.proposal not in judged)


def _facts(slug: str, validation: Validation) -> Iterator[Fact]:
    for verdict in validation.verdicts:
        yield GateJudged(slug, validation.change, validation.proposal, validation.id, verdict)
    yield ValidationEnded(
        repository=slug,
        change=validation.change,
        proposal=validation.proposal,
        validation=validation.id,
        base_tree=validation.base_tree,
        environment=validation.environment,
        gate_set=validation.gate_set,
        level=validation.level,
        status=validation.status,
        reason=validation.reason,
    )
