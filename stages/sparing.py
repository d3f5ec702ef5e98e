"""A change whose tests are too weak in places is cut smaller, around these; tests that would make up for it come first.

What a change spares is part of its ticket and of its evidence. It grows with every answer of the gates, and starts
from nothing when the function or any test is another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agents.triage import EXTRACT
from pyagent.ids import digest
from pyagent.ledger.views import RepositoryView
from pyagent.model import Declined, Proposal, Status, Ticket
from pyagent.ports import Checkout
from repos.gates.scopes import body, read

Lines = Mapping[str, frozenset[int]]
"""By path."""
NO_TESTS_COME = frozenset({Status.DECLINED, Status.FAILED, Status.REFUSED})
"""Where a ticket for tests of the function stands, when nothing more comes of it on this evidence."""


def as_tried(view: RepositoryView, ticket: Ticket) -> Ticket:
    """The ticket as it was last tried on this evidence, whatever that spared."""
    known = view.tickets.get(ticket.change)
    if known is None or not known.spared:
        return ticket
    tried = _sparing(ticket, known.spared)
    return tried if tried.evidence == known.evidence else ticket


def smaller(view: RepositoryView, ticket: Ticket, tests: Iterable[Ticket]) -> Ticket:
    """The ticket as it was last tried, or sparing what the gates said of that where none of the `tests` will come.

    `tests` are tickets for tests of any functions. Only an extraction can choose what it moves.
    """
    tried = as_tried(view, ticket)
    asked = (each for each in tests if (each.path, each.name) == (ticket.path, ticket.name))
    if ticket.transform != EXTRACT or not _needs_tests(view, tried) or any(_may_come(view, each) for each in asked):
        return tried
    lines = {*tried.spared, *_weak(view, ticket.change)}
    return _sparing(ticket, tuple(sorted(lines))) if len(lines) > len(tried.spared) else tried


def provable(executed: Lines, ticket: Ticket, checkout: Checkout) -> Lines:
    """Lines that the base suite runs, by path, without those that the ticket spares."""
    if not ticket.spared or ticket.path not in checkout.paths():
        return executed
    try:
        first = body(read(checkout.read(ticket.path)), ticket.name).start
    except (SyntaxError, ValueError):  # its author says so of a file that is no program any more
        return executed
    spared = frozenset(first + line for line in ticket.spared)
    return {**executed, ticket.path: executed.get(ticket.path, frozenset[int]()) - spared}


def explained(answer: Proposal | Declined, ticket: Ticket) -> Proposal | Declined:
    """The answer; a refusal says so where only weak tests are the reason."""
    if not ticket.spared or not isinstance(answer, Declined):
        return answer
    spared = f"weak-tests: spared {len(ticket.spared)} of its lines, where tests notice too little"
    return replace(answer, reason=f"{spared}; {answer.reason}")


def _sparing(ticket: Ticket, lines: tuple[int, ...]) -> Ticket:
    return replace(ticket, spared=lines, evidence=digest("spared", ticket.evidence, *map(str, lines)))


def _needs_tests(view: RepositoryView, ticket: Ticket) -> bool:
    known = view.tickets.get(ticket.change)
    return known is not None and known.evidence == ticket.evidence and view.status(ticket.change) is Status.NEEDS_TESTS


def _may_come(view: RepositoryView, tests: Ticket) -> bool:
    known = view.tickets.get(tests.change)
    answered = known is not None and known.evidence == tests.evidence
    return not answered or view.status(tests.change) not in NO_TESTS_COME


def _weak(view: RepositoryView, change: str) -> Iterable[int]:
    """Lines that the last proposal's gates name."""
    made = view.standings[change].proposal
    for validation, ended in view.validations.items():
        if ended.proposal == made:
            for verdict in view.verdicts.get(validation, ()):
                yield from verdict.weak
