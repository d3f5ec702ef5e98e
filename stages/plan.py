"""Stage 3: findings, wishes and lessons become ranked tickets."""

from agents.triage import Grounds as Evidence
from agents.triage import Unanswered, tickets
from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, IdeaChanged, TicketRaised
from pyagent.ledger.views import RepositoryView
from pyagent.model import Status, Ticket
from stages.desk import Desk
from stages.survey import Survey, survey
from stages.wiring import Wiring

ANSWERED = {
    Status.MERGED: "done",
    Status.QUEUED: "waiting",
    Status.HELD: "waiting",
    Status.OFFERED: "waiting",
    Status.NEEDS_TESTS: "needs tests",
    Status.NEEDS_A_NAME: "needs a name",
    Status.DECLINED: "declined",
    Status.FAILED: "failed",
    Status.EJECTED: "failed",
    Status.REFUSED: "refused",
    Status.REVERTED: "reverted",
}
"""What a ticket's standing means to the person whose wish raised it."""


def plan(wiring: Wiring, desk: Desk) -> tuple[Ticket, ...]:
    """Raise every ticket whose change or evidence is new; those raised."""
    taken = survey(wiring, desk)
    with wiring.ledger.leases.hold(f"{desk.slug}/plan") as token:
        view = wiring.of(desk.slug)
        wishes = tuple(wish.idea for wish in view.ideas.values())
        found = tickets(desk.slug, taken.findings, ideas=wishes, lessons=view.lessons.values(), grounds=evidence(taken))
        new = tuple(ticket for ticket in found.tickets if _is_new(view, ticket))
        facts: list[Fact] = [TicketRaised(desk.slug, ticket) for ticket in new]
        facts += _wishes(desk.slug, view, found.tickets, found.unanswered)
        wiring.ledger.journal.append(facts, token=token)
    reach("plan.recorded")
    return new


def evidence(taken: Survey) -> Evidence:
    """What tickets of this survey rest on."""
    fingerprints = {(row.path, row.name): row.fingerprint for row in taken.measured.functions}
    return Evidence(functions=fingerprints, files=taken.digests, tests=taken.tests)


def _is_new(view: RepositoryView, ticket: Ticket) -> bool:
    known = view.tickets.get(ticket.change)
    return known is None or (known.evidence, known.idea) != (ticket.evidence, ticket.idea)


def _wishes(
    slug: str, view: RepositoryView, raised: tuple[Ticket, ...], unanswered: tuple[Unanswered, ...]
) -> list[Fact]:
    """What became of each wish, where that is news."""
    words = {each.idea.id: ("unanswered", each.reason) for each in unanswered}
    for ticket in raised:
        if ticket.idea is not None:
            words.setdefault(ticket.idea, ("planned", f"{ticket.transform} on {ticket.name or ticket.path}"))
    for change, ticket in view.tickets.items():
        status = view.standings[change].status
        if ticket.idea is not None and status in ANSWERED:
            words[ticket.idea] = (ANSWERED[status], f"{ticket.transform} on {ticket.name}: {change}")
    return [
        IdeaChanged(slug, idea, *word)
        for idea, word in words.items()
        if (wish := view.ideas.get(idea)) is None or (wish.status, wish.reason) != word
    ]
