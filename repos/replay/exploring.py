"""Calls that run lines of a function which no test runs, searched for inside the sandbox."""

import ast
import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from pyagent.observations import Observation, Outcome
from repos.replay.calls import Function, Recording, entry
from repos.replay.functions import constants
from repos.replay.replaying import Place, driver_job
from repos.suites.recorder.definitions import definitions

MOST_CALLS = 1500
MOST_OF_ONE = 4
"""Recorded calls of one function that a search starts from; four times as many of the function it is about."""
MOST_OTHERS = 600
"""Functions that the suite called of which calls are made up."""


@dataclass(frozen=True, slots=True)
class Quarry:
    """A function and the lines of it that are wanted."""

    path: str
    name: str
    wanted: frozenset[int]


def explore(place: Place, quarry: Quarry, *, seed: str, seconds: float) -> tuple[Observation, ...]:
    """Calls found within `seconds`, each with what came of it twice alike; none for a function that is not there.

    Raises what the runner raises; what the target does cannot.
    """
    body = place.base.read(quarry.path)
    found = _definition(quarry, body)
    module = place.recording.modules.get(quarry.path)
    if found is None or module is None or not quarry.wanted:
        return ()
    order, first, last = found
    told = {
        "recorder": "pyagent_recorder",
        "path": place.recording.search_path,
        "file": quarry.path,
        "module": module,
        "name": entry(quarry.name),
        "first": first,
        "last": last,
        "wanted": sorted(quarry.wanted),
        "calls": list(_starts(place.recording, quarry)),
        "others": list(_others(place.recording, quarry)),
        "constants": constants(quarry.path, [(entry(quarry.name), order)], body),
        "seconds": seconds,
        "seed": seed,
    }
    return tuple(_observations(place.runner.run(driver_job(place, told, {})).stdout))


def _definition(quarry: Quarry, body: bytes) -> tuple[int, int, int] | None:
    """(order, first line, last line) of the first definition of that name."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return None
    for node, (_, name, order) in definitions(tree, quarry.path):
        if name == entry(quarry.name):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            return order, first, node.end_lineno or node.lineno
    return None


def _ranked(recording: Recording, quarry: Quarry) -> list[Function]:
    """The function itself first, then others of its file."""
    own = (quarry.path, entry(quarry.name))
    known = (row for row in recording.functions if row.path in recording.modules)
    return sorted(known, key=lambda row: ((row.path, row.name) != own, row.path != quarry.path))


def _starts(recording: Recording, quarry: Quarry) -> Iterator[tuple[str, str, str]]:
    """Calls to start from."""
    count = 0
    for row in _ranked(recording, quarry):
        most = MOST_OF_ONE * (4 if (row.path, row.name) == (quarry.path, entry(quarry.name)) else 1)
        for call in row.kept[:most]:
            if count < MOST_CALLS:
                count += 1
                yield recording.modules[row.path], row.name, base64.b64encode(call.data).decode("ascii")


def _others(recording: Recording, quarry: Quarry) -> Iterator[tuple[str, str]]:
    """Functions called by the suite, those first of which no call could be kept."""
    ranked = sorted(_ranked(recording, quarry), key=lambda row: bool(row.kept))
    for row in ranked[:MOST_OTHERS]:
        yield recording.modules[row.path], row.name


def _observations(body: bytes) -> Iterable[Observation]:
    for line in body.splitlines():
        try:
            row = cast("dict[str, Any]", json.loads(line))
            yield Observation(
                call=str(row["call"]),
                modules=tuple(map(str, row["modules"])),
                outcome=Outcome(row["outcome"]),
                expected=str(row["expected"]),
                lines=tuple(map(int, row["lines"])),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
