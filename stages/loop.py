"""The whole loop for one repository: rounds of survey to learn until nothing is left or the budget is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pyagent.failpoints import reach
from pyagent.ids import digest
from pyagent.ledger.facts import RunEnded, RunRequested, RunStarted
from pyagent.model import Status, Validation
from pyagent.ports import Token
from repos.trains.departures import Merged
from stages.deliver import deliver
from stages.desk import Desk, tidy
from stages.ground import Grounds
from stages.ingest import ingest
from stages.learn import learn
from stages.merge import merge
from stages.passage import Passage
from stages.plan import plan
from stages.propose import propose
from stages.survey import survey
from stages.validate import validate
from stages.wiring import Wiring

Made = TypeVar("Made")


class Conduct(Protocol):
    """How stages are carried out: here and now, or as tasks and flows that others watch and share."""

    def stage(self, name: str, act: Callable[[], Made]) -> Made:
        """The result of `act`, the stage `name` of the loop."""
        ...

    def judge(self, wiring: Wiring, desk: Desk, grounds: Grounds, within: Callable[[], bool]) -> Iterator[Validation]:
        """Validations of every proposal that waits for one, each when it is recorded, while `within` holds."""
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """Every stage in this process, one after the other."""

    def stage(self, name: str, act: Callable[[], Made]) -> Made:  # noqa: ARG002 - nobody watches
        """The result of `act`."""
        return act()

    def judge(self, wiring: Wiring, desk: Desk, grounds: Grounds, within: Callable[[], bool]) -> Iterator[Validation]:
        """The ladder, climbed here."""
        return validate(wiring, desk, grounds, within=within)


@dataclass(frozen=True, slots=True)
class Budget:
    """What one run may spend on one repository."""

    proposals: int
    cpu_seconds: float


def run(
    wiring: Wiring, desk: Desk, budget: Budget, *, train_now: bool, name: str = "", conduct: Conduct | None = None
) -> Passage:
    """Rounds until a round merges nothing more; every stage is idempotent, so a killed run just starts again.

    `name` is the run somebody asked for; without one this call is the asking. Raises LeaseHeld while
    another process runs the loop on this repository.
    """
    passage = Passage(desk.slug, before=desk.forge.tip(desk.repository))
    name = name or digest("run", desk.slug, wiring.clock.now().isoformat())
    with wiring.ledger.leases.hold(f"{desk.slug}/run") as token:
        _begin(wiring, RunRequested(desk.slug, name, "command line", budget.proposals, train_now), token)
        try:
            while _round(wiring, desk, budget, passage, train_now=train_now, conduct=conduct or Here()):
                pass
            survey(wiring, desk)  # a budget may end the last round on a tip nobody measured yet
            passage.ended = passage.ended or "nothing more to do"
        except SystemExit:  # this process is told to go, as by a kill: the run is for another one to end
            raise
        except BaseException as error:
            passage.ended = f"{type(error).__name__}: {error}"[:300]
            _end(wiring, desk, passage, name, token)
            raise
        _end(wiring, desk, passage, name, token)
    return passage


def _begin(wiring: Wiring, asked: RunRequested, token: Token) -> None:
    new = [asked] if asked.run not in wiring.view().requests else []
    started = RunStarted(asked.repository, asked.run, (asked.repository,))
    wiring.ledger.journal.append([*new, started], token=token)
    reach("run.started")


def _end(wiring: Wiring, desk: Desk, passage: Passage, name: str, token: Token) -> None:
    passage.after = desk.forge.tip(desk.repository)
    tidy(wiring, desk)
    passage.left = len(wiring.of(desk.slug).untried)
    fact = RunEnded(desk.slug, name, passage.merged, passage.queued, passage.left, passage.ended)
    reach("run.before-end")
    wiring.ledger.journal.append([fact], token=token)


def _round(wiring: Wiring, desk: Desk, budget: Budget, passage: Passage, *, train_now: bool, conduct: Conduct) -> bool:
    """One round; True when the branch moved, so that another may find more."""
    grounds = Grounds(wiring, desk)
    conduct.stage("ingest", lambda: ingest(wiring, desk))
    conduct.stage("survey", lambda: survey(wiring, desk))
    conduct.stage("plan", lambda: plan(wiring, desk))
    asked, most = wiring.of(desk.slug), budget.proposals - passage.proposals
    made = conduct.stage("propose", lambda: propose(wiring, desk, grounds, most=most))
    passage.proposals += len(made)
    for validation in conduct.judge(wiring, desk, grounds, lambda: passage.cpu_seconds < budget.cpu_seconds):
        passage.cpu_seconds += cost(validation)
    conduct.stage("deliver", lambda: deliver(wiring, desk))
    passage.queued += len(wiring.of(desk.slug).queue.keys() - asked.queue.keys())  # whoever delivered them
    events = conduct.stage("merge", lambda: merge(wiring, desk, grounds, train_now=train_now))
    passage.events += events
    landed = sum(isinstance(event, Merged) for event in events)
    passage.merged += landed
    conduct.stage("learn", lambda: learn(wiring, desk))
    passage.ended = _spent(budget, passage) or passage.ended
    if passage.ended:
        return False
    view = wiring.of(desk.slug)
    # Of a change that needs tests every answer may lead on: tests that were written, or a smaller cut where none were.
    waits = any(standing.status is Status.NEEDS_TESTS for standing in view.standings.values())
    answered = view.tried.keys() - asked.tried.keys()
    return landed > 0 or bool(made and view.untried) or bool(answered and waits)


def _spent(budget: Budget, passage: Passage) -> str:
    if passage.proposals >= budget.proposals:
        return f"the budget of {budget.proposals} proposals is spent"
    if passage.cpu_seconds >= budget.cpu_seconds:
        return f"the budget of {budget.cpu_seconds / 60:.0f} CPU minutes is spent"
    return ""


def cost(validation: Validation) -> float:
    """CPU seconds one validation took."""
    return sum(verdict.cpu_seconds for verdict in validation.verdicts)
