"""What the dispatcher submits, from the ledger and from what Prefect already has (pure)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.words import IMPROVE_NOW, MERGE_TRAIN, repository_tag, run_tag
from pyagent.ledger.facts import RunEnded, RunRequested
from pyagent.model import Train

ATTEMPTS = 5
"""Flow runs for one asked run before it is given up, and said so."""
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Flights:
    """Flow runs of one key: how many ended, and whether one is still under way."""

    ended: int = 0
    live: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """One flow run to submit; the same key is the same run."""

    deployment: str
    parameters: Mapping[str, Any]
    key: str
    tags: tuple[str, ...] = field(default=())


def keys(run: str) -> tuple[str, ...]:
    """The keys under which flow runs of an asked run, or of a train, are submitted, one an attempt."""
    return tuple(f"{run}/{attempt}" for attempt in range(ATTEMPTS))


def in_line(
    due: Sequence[tuple[RunRequested, Flights]], held: Collection[str]
) -> tuple[tuple[RunRequested, Flights], ...]:
    """Of each repository the oldest request; none while a loop runs there (`held`) or is about to begin.

    A loop would find the repository taken and fail: asked runs wait here for each other instead.
    """
    busy = {asked.repository for asked, flights in due if flights.live} | set(held)
    first = {asked.repository: (asked, flights) for asked, flights in reversed(due)}
    return tuple(turn for repository, turn in first.items() if repository not in busy)


def for_request(asked: RunRequested, flights: Flights) -> Submission | RunEnded | None:
    """The flow run that an asked run needs now, its end where too many failed, None while one is under way."""
    if flights.live:
        return None
    if flights.ended >= ATTEMPTS:
        reason = f"given up after {ATTEMPTS} flow runs that did not end it"
        return RunEnded(asked.repository, asked.run, merged=0, queued=0, left=0, reason=reason)
    parameters = {
        "repository": asked.repository,
        "proposals": asked.proposals,
        "train_now": asked.train_now,
        "run": asked.run,
    }
    tags = (run_tag(asked.run), repository_tag(asked.repository))
    return Submission(IMPROVE_NOW, parameters, keys(asked.run)[flights.ended], tags)


def for_train(train: Train, repository: str, flights: Flights) -> Submission | None:
    """The flow run that lets a due train depart; its id follows from its members and its base alone."""
    if flights.live or flights.ended >= ATTEMPTS:
        return None
    tags = (run_tag(train.id), repository_tag(repository))
    return Submission(MERGE_TRAIN, {"repository": repository}, keys(train.id)[flights.ended], tags)
