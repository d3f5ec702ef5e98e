"""One change on its way from ticket to queue: its next step, from what the journal says of it (pure).

A flow takes one step after the other and asks again; whoever repeats a step changes nothing, so a
flow that was killed is simply started once more.
"""

from dataclasses import dataclass

from pyagent.ledger.views import RepositoryView
from pyagent.model import ChangeClass, Queued, Status


@dataclass(frozen=True, slots=True)
class Propose:
    """An author answers its ticket."""


@dataclass(frozen=True, slots=True)
class Validate:
    """Its proposal climbs the ladder."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """It becomes a commit that waits."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A person decides: nobody ticked its class."""

    queued: Queued


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more is to be done for it now."""

    status: Status | None
    """None for a change that the journal never spoke of."""
    reason: str


Step = Propose | Validate | Deliver | Ask | Stop


def next_step(view: RepositoryView, change: str, ticked: frozenset[ChangeClass]) -> Step:
    """What is to be done next; `ticked` are the classes that need no person."""
    standing, ticket = view.standings.get(change), view.tickets.get(change)
    if standing is None or ticket is None:
        return Stop(None, f"no ticket was raised for {change}")
    refused, tried = view.is_refused(change, ticket.evidence), (change, ticket.evidence) in view.tried
    match standing.status:
        case Status.OPEN | Status.SUPERSEDED | Status.EJECTED if not tried:
            return Propose() if not refused else Stop(standing.status, "a person refused it")
        case Status.OPEN if standing.proposal in view.proposals:
            return Validate()  # its last validation met a fault of the moment
        case Status.PROPOSED:
            return Deliver() if _proven(view, standing.proposal) else Validate()
        case Status.QUEUED | Status.HELD:
            return _waiting(view, view.queue[change], ticked)
        case _:
            return Stop(standing.status, standing.reason)


def _proven(view: RepositoryView, proposal: str | None) -> bool:
    return any(v.proposal == proposal and v.status is Status.PROPOSED for v in view.validations.values())


def _waiting(view: RepositoryView, queued: Queued, ticked: frozenset[ChangeClass]) -> Step:
    approved = (queued.change, queued.proposal, queued.base) in view.approved
    if queued.change_class in ticked or approved:
        return Stop(view.status(queued.change), "it waits for its train")
    return Ask(queued)
