"""The same calls on two trees, each in fresh processes of the sandbox."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pyagent.ports import Checkout, Job, Limits, Mount, Runner
from repos.environments.frozen import ENV, Environment
from repos.replay.calls import Recording
from repos.suites.outcomes import SuiteCommand
from repos.suites.run import suite_job

DRIVER = Path(__file__).parent / "driver"
_INSIDE = "/recorder/pyagent_replay"
SECONDS = 2.0
"""Processor time one call may take."""
_RECURSION = 1000
LIMITS = Limits(wall_seconds=300.0, cpu_seconds=300, output_bytes=32 << 20)


@dataclass(frozen=True, slots=True)
class Target:
    """A function to call."""

    path: str
    name: str
    order: int
    module: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One call to make: recorded arguments, varied when there is a seed."""

    target: int
    data: bytes
    seed: str | None = None
    """`SEED/TURN`: even turns put literals of the code in each place, one after the other, odd ones draw at random."""
    other: int = 0
    """Number of the trial whose arguments a variation may borrow; it belongs to the same function."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call did, as text equal for equal behaviour; `lost` says why nothing is known."""

    lost: str = ""
    before: str = ""
    """The arguments it was given."""
    returned: str | None = None
    raised: str | None = None
    message: str = ""
    deliberate: bool = False
    """A `raise` of the target's own code raised it."""
    arguments: str = ""
    """The arguments afterwards."""
    printed: str = ""
    logged: str = ""
    warned: str = ""


LOST = Answer(lost="the process that made the calls ended early")


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls are made again."""

    base: Checkout
    command: SuiteCommand
    environment: Environment
    runner: Runner
    recording: Recording


def replay(
    place: Place,
    targets: Sequence[Target],
    trials: Sequence[Trial],
    *,
    overlay: Mapping[str, bytes | None],
    constants: Sequence[str] = (),
    only: Sequence[int] | None = None,
    deeper: bool = False,
) -> tuple[Answer, ...]:
    """An answer for each trial, or for each number in `only`, in order.

    `deeper` triples the recursion limit: code with a helper more may need more frames for the same.
    """
    numbers = tuple(range(len(trials))) if only is None else tuple(only)
    if not numbers:
        return ()
    told = {
        "recorder": "pyagent_recorder",
        "path": place.recording.search_path,
        "targets": [[row.path, row.name, row.order, row.module] for row in targets],
        "calls": [
            {"id": number, "target": row.target, "data": base64.b64encode(row.data).decode(), "other": row.other,
             "seed": row.seed, "asked": number in set(numbers)}
            for number, row in enumerate(trials)
        ],
        "constants": list(constants),
        "seconds": SECONDS,
        "recursion": _RECURSION * 3 if deeper else _RECURSION,
    }  # fmt: skip
    done = place.runner.run(driver_job(place, told, overlay))
    answers = dict(_answers(done.stdout))
    return tuple(answers.get(number, LOST) for number in numbers)


def driver_job(place: Place, told: Mapping[str, Any], overlay: Mapping[str, bytes | None]) -> Job:
    """A suite's job with the driver in the recorder's place; the recorder stays beside it."""
    suite = suite_job(
        place.command, place.environment, tree=place.base.root, overlay=overlay, coverage=False, limits=LIMITS
    )
    return replace(
        suite,
        argv=(f"{ENV}/bin/python", "-B", f"{_INSIDE}/__main__.py"),
        mounts=(*suite.mounts, Mount(DRIVER, _INSIDE)),
        collect=(),
        stdin=json.dumps(told).encode(),
    )


def _answers(body: bytes) -> Iterator[tuple[int, Answer]]:
    for line in body.splitlines():
        try:
            row = cast("dict[str, Any]", json.loads(line))
            number = int(row.pop("id"))
            if all(isinstance(part, str | bool) for part in row.values()):
                yield number, Answer(**row)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
