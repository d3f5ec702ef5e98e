"""Stage 4: the best tickets become proposals, or reasons why not."""

from agents.deterministic import DeterministicProposer, facts_of
from agents.hygiene import TRANSFORM as HYGIENE
from agents.hygiene import HygieneProposer
from agents.transforms.rewrite import ProjectFacts
from pyagent.codec import encode
from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, ProposalDeclined, ProposalMade
from pyagent.ledger.views import RepositoryView
from pyagent.model import Declined, Proposal, Status, Ticket
from pyagent.ports import Proposer
from stages.desk import Desk
from stages.ground import Grounds
from stages.wiring import Wiring

BUSY = frozenset({Status.PROPOSED, Status.QUEUED, Status.HELD, Status.OFFERED})
"""While a change of a function stands so, no other change of that function is written."""


def propose(wiring: Wiring, desk: Desk, grounds: Grounds, *, most: int) -> tuple[ProposalMade, ...]:
    """Answer tickets, best first, until `most` proposals are written; those written."""
    made: list[ProposalMade] = []
    with wiring.ledger.leases.hold(f"{desk.slug}/propose") as token:
        tickets = _due(wiring.of(desk.slug))
        if not tickets or most <= 0:
            return ()
        ground = grounds.at_tip()
        proposers = _Proposers(wiring, facts_of(ground.checkout, ground.executed()))
        with wiring.progress.stage("propose", len(tickets)) as step:
            for ticket in tickets:
                if len(made) >= most:
                    break
                if (ticket.path, ticket.name) in _busy(wiring.of(desk.slug)):
                    step(f"{ticket.name} waits for its other change")
                    continue
                answer = proposers.of(ticket).propose(ticket, ground.checkout)
                fact = _fact(wiring, desk, ticket, answer)
                reach("propose.written")
                wiring.ledger.journal.append([fact], token=token)
                reach("propose.recorded")
                if isinstance(fact, ProposalMade):
                    made.append(fact)
                step(ticket.name)
    return tuple(made)


class _Proposers:
    """Who writes which kind of change."""

    def __init__(self, wiring: Wiring, facts: ProjectFacts) -> None:
        self._deterministic = DeterministicProposer(facts=lambda _: facts)
        self._hygiene = HygieneProposer(wiring.runner())

    def of(self, ticket: Ticket) -> Proposer:
        return self._hygiene if ticket.transform == HYGIENE else self._deterministic


def _due(view: RepositoryView) -> list[Ticket]:
    """Untried tickets nobody refused, best score first, in a stable order."""
    untried = (t for t in view.untried if not view.is_refused(t.change, t.evidence))
    return sorted(untried, key=lambda ticket: (-ticket.score, ticket.change))


def _busy(view: RepositoryView) -> frozenset[tuple[str, str]]:
    """Functions that have a change under way."""
    return frozenset(
        (view.tickets[change].path, view.tickets[change].name)
        for change, standing in view.standings.items()
        if standing.status in BUSY and change in view.tickets
    )


def _fact(wiring: Wiring, desk: Desk, ticket: Ticket, answer: Proposal | Declined) -> Fact:
    match answer:
        case Proposal():
            return ProposalMade(
                repository=desk.slug,
                change=answer.change,
                evidence=answer.evidence,
                proposal=answer.id,
                base=answer.base,
                change_class=answer.change_class,
                title=answer.title,
                blob=wiring.blobs.put(encode(answer)),
            )
        case Declined():
            blob = wiring.blobs.put(encode(answer.proven)) if answer.proven is not None else None
            return ProposalDeclined(desk.slug, ticket.change, ticket.evidence, answer.status, answer.reason, blob)
