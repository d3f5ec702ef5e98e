"""The next step of one change."""

import pytest

from pyagent.ledger import facts as f
from pyagent.ledger.facts import Fact
from pyagent.model import ChangeClass, Queued, Status
from stages.candidate import Ask, Deliver, Propose, Step, Stop, Validate, next_step
from tests.pyagent.ledger.histories import (
    DEPARTED,
    EJECTED,
    HELD,
    MERGED,
    QUEUED,
    SUPERSEDED,
    R,
    made,
    queued,
    refused,
    ticket,
    validated,
    view,
)

TICKED = frozenset({ChangeClass.A})
WAITING = Queued("c", "p1", "base", "commit", ChangeClass.A, 1.0)
DECLINED = f.ProposalDeclined(R, "c", "e1", Status.DECLINED, "no cut", None)
APPROVED = f.ChangeApproved(R, "c", "ann", "p1", "base")


def step(*facts: Fact, ticked: frozenset[ChangeClass] = frozenset()) -> Step:
    return next_step(view(*facts), "c", ticked)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((ticket(),), Propose()),
        ((ticket(), made()), Validate()),
        ((ticket(), made(), validated(Status.OPEN)), Validate()),
        ((ticket(), made(), validated(Status.PROPOSED)), Deliver()),
        (QUEUED, Ask(WAITING)),
        ((*QUEUED, HELD), Ask(WAITING)),
        ((*QUEUED, SUPERSEDED), Propose()),
        ((*QUEUED, DEPARTED, EJECTED), Propose()),
    ],
)
def test_each_standing_has_one_next_step(facts: tuple[Fact, ...], expected: Step) -> None:
    assert step(*facts) == expected


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((ticket(), DECLINED), Status.DECLINED),
        ((ticket(), made(), validated(Status.FAILED, reason="tests: red")), Status.FAILED),
        ((ticket(), made(), validated(Status.NEEDS_TESTS)), Status.NEEDS_TESTS),
        ((ticket(), refused()), Status.REFUSED),
        ((*QUEUED, APPROVED), Status.QUEUED),
        ((*QUEUED, DEPARTED, MERGED), Status.MERGED),
    ],
)
def test_nothing_more_is_done_for_what_is_decided(facts: tuple[Fact, ...], status: Status) -> None:
    stopped = step(*facts)
    assert isinstance(stopped, Stop)
    assert stopped.status is status


def test_a_ticked_class_asks_nobody_and_another_tick_does_not_help() -> None:
    assert isinstance(step(*QUEUED, ticked=TICKED), Stop)
    assert step(*QUEUED, ticked=frozenset({ChangeClass.H})) == Ask(WAITING)


def test_an_approval_of_another_proposal_is_none() -> None:
    assert step(*QUEUED, f.ChangeApproved(R, "c", "ann", "p0", "base")) == Ask(WAITING)


def test_a_new_reason_to_work_on_a_change_begins_anew() -> None:
    assert step(ticket(), DECLINED, ticket(evidence="e2")) == Propose()
    assert step(ticket(), made(), validated(Status.PROPOSED), made(proposal="p2")) == Validate()


def test_a_change_nobody_spoke_of_stops_with_a_sentence() -> None:
    assert step() == Stop(None, "no ticket was raised for c")
    assert step(ticket("b"), queued("b", "p9")) == Stop(None, "no ticket was raised for c")
