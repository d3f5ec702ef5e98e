"""Facts of short histories, for tests of what follows from them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pyagent.ledger import facts as f
from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import Fact
from pyagent.ledger.folding import fold
from pyagent.ledger.views import RepositoryView
from pyagent.model import ChangeClass, Level, Status, Ticket

R = "tomlkit"


def entries(facts: Sequence[Fact], *, after: int = 0) -> list[Entry]:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    return [Entry(number, moment, fact, "") for number, fact in enumerate(facts, after + 1)]


def view(*facts: Fact) -> RepositoryView:
    return fold(entries(facts)).of(R)


def ticket(change: str = "c", evidence: str = "e1") -> f.TicketRaised:
    ticket = Ticket(change, R, "a.py", "g", "extract-function", ChangeClass.A, evidence, "long", 1.0, ())
    return f.TicketRaised(R, ticket)


def made(change: str = "c", evidence: str = "e1", proposal: str = "p1") -> f.ProposalMade:
    return f.ProposalMade(R, change, evidence, proposal, "base", ChangeClass.A, "title", "blob")


def validated(status: Status, proposal: str = "p1", reason: str = "") -> f.ValidationEnded:
    return f.ValidationEnded(R, "c", proposal, "v", "tree", "env", "1", Level.FULL, status, reason)


def queued(change: str = "c", proposal: str = "p1") -> f.ChangeQueued:
    return f.ChangeQueued(R, change, proposal, "base", "commit", ChangeClass.A, 1.0)


def refused(until: str | None = None) -> f.ChangeRefused:
    return f.ChangeRefused(R, "c", "ann", "not now", until)


HELD = f.ChangeHeld(R, "c", "p1", "a person")
SUPERSEDED = f.ChangeSuperseded(R, "c", "p1", "the base moved")
EJECTED = f.ChangeEjected(R, "c", "p1", "t1", "test_x failed")
MERGED = f.ChangeMerged(R, "c", "p1", "t1", "c0ffee")
REVERTED = f.ChangeReverted(R, "c", "beef", "ann", "slow")
DEPARTED = f.TrainDeparted(R, "t1", "base", ("c",))
QUEUED = (ticket(), made(), validated(Status.PROPOSED), queued())
