"""One run of a suite inside the sandbox, recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import EnvironmentFault
from pyagent.ports import Completed, Job, Limits, Mount, Runner
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.frozen import ENV, WORK, Environment, inside
from repos.suites.outcomes import SuiteCommand, SuiteRun
from repos.suites.record import COVERAGE, JOURNAL, Recorded, read_coverage, read_journal

RECORDER = Path(__file__).parent / "recorder"
_INSIDE = "/recorder/pyagent_recorder"
_MARGIN_SECONDS = 5.0
"""How long before the sandbox's limit the recorder ends the run itself, keeping what was recorded."""
_TAIL_BYTES = 4000
_IDLE_SECONDS = 60.0
"""A test that writes nothing and uses no processor for so long will not end."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tests a run is for; None means every one."""

    only: tuple[str, ...] | None = None
    first_failure: bool = False
    """End with the first test that fails."""


EVERY = Chosen()
_NOTHING = Recorded({}, {}, (), complete=False, late=None, running=None)


def run_suite(  # noqa: PLR0913 - what makes up one run, each named at the call
    command: SuiteCommand,
    environment: Environment,
    runner: Runner,
    *,
    tree: Path,
    overlay: Mapping[str, bytes | None],
    coverage: bool,
    limits: Limits,
    chosen: Chosen = EVERY,
) -> SuiteRun:
    """What the suite did on `tree` with `overlay` laid over it; lines of the product too when `coverage`.

    `chosen` leaves tests out where the runner lets itself be told; it may have run more than asked for.

    Nothing a test prints or returns is believed: outcomes come from the recorder's journal, CPU
    seconds from outside.
    """
    job = suite_job(command, environment, tree=tree, overlay=overlay, coverage=coverage, limits=limits, chosen=chosen)
    done = runner.run(job)
    return _read(done, command, coverage=coverage)


def suite_job(
    command: SuiteCommand,
    environment: Environment,
    *,
    tree: Path,
    overlay: Mapping[str, bytes | None],
    coverage: bool,
    limits: Limits,
    chosen: Chosen = EVERY,
) -> Job:
    """The sandbox job of one run."""
    measure = {"product": command.source_paths, "tests": command.test_paths, "report": f"{WORK}/{COVERAGE}"}
    told = {
        "kind": command.kind.value,
        "arguments": command.arguments,
        "journal": f"{WORK}/{JOURNAL}",
        "seconds": max(1.0, limits.wall_seconds - _MARGIN_SECONDS),
        "idle": _IDLE_SECONDS,
        "measure": measure if coverage else None,
        "only": chosen.only,
        "first_failure": chosen.first_failure,
    }
    return Job(
        argv=(f"{ENV}/bin/python", "-B", f"{_INSIDE}/__main__.py"),
        stdin=json.dumps(told).encode(),
        tree=tree,
        overlay={**_missing(environment.generated, tree), **overlay},
        mounts=(
            *interpreter_mounts(environment.python),
            Mount(environment.folder / "venv", ENV),
            Mount(RECORDER, _INSIDE),
        ),
        env=variables(command),
        collect=(JOURNAL, COVERAGE) if coverage else (JOURNAL,),
        limits=limits,
    )


def variables(command: SuiteCommand) -> dict[str, str]:
    """The fixed part of a run's environment: same order of sets, same zone, same locale, the tree's code first."""
    return {
        "PATH": f"{ENV}/bin:/usr/local/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": ENV,
        "PYTHONPATH": ":".join(inside(root) for root in command.import_roots),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
    }


def _missing(generated: Mapping[str, bytes], tree: Path) -> dict[str, bytes]:
    return {path: body for path, body in generated.items() if not (tree / path).exists()}


def _read(done: Completed, command: SuiteCommand, *, coverage: bool) -> SuiteRun:
    body = done.files.get(JOURNAL)
    if body is None and done.stopped is None and b"pyagent_recorder" in done.stderr:
        raise EnvironmentFault(
            f"The recorder did not start: {done.stderr[-500:].decode('utf-8', 'replace')}", "Report this as a bug."
        )
    recorded = read_journal(body) if body is not None else _NOTHING
    lines = read_coverage(done.files.get(COVERAGE, b""), command.test_paths) if coverage else None
    output = (done.stdout + done.stderr)[-_TAIL_BYTES:].decode("utf-8", "replace")
    return SuiteRun(
        outcomes=recorded.outcomes,
        complete=recorded.complete and done.stopped is None,
        stopped=done.stopped or recorded.late,
        code=done.code,
        cpu_seconds=done.cpu_seconds,
        modules=recorded.modules,
        coverage=lines.files if lines else None,
        tail=output,
        causes=recorded.causes,
        running=recorded.running,
        measured=lines.tests if lines else (),
        seconds=lines.seconds if lines else (),
    )
