"""Stage 3: findings, wishes and lessons become ranked tickets."""

from collections.abc import Iterable
from dataclasses import replace

from agents.triage import Grounds as Evidence
from agents.triage import Triage, Unanswered, tickets, tickets_for_tests, with_likely
from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, IdeaChanged, TicketRaised
from pyagent.ledger.views import RepositoryView
from pyagent.model import Status, Ticket
from repos.survey import likely_places, scan_tree
from stages.desk import Desk, tip
from stages.hotspots import findings
from stages.sparing import as_tried, smaller
from stages.survey import Survey, split, survey
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

LIKELY = 3
"""Functions named to a person whose wish names none."""


def plan(wiring: Wiring, desk: Desk) -> tuple[Ticket, ...]:
    """Raise every ticket whose change or evidence is new; those raised."""
    taken = survey(wiring, desk)
    with wiring.ledger.leases.hold(f"{desk.slug}/plan") as token:
        view = wiring.of(desk.slug)
        found = _with_hints(wiring, desk, triage(wiring, view, taken))
        tried = [as_tried(view, ticket) for ticket in found.tickets]
        tests = _for_tests(view, tried, taken) if desk.policy.search_seconds else ()
        due = (*(smaller(view, ticket, tests) for ticket in found.tickets), *tests)
        new = tuple(ticket for ticket in due if _is_new(view, ticket))
        facts: list[Fact] = [TicketRaised(desk.slug, ticket) for ticket in new]
        facts += _wishes(desk.slug, view, found.tickets, found.unanswered)
        wiring.ledger.journal.append(facts, token=token)
    reach("plan.recorded")
    return new


def triage(wiring: Wiring, view: RepositoryView, taken: Survey) -> Triage:
    """What the findings of a survey, the wishes and the lessons ask for; nothing is written."""
    wishes = (wish.idea for wish in view.ideas.values())
    found = findings(wiring, view, taken)
    return tickets(view.slug, found, ideas=wishes, lessons=view.lessons.values(), grounds=evidence(taken))


def _with_hints(wiring: Wiring, desk: Desk, found: Triage) -> Triage:
    """Each wish that names no place, with the functions that its words fit best."""
    if all(each.idea.target for each in found.unanswered):
        return found
    checkout = tip(wiring, desk)
    scanned = scan_tree(checkout, split(checkout)[0])
    hinted = (
        each if each.idea.target else with_likely(each, likely_places(scanned, each.idea.text, LIKELY))
        for each in found.unanswered
    )
    return replace(found, unanswered=tuple(hinted))


def evidence(taken: Survey) -> Evidence:
    """What tickets of this survey rest on."""
    fingerprints = {(row.path, row.name): row.fingerprint for row in taken.measured.functions}
    return Evidence(functions=fingerprints, files=taken.digests, tests=taken.tests)


def _for_tests(view: RepositoryView, found: Iterable[Ticket], taken: Survey) -> tuple[Ticket, ...]:
    """Tickets for tests of the functions whose changes, as they were judged, stand at needs-tests."""
    waiting = (
        ticket
        for ticket in found
        if view.status(ticket.change) is Status.NEEDS_TESTS and view.tickets[ticket.change].evidence == ticket.evidence
    )
    return tickets_for_tests(view.slug, waiting, lessons=view.lessons.values(), grounds=evidence(taken))


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
