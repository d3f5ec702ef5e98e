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
from stages.holding import Holding
from stages.quarantines import in_force, until
from stages.wiring import Wiring


def validate(
    wiring: Wiring, desk: Desk, grounds: Grounds, *, within: Callable[[], bool], only: str | None = None
) -> Iterator[Validation]:
    """Judge every proposal that waits for it, while the budget holds (`within`); each as soon as it is recorded.

    `only` is one change. A change that another process judges at this moment is left to it.
    """
    if not any(_asked(wiring.of(desk.slug), only)):
        return
    ground = grounds.at_tip()
    pending = [made for made in waiting(wiring.of(desk.slug), ground) if only in {None, made.change}]
    with wiring.progress.stage("validate", len(pending)) as step, Holding(wiring, desk.slug) as holding:
        for validation in climb(_bodies(wiring, desk, ground, _while(pending, within), holding), ground.bench):
            _record(wiring, desk, ground, validation, holding.tokens[validation.change])
            holding.give_back(validation.change)
            step(f"{validation.status.value}: {wiring.of(desk.slug).proposals[validation.proposal].title}")
            yield validation


def _asked(view: RepositoryView, only: str | None) -> Iterator[ProposalMade]:
    return (made for made in unsettled(view) if only in {None, made.change})


def _while(pending: list[ProposalMade], within: Callable[[], bool]) -> Iterator[ProposalMade]:
    for made in pending:
        if not within():
            return
        yield made


def _bodies(
    wiring: Wiring, desk: Desk, ground: Ground, pending: Iterator[ProposalMade], holding: Holding
) -> Iterator[Proposal]:
    """Proposals on this very commit, each claimed; those on an older one are superseded."""
    for made in pending:
        token = holding.take(made.change)
        if token is None:
            continue
        view = wiring.of(desk.slug)  # another process may have judged it just before
        if made not in waiting(view, ground):
            holding.give_back(made.change)
        elif made.base != ground.checkout.commit:
            reason = "the branch moved before it was judged"
            wiring.ledger.journal.append([ChangeSuperseded(desk.slug, made.change, made.proposal, reason)], token=token)
            holding.give_back(made.change)
        else:
            yield load(wiring, view, made.proposal)


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
