"""Wrong edits of the base tree tried on the tests that could notice them, in one sandbox."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from pyagent.ports import Limits, Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Environment
from repos.suites.outcomes import SuiteCommand
from repos.suites.record import FOLDER
from repos.suites.run import recorder_job

REPORT = f"{FOLDER}/attempts.json"
_MARGIN_SECONDS = 10.0
"""How long before the sandbox's wall limit no further edit is begun."""


class Fate(StrEnum):
    """What became of an edit."""

    KILLED = "killed"
    """A test that passes on the unchanged tree did not pass."""
    HUNG = "hung"
    """It cost several times what its tests cost, or stood still."""
    DIED = "died"
    """Its process was ended by a signal."""
    SURVIVED = "survived"
    """All of its tests passed."""
    UNHEARD = "unheard"
    """None of its tests passes when run like this on the unchanged tree."""
    WAVERS = "wavers"
    """The test that noticed it fails on the unchanged tree too, when run alone."""
    NOT_TRIED = "not tried"
    """Nothing was left to spend."""
    NO_BASE = "no base"
    """The tests did not come to an end on the unchanged tree."""


CAUGHT = frozenset({Fate.KILLED, Fate.HUNG, Fate.DIED})
JUDGED = CAUGHT | {Fate.SURVIVED}


@dataclass(frozen=True, slots=True)
class Edit:
    """A whole file with one wrong edit, and the ids of the tests to ask."""

    path: str
    text: bytes
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """An edit's fate, the test that noticed it where one did, and the CPU seconds it cost."""

    fate: Fate
    by: str | None
    seconds: float


def try_edits(
    command: SuiteCommand,
    environment: Environment,
    runner: Runner,
    *,
    tree: Path,
    overlay: Mapping[str, bytes | None],
    edits: Sequence[Edit],
    limits: Limits,
) -> tuple[Tried, ...]:
    """The fate of each edit of `tree` with `overlay` laid over it, in order.

    `limits.cpu_seconds` is for all of them together: one run of their tests on the unchanged
    tree, one for each edit up to its first failure, and one of the tests that failed. Edits must be of
    files that exist there.
    """
    told = {
        "kind": command.kind.value,
        "arguments": command.arguments,
        "canaries": (),
        "report": f"{WORK}/{REPORT}",
        "cpu_seconds": limits.cpu_seconds,
        "wall_seconds": max(1.0, limits.wall_seconds - _MARGIN_SECONDS),
        "memory_bytes": limits.memory_bytes // 4 * 3,
        "edits": [
            {"path": edit.path, "text": edit.text.decode("utf-8", "surrogateescape"), "tests": edit.tests}
            for edit in edits
        ],
    }
    # The recorder keeps to the limits itself, and hands over what it has; the sandbox stands behind it.
    job = recorder_job(
        command, environment, script="attempts.py", told=told, tree=tree, overlay=overlay, collect=(REPORT,),
        limits=replace(limits, cpu_seconds=2 * limits.cpu_seconds + 10),
    )  # fmt: skip
    done = runner.run(job)
    rows = _rows(done.files.get(REPORT, b""))
    if len(rows) != len(edits):
        why = done.stopped or f"status {done.code}: {done.stderr[-300:].decode('utf-8', 'replace')}"
        return tuple(Tried(Fate.NO_BASE, why, 0.0) for _ in edits)
    return rows


def _rows(body: bytes) -> tuple[Tried, ...]:
    try:
        rows = cast("list[dict[str, Any]]", json.loads(body))
        return tuple(Tried(Fate(row["status"]), row["by"], float(row["seconds"])) for row in rows)
    except (ValueError, KeyError, TypeError):
        return ()
