"""How a ticket's status follows from facts: a table, and the one rule a table cannot say.

| fact              | from                     | to                                          |
|-------------------|--------------------------|---------------------------------------------|
| TicketRaised      | see `raised`             | OPEN, REFUSED                               |
| ProposalMade      | worked on                | PROPOSED                                    |
| ProposalDeclined  | worked on                | the fact's: DECLINED or NEEDS_A_NAME        |
| ValidationEnded   | worked on                | the fact's: PROPOSED, FAILED, NEEDS_TESTS, OPEN |
| ChangeQueued      | worked on, waiting       | QUEUED                                      |
| ChangeHeld        | waiting                  | HELD                                        |
| ChangeApproved    | HELD                     | QUEUED                                      |
| ChangeSuperseded  | worked on, waiting       | SUPERSEDED                                  |
| ChangeEjected     | waiting                  | EJECTED                                     |
| ChangeMerged      | any                      | MERGED                                      |
| ChangeReverted    | any but waiting, refused | REVERTED                                    |
| ChangeRefused     | any but MERGED           | REFUSED                                     |

worked on = OPEN, DECLINED, PROPOSED, FAILED, NEEDS_TESTS, NEEDS_A_NAME, SUPERSEDED, EJECTED;
waiting = QUEUED, HELD, OFFERED. A fact from any other status changes nothing: a person's
refusal, for instance, wins over a validation that was still running. Nothing but a new
TicketRaised leaves REFUSED and REVERTED, except a merge.
"""

from collections.abc import Mapping

from pyagent.ledger import facts
from pyagent.ledger.facts import Fact
from pyagent.model import Status

WORKED_ON = frozenset(
    {
        Status.OPEN,
        Status.DECLINED,
        Status.PROPOSED,
        Status.FAILED,
        Status.NEEDS_TESTS,
        Status.NEEDS_A_NAME,
        Status.SUPERSEDED,
        Status.EJECTED,
    }
)
WAITING = frozenset({Status.QUEUED, Status.HELD, Status.OFFERED})
_ANY = frozenset(Status)

_MOVES: Mapping[type[Fact], tuple[frozenset[Status], Status | None]] = {
    facts.ProposalMade: (WORKED_ON, Status.PROPOSED),
    facts.ProposalDeclined: (WORKED_ON, None),
    facts.ValidationEnded: (WORKED_ON, None),
    facts.ChangeQueued: (WORKED_ON | WAITING, Status.QUEUED),
    facts.ChangeHeld: (WAITING, Status.HELD),
    facts.ChangeApproved: (frozenset({Status.HELD}), Status.QUEUED),
    facts.ChangeSuperseded: (WORKED_ON | WAITING, Status.SUPERSEDED),
    facts.ChangeEjected: (WAITING, Status.EJECTED),
    facts.ChangeMerged: (_ANY, Status.MERGED),
    facts.ChangeReverted: (_ANY - WAITING - {Status.REFUSED}, Status.REVERTED),
    facts.ChangeRefused: (_ANY - {Status.MERGED}, Status.REFUSED),
}
"""The status must be in the set; None: the fact carries the new one."""


def following(status: Status, fact: Fact) -> Status | None:
    """The status after `fact`, None when the fact does not apply."""
    sources, target = _MOVES.get(type(fact), (frozenset[Status](), None))
    if status not in sources:
        return None
    if isinstance(fact, facts.ProposalDeclined | facts.ValidationEnded):
        return fact.status
    return target


def raised(status: Status, *, tried: bool, refused: bool) -> Status | None:
    """The status after a TicketRaised, None when it reopens nothing.

    `tried`: an author answered on this very evidence before. `refused`: a person's refusal covers
    this evidence. A waiting change keeps its place: its train finds out whether it still applies.
    """
    if status in WAITING:
        return None
    if refused:
        return None if status is Status.MERGED else Status.REFUSED
    return None if tried else Status.OPEN
