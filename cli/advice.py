"""What a person may do next, each as a sentence and the command that does it (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyagent.ledger.views import RepositoryView, View
from pyagent.model import ChangeClass, Queued
from pyagent.settings import PolicySection
from repos.trains.board import CLASS_TICKS
from stages.decisions import ticked


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, and how."""

    says: str
    command: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Proven changes that wait, parted by what they wait for."""

    ready: tuple[Queued, ...]
    """Their class is ticked or each is approved; they wait for the threshold."""
    held: tuple[Queued, ...]
    """Nobody said yes to them yet."""
    paused: bool

    @property
    def needs_a_person(self) -> bool:
        """Nothing more happens here until somebody decides."""
        return bool(self.held) or (self.paused and bool(self.ready))


def parted(view: RepositoryView, policy: PolicySection) -> Queue:
    """The queue of a repository, parted."""
    classes = ticked(view, policy)
    ready = tuple(
        each
        for each in view.queued
        if each.change_class in classes or (each.change, each.proposal, each.base) in view.approved
    )
    return Queue(ready, tuple(each for each in view.queued if each not in ready), view.paused)


def last_ending(view: View, slug: str) -> str:
    """Why the last run over a repository ended; empty when there was none."""
    runs = [run for run in view.runs.values() if run.started.repository == slug]
    if not runs:
        return ""
    return runs[-1].ended.reason if runs[-1].ended else "it goes on, or it was killed"


def steps(
    view: RepositoryView, policy: PolicySection, *, pyagent: str, take_over: str, merged: int
) -> tuple[Step, ...]:
    """What to do next, most useful first.

    Args:
        view: the repository.
        policy: what binds it.
        pyagent: how the command is called here, with the options that name state and configuration.
        take_over: the command that brings the merged result to its owner; empty when nothing can take it.
        merged: changes that are merged.
    """
    queue = parted(view, policy)
    found = [*_unpausing(queue, view.slug, pyagent), *_approving(queue, view, pyagent)]
    found += _departing(queue, policy, view.slug, pyagent)
    if merged and take_over:
        found.append(Step("take the merged changes over", take_over))
    if view.untried and not queue.paused:
        found.append(Step(f"go on with the {counted(len(view.untried), 'ticket')} left", f"{pyagent} run {view.slug}"))
    return tuple(found)


def in_order(classes: Iterable[ChangeClass]) -> list[str]:
    """Classes from the least to the most that they ask of a person."""
    wanted = frozenset(classes)
    return [each.value for each in ChangeClass if each in wanted]


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}{'s' * (number != 1)}"


def _unpausing(queue: Queue, slug: str, pyagent: str) -> Iterable[Step]:
    if queue.paused:
        yield Step("merging is paused; go on", f"{pyagent} resume {slug}")


def _approving(queue: Queue, view: RepositoryView, pyagent: str) -> Iterable[Step]:
    if not queue.held:
        return
    first = queue.held[0].change
    yield Step(f"look at the first of {counted(len(queue.held), 'proven change')}", f"{pyagent} show {first}")
    tickable = {each.change_class for each in queue.held} & CLASS_TICKS
    if tickable:
        classes = in_order(tickable)
        again = " again (two refusals in a row stopped it)" if tickable & view.stopped.keys() else ""
        says = f"let every proven change of class {' and '.join(classes)} merge{again}"
        yield Step(says, f"{pyagent} approve --class {','.join(classes)} {view.slug}")
    for each in (each for each in queue.held if each.change_class not in CLASS_TICKS):
        yield Step(f"say yes to one change of class {each.change_class}", f"{pyagent} approve {each.change}")


def _departing(queue: Queue, policy: PolicySection, slug: str, pyagent: str) -> Iterable[Step]:
    """Below the threshold a train waits; once approved, too."""
    if queue.paused or not (queue.ready or queue.held):
        return
    waiting = len(queue.ready) or len(queue.held)
    if waiting < policy.threshold:
        then = "" if queue.ready else "then "
        yield Step(
            f"{then}merge {counted(waiting, 'change')} now instead of at {policy.threshold}",
            f"{pyagent} merge {slug} --train-now",
        )
