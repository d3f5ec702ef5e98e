"""A train on its way: stacked, proven, merged by compare-and-swap, told event by event.

`depart` yields what happened; the caller records each event before asking for the next. After a
death anywhere the world is asked, not our memory: `landed` finds changes that are on the branch
although no fact says so, and a merge is done once because the branch only moves from the tip the
train was stacked on.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import count

from pyagent.failpoints import reach
from pyagent.model import Answer, Queued, Repository, Train
from pyagent.ports import Effects, Forge
from repos.patches import Conflict, Empty, Stacked, stack
from repos.stores.store import Store, is_ancestor
from repos.stores.trailers import standing
from repos.trains.splitting import Done, Eject, Merge, Probe, Split, decide, ejected, merged, observed

MOST_RESTACKS = 8
"""A branch that moves this often under one train is busy; the next run tries again."""


@dataclass(frozen=True, slots=True)
class Yard:
    """Where trains run: the repository, its store and forge, and the record of side effects."""

    repository: Repository
    store: Store
    forge: Forge
    effects: Effects


@dataclass(frozen=True, slots=True)
class Prefix:
    """The first changes of a train stacked on `base`: one commit to prove."""

    base: str
    commit: str
    tree: str
    changes: tuple[Queued, ...]
    again: bool
    """The same tree failed just before: prove afresh, do not remember."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The prover's answer. It must be SKIPPED, not FAILED, whenever the base itself is not green."""

    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class Departed:
    """These changes are stacked on `base`."""

    base: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """A prefix was proven, or not."""

    changes: tuple[str, ...]
    tree: str
    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """One change is one commit on the branch."""

    change: str
    proposal: str
    commit: str


@dataclass(frozen=True, slots=True)
class Ejected:
    """One change failed alone, twice."""

    change: str
    proposal: str
    reason: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """One change does not fit on the branch any more; to be made anew, never counted red."""

    change: str
    proposal: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The train ended early; what is not merged, ejected or superseded stays queued."""

    reason: str


Event = Departed | Proved | Merged | Ejected | Superseded | Stopped
Prove = Callable[[Prefix], Proof]


def depart(train: Train, yard: Yard, *, prove: Prove, halted: Callable[[], bool]) -> Iterator[Event]:
    """Run the train to its end. `halted` is asked before every move of the branch: the kill switch.

    Each member ends in exactly one event, Merged, Ejected or Superseded, or stays queued.
    """
    left = train.changes
    for _ in range(MOST_RESTACKS):
        left = yield from _journey(train, left, yard, prove, halted)
        if not left:
            return
    yield Stopped(f"{yard.repository.branch} moved {MOST_RESTACKS} times under the train")


def landed(queue: tuple[Queued, ...], yard: Yard) -> tuple[Merged, ...]:
    """Queued changes that are on the branch already: a crash came between the merge and its fact."""
    tip = yard.forge.tip(yard.repository)
    on_branch = {base: standing(yard.store, since=base, tip=tip) for base in {queued.base for queued in queue}}
    found = ((queued, on_branch[queued.base].get(queued.change)) for queued in queue)
    return tuple(Merged(queued.change, queued.proposal, commit) for queued, commit in found if commit is not None)


@dataclass(frozen=True, slots=True)
class _Car:
    queued: Queued
    stacked: Stacked


@dataclass(frozen=True, slots=True)
class _Consist:
    """The cars of one train, stacked on one tip."""

    train: Train
    tip: str
    cars: tuple[_Car, ...]

    def commit(self, length: int) -> str:
        """The commit that holds the first `length` cars; the tip itself for none."""
        return self.cars[length - 1].stacked.commit if length else self.tip


_Journey = Generator[Event, None, tuple[Queued, ...]]


def _journey(
    train: Train, members: tuple[Queued, ...], yard: Yard, prove: Prove, halted: Callable[[], bool]
) -> _Journey:
    """Everything on one tip. Returns the members still to be settled when the branch moved, else none."""
    tip = yard.forge.tip(yard.repository)
    already = landed(members, yard)
    yield from already
    there = {event.change for event in already}
    cars = yield from _coupled(tuple(m for m in members if m.change not in there), yard, tip)
    if not cars:
        return ()
    reach("merge.stacked")
    yield Departed(tip, tuple(car.queued.change for car in cars))
    reach("merge.departed")
    return (yield from _travelled(_Consist(train, tip, cars), yard, prove, halted))


def _travelled(consist: _Consist, yard: Yard, prove: Prove, halted: Callable[[], bool]) -> _Journey:
    split, reason = Split(len(consist.cars)), ""
    while True:
        match decide(split):
            case Probe(prefix, again):
                split, reason = yield from _proven(split, consist, prefix, prove, again=again)
            case Merge(prefix):
                if halted():
                    yield Stopped("merging is paused")
                    return ()
                if not _advanced(consist, yard, old=consist.commit(split.merged), new=consist.commit(prefix)):
                    return tuple(car.queued for car in consist.cars[split.merged :])
                yield from _told(consist.cars[split.merged : prefix])
                split = merged(split)
            case Eject(prefix):
                yield from _expelled(consist.cars[prefix - 1].queued, reason)
                split = ejected(split)
            case Done(why):
                yield from (Stopped(f"{why}: {reason}"),) if why else ()
                return ()


def _coupled(members: tuple[Queued, ...], yard: Yard, tip: str) -> Generator[Event, None, tuple[_Car, ...]]:
    cars: list[_Car] = []
    top = tip
    for queued in members:
        match stack(yard.store, top, commit=queued.commit):
            case Stacked() as stacked:
                cars.append(_Car(queued, stacked))
                top = stacked.commit
            case Conflict(paths):
                where = ", ".join(paths) or "its base left the branch"
                yield Superseded(queued.change, queued.proposal, f"conflict: {where}")
            case Empty():
                yield Superseded(queued.change, queued.proposal, "empty: the branch already holds what it would bring")
    return tuple(cars)


def _proven(
    split: Split, consist: _Consist, prefix: int, prove: Prove, *, again: bool
) -> Generator[Event, None, tuple[Split, str]]:
    changes, top = tuple(car.queued for car in consist.cars[:prefix]), consist.cars[prefix - 1].stacked
    proof = prove(Prefix(consist.commit(split.merged), top.commit, top.tree, changes, again))
    reach("merge.proved")
    yield Proved(tuple(queued.change for queued in changes), top.tree, proof.answer, proof.reason)
    return observed(split, prefix, proof.answer), proof.reason


def _expelled(queued: Queued, reason: str) -> Iterator[Event]:
    reach("merge.before-eject")
    yield Ejected(queued.change, queued.proposal, reason)


def _told(cars: tuple[_Car, ...]) -> Iterator[Event]:
    for car in cars:
        reach("merge.before-fact")
        yield Merged(car.queued.change, car.queued.proposal, car.stacked.commit)
        reach("merge.after-fact")


def _advanced(consist: _Consist, yard: Yard, *, old: str, new: str) -> bool:
    """Move the branch from `old` to `new`, once; False when it stands elsewhere."""

    def do() -> str:
        reach("merge.before-ref")
        done = yard.forge.advance(yard.repository, old, new)
        reach("merge.after-ref")
        return "merged" if done else "moved"

    def find() -> str | None:
        return "merged" if _holds(yard, new) else None

    for attempt in count(1):
        reach("merge.before-intent")
        yard.effects.perform(f"merge:{yard.repository.slug}:{consist.train.id}:{new}:{attempt}", do, find)
        reach("merge.after-effect")
        if _holds(yard, new):
            return True
        if yard.forge.tip(yard.repository) != old:
            return False
        # The record is older than the branch: somebody set it back to `old` since. Do it again.
    raise AssertionError


def _holds(yard: Yard, commit: str) -> bool:
    return is_ancestor(yard.store, commit, yard.forge.tip(yard.repository))
