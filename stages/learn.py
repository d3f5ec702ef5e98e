"""Stage 8: outcomes counted into lessons."""

from agents.lessons import lessons
from pyagent.failpoints import reach
from pyagent.ledger.facts import Fact, LessonLearnt
from pyagent.ledger.views import RepositoryView
from pyagent.model import Lesson, Status
from stages.desk import Desk
from stages.wiring import Wiring


def learn(wiring: Wiring, desk: Desk) -> tuple[Lesson, ...]:
    """Record the lessons whose counts changed; those recorded."""
    with wiring.ledger.leases.hold(f"{desk.slug}/learn") as token:
        view = wiring.of(desk.slug)
        new = tuple(each for each in lessons(desk.slug, outcomes(view)) if view.lessons.get(each.transform) != each)
        facts: list[Fact] = [
            LessonLearnt(desk.slug, each.transform, each.proposed, each.proven, each.merged, each.refused)
            for each in new
        ]
        wiring.ledger.journal.append(facts, token=token)
    reach("learn.recorded")
    return new


def outcomes(view: RepositoryView) -> tuple[tuple[str, Status], ...]:
    """(transform, status) of every change an author answered, in the order they were raised."""
    return tuple(
        (ticket.transform, view.standings[change].status)
        for change, ticket in view.tickets.items()
        if view.standings[change].status is not Status.OPEN
    )
