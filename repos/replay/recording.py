"""One run of the base suite that writes down what the product's functions were called with."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

from pyagent.ports import Limits, Runner
from pyagent.sandbox.bubblewrap import WORK
from repos.environments.frozen import Environment
from repos.replay.calls import NOTHING, Recording, read_recording
from repos.suites.outcomes import SuiteCommand
from repos.suites.run import suite_job

REPORT = ".pyagent/calls"
MOST = 32
"""Calls kept of one function."""
CALL_BYTES = 64 << 10
PICKLING_SECONDS = 30.0
"""Processor time that pickling may add to the suite."""


def record_calls(
    command: SuiteCommand,
    environment: Environment,
    runner: Runner,
    *,
    tree: Path,
    overlay: Mapping[str, bytes | None],
    paths: Iterable[str],
    limits: Limits,
) -> Recording:
    """The calls of every function of `paths`; nothing where the suite did not end by itself.

    Costs one run of the suite and up to PICKLING_SECONDS. Outcomes of this run judge nothing.
    """
    job = suite_job(command, environment, tree=tree, overlay=overlay, coverage=False, limits=limits)
    listening = {
        "paths": sorted(paths), "most": MOST, "bytes": CALL_BYTES, "seconds": PICKLING_SECONDS,
        "report": f"{WORK}/{REPORT}",
    }  # fmt: skip
    told = json.dumps({**json.loads(job.stdin), "calls": listening}).encode()
    done = runner.run(replace(job, stdin=told, collect=(*job.collect, REPORT)))
    body = done.files.get(REPORT)
    return read_recording(body) if body is not None else NOTHING


def product_files(command: SuiteCommand, paths: Iterable[str]) -> tuple[str, ...]:
    """The Python files of the product among `paths`, tests left out."""
    return tuple(
        path
        for path in paths
        if path.endswith(".py") and _under(path, command.source_paths) and not _under(path, command.test_paths)
    )


def _under(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def once(record: Callable[[], Recording]) -> Callable[[], Recording]:
    """`record`, made when first asked for and remembered; several threads share one."""
    lock = Lock()
    made: list[Recording] = []

    def remembered() -> Recording:
        with lock:
            if not made:
                made.append(record())
            return made[0]

    return remembered
