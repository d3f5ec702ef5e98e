"""The whole loop for one repository: rounds of survey to learn until nothing is left or the budget is."""

from dataclasses import dataclass, field

from pyagent.failpoints import reach
from pyagent.ids import digest
from pyagent.ledger.facts import RunEnded, RunRequested, RunStarted
from pyagent.model import Status, Validation
from repos.trains.board import Wait
from repos.trains.departures import Event, Merged
from stages.deliver import deliver
from stages.desk import Desk, tidy
from stages.ground import Grounds
from stages.ingest import ingest
from stages.learn import learn
from stages.merge import merge
from stages.plan import plan
from stages.propose import propose
from stages.survey import survey
from stages.validate import validate
from stages.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Budget:
    """What one run may spend on one repository."""

    proposals: int
    cpu_seconds: float


@dataclass(slots=True)
class Passage:
    """What one run did to one repository."""

    slug: str
    before: str
    """Commit the run found."""
    after: str = ""
    proposals: int = 0
    queued: int = 0
    merged: int = 0
    left: int = 0
    cpu_seconds: float = 0.0
    """CPU seconds of gates and suites, measured by the parents of the sandboxes."""
    ended: str = ""
    events: list[Event | Wait] = field(default_factory=list[Event | Wait])


def run(wiring: Wiring, desk: Desk, budget: Budget, *, train_now: bool) -> Passage:
    """Rounds until a round merges nothing more; every stage is idempotent, so a killed run just starts again."""
    passage = Passage(desk.slug, before=desk.forge.tip(desk.repository))
    name = digest("run", desk.slug, wiring.clock.now().isoformat())
    asked = RunRequested(desk.slug, name, "command line", budget.proposals, train_now)
    wiring.ledger.journal.append([asked, RunStarted(desk.slug, name, (desk.slug,))], token=None)
    reach("run.started")
    try:
        while _round(wiring, desk, budget, passage, train_now=train_now):
            pass
        survey(wiring, desk)  # a budget may end the last round on a tip nobody measured yet
        passage.ended = passage.ended or "nothing more to do"
    except BaseException as error:
        passage.ended = f"{type(error).__name__}: {error}"[:300]
        raise
    finally:
        _end(wiring, desk, passage, name)
    return passage


def _end(wiring: Wiring, desk: Desk, passage: Passage, name: str) -> None:
    passage.after = desk.forge.tip(desk.repository)
    tidy(wiring, desk)
    passage.left = len(wiring.of(desk.slug).untried)
    fact = RunEnded(desk.slug, name, passage.merged, passage.queued, passage.left, passage.ended)
    reach("run.before-end")
    wiring.ledger.journal.append([fact], token=None)


def _round(wiring: Wiring, desk: Desk, budget: Budget, passage: Passage, *, train_now: bool) -> bool:
    """One round; True when the branch moved, so that another may find more."""
    grounds = Grounds(wiring, desk)
    ingest(wiring, desk)
    survey(wiring, desk)
    plan(wiring, desk)
    made = propose(wiring, desk, grounds, most=budget.proposals - passage.proposals)
    passage.proposals += len(made)
    for validation in validate(wiring, desk, grounds, within=lambda: passage.cpu_seconds < budget.cpu_seconds):
        passage.cpu_seconds += cost(validation)
    passage.queued += len(deliver(wiring, desk))
    events = merge(wiring, desk, grounds, train_now=train_now)
    passage.events += events
    landed = sum(isinstance(event, Merged) for event in events)
    passage.merged += landed
    learn(wiring, desk)
    passage.ended = _spent(budget, passage) or passage.ended
    if passage.ended:
        return False
    view = wiring.of(desk.slug)
    wants_tests = any(view.status(each.change) is Status.NEEDS_TESTS for each in made)
    return landed > 0 or (bool(made) and (bool(view.untried) or wants_tests))


def _spent(budget: Budget, passage: Passage) -> str:
    if passage.proposals >= budget.proposals:
        return f"the budget of {budget.proposals} proposals is spent"
    if passage.cpu_seconds >= budget.cpu_seconds:
        return f"the budget of {budget.cpu_seconds / 60:.0f} CPU minutes is spent"
    return ""


def cost(validation: Validation) -> float:
    """CPU seconds one validation took."""
    return sum(verdict.cpu_seconds for verdict in validation.verdicts)
