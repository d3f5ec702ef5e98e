"""Stage 4: the best tickets become proposals, or reasons why not."""

import os
from dataclasses import replace

from agents.characterisation.proposing import TRANSFORM as CHARACTERISE
from agents.deterministic import DeterministicProposer, facts_of
from agents.hygiene import TRANSFORM as HYGIENE
from agents.hygiene import HygieneProposer
from agents.transforms.rewrite import ProjectFacts
from pyagent.codec import encode
from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, ProposalDeclined, ProposalMade
from pyagent.ledger.views import RepositoryView
from pyagent.model import Declined, Proposal, Status, Ticket
from pyagent.ports import Checkout, Proposer
from repos.gates.monitor.credentials import kept
from repos.gates.monitor.leaks import leaks
from stages.characterisation import CharacterisationProposer
from stages.coverage import remember_coverage
from stages.deliver import load
from stages.desk import Desk
from stages.ground import Ground, Grounds
from stages.sparing import explained, provable
from stages.wiring import Wiring

BUSY = frozenset({Status.PROPOSED, Status.QUEUED, Status.HELD, Status.OFFERED})
"""While a change of a function stands so, no other change of that function is written."""


def propose(
    wiring: Wiring, desk: Desk, grounds: Grounds, *, most: int, only: str | None = None
) -> tuple[ProposalMade, ...]:
    """Answer tickets, best first, or `only` one change's, until `most` proposals are written; those written."""
    made: list[ProposalMade] = []
    with wiring.ledger.leases.hold(f"{desk.slug}/propose") as token:
        due = [t for t in _due(wiring.of(desk.slug), desk.forge.tip(desk.repository)) if only in {None, t.change}]
        tickets = [ticket for ticket in due if desk.policy.search_seconds or ticket.transform != CHARACTERISE]
        if not tickets or most <= 0:
            return ()
        ground = grounds.at_tip()
        remember_coverage(wiring, desk, ground, token)
        executed = ground.executed()
        facts = facts_of(ground.checkout, executed)
        names = facts.private_names | _promised(wiring, wiring.of(desk.slug))
        with wiring.progress.stage("propose", len(tickets)) as step:
            for ticket in tickets:
                if len(made) >= most:
                    break
                if ticket.transform != CHARACTERISE and (ticket.path, ticket.name) in _busy(wiring.of(desk.slug)):
                    step(f"{ticket.name} waits for its other change")
                    continue
                judged = provable(executed, ticket, ground.checkout)
                known = replace(facts, private_names=names, executed=judged)
                proposed = _proposer(wiring, desk, ground, ticket, known).propose(ticket, ground.checkout)
                answer = unleaked(explained(proposed, ticket), ground.checkout)
                fact = _fact(wiring, desk, ticket, answer)
                reach("propose.written")
                wiring.ledger.journal.append([fact], token=token)
                reach("propose.recorded")
                if isinstance(answer, Proposal) and isinstance(fact, ProposalMade):
                    names |= _brought(answer)
                    made.append(fact)
                step(ticket.name)
    return tuple(made)


def unleaked(answer: Proposal | Declined, base: Checkout) -> Proposal | Declined:
    """The answer, or its refusal without a word of it where it carries a secret: what is recorded has leaked."""
    written = answer.proven if isinstance(answer, Declined) else answer
    found = leaks(written, base, kept(os.environ)) if written else ()
    if not found:
        return answer
    return Declined(answer.change, answer.evidence, Status.DECLINED, f"leaks: {', '.join(found)}")


def _proposer(wiring: Wiring, desk: Desk, ground: Ground, ticket: Ticket, facts: ProjectFacts) -> Proposer:
    """Who writes this kind of change."""
    if ticket.transform == CHARACTERISE:
        return CharacterisationProposer(ground, desk.policy.search_seconds)
    if ticket.transform == HYGIENE:
        return HygieneProposer(wiring.runner())
    return DeterministicProposer(facts=lambda _: facts)


def _promised(wiring: Wiring, view: RepositoryView) -> frozenset[str]:
    """Names that changes under way bring: two helpers of one name, each fine alone, would clash on the branch."""
    under_way = (standing.proposal for standing in view.standings.values() if standing.status in BUSY)
    return frozenset(name for made in under_way if made for name in _brought(load(wiring, view, made)))


def _brought(proposal: Proposal) -> frozenset[str]:
    """Names of the functions a proposal adds."""
    return frozenset(claim.name.rpartition(".")[2] for claim in proposal.claims if claim.before == 0)


def _due(view: RepositoryView, tip: str) -> list[Ticket]:
    """Untried tickets nobody refused, best score first, in a stable order."""
    untried = (t for t in view.untried if not view.is_refused(t.change, t.evidence) and not _just_ejected(view, t, tip))
    return sorted(untried, key=lambda ticket: (-ticket.score, ticket.change))


def _just_ejected(view: RepositoryView, ticket: Ticket, tip: str) -> bool:
    """Whether the change was thrown out on this very tip: made again it would be the same."""
    ejected = view.ejected.get(ticket.change)
    made = view.proposals.get(ejected.proposal) if ejected else None
    return made is not None and made.base == tip and view.status(ticket.change) is Status.EJECTED


def _busy(view: RepositoryView) -> frozenset[tuple[str, str]]:
    """Functions that have a change under way; tests of a function do not touch it."""
    return frozenset(
        (view.tickets[change].path, view.tickets[change].name)
        for change, standing in view.standings.items()
        if standing.status in BUSY and change in view.tickets and view.tickets[change].transform != CHARACTERISE
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
