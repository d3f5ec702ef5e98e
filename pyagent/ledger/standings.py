"""Moves one change of a draft view: its standing, and with it the queue."""

from pyagent.ledger import facts
from pyagent.ledger.drafts import drop, put
from pyagent.ledger.statuses import WAITING, following, raised
from pyagent.ledger.views import RepositoryView, Standing
from pyagent.model import Queued, Status

ChangeFact = (
    facts.ProposalMade
    | facts.ProposalDeclined
    | facts.ValidationEnded
    | facts.ChangeQueued
    | facts.ChangeHeld
    | facts.ChangeApproved
    | facts.ChangeRefused
    | facts.ChangeSuperseded
    | facts.ChangeEjected
    | facts.ChangeMerged
    | facts.ChangeReverted
)
"""Facts that may move a change."""

_ABOUT_A_PROPOSAL = (
    facts.ValidationEnded,
    facts.ChangeQueued,
    facts.ChangeHeld,
    facts.ChangeApproved,
    facts.ChangeSuperseded,
    facts.ChangeEjected,
)


def move(view: RepositoryView, fact: ChangeFact, sequence: int) -> None:
    """Apply the table of `statuses`; a fact about an older proposal than the present one moves nothing."""
    before = view.standings.get(fact.change) or Standing(Status.OPEN, "", None, sequence)
    if isinstance(fact, _ABOUT_A_PROPOSAL) and before.proposal not in {None, fact.proposal}:
        return
    status = following(before.status, fact)
    if status is None:
        return
    reason: str = getattr(fact, "reason", "")
    proposal: str | None = getattr(fact, "proposal", before.proposal)
    put(view.standings, fact.change, Standing(status, reason, proposal, sequence))
    _seat(view, fact, status)


def move_raised(view: RepositoryView, fact: facts.TicketRaised, sequence: int) -> None:
    """Open a change, or open it anew when its ticket brings evidence that nobody tried."""
    change, evidence = fact.ticket.change, fact.ticket.evidence
    before = view.standings.get(change)
    status = raised(
        before.status if before else Status.OPEN,
        tried=before is not None and (change, evidence) in view.tried,
        refused=view.is_refused(change, evidence),
    )
    if status is not None and (before is None or status is not before.status):
        reason = view.refused[change].reason if status is Status.REFUSED else ""
        put(view.standings, change, Standing(status, reason, None, sequence))


def _seat(view: RepositoryView, fact: ChangeFact, status: Status) -> None:
    # Being in the queue and having a waiting status are one thing.
    if isinstance(fact, facts.ChangeQueued):
        seat = Queued(fact.change, fact.proposal, fact.base, fact.commit, fact.change_class, fact.score)
        put(view.queue, fact.change, seat)
    elif status not in WAITING:
        drop(view.queue, fact.change)
    if isinstance(fact, facts.ChangeHeld):
        put(view.held, fact.change, fact)
    elif status is not Status.HELD:
        drop(view.held, fact.change)
