"""One run of a suite inside the sandbox, recorded."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random, SystemRandom
from typing import Any

from pyagent.errors import EnvironmentFault
from pyagent.ports import Completed, Job, Limits, Mount, Runner
from pyagent.sandbox.bubblewrap import WORK
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.frozen import ENV, Environment, inside
from repos.suites.canaries import Flock, flocks, folder_of, heard
from repos.suites.outcomes import SuiteCommand, SuiteRun
from repos.suites.record import COVERAGE, JOURNAL, NOTHING, read_coverage, read_journal, unsealed

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
_SEAL_BYTES = 32
_TOOLS = (
    "pytest",
    "_pytest",
    "pluggy",
    "iniconfig",
    "packaging.version",
    "exceptiongroup",
    "tomli",
    "coverage",
    "unittest.mock",
)
"""Test tools imported before any folder of the target's can be searched, unless the target itself is one of them."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What one run is recognised by: the key of its record's seal, and its canaries."""

    seal: bytes
    birds: tuple[Flock, ...] = ()


UNWATCHED = Watch(b"")
"""For runs whose outcomes judge nothing."""


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
    watch = fresh_watch(command, tree, birds=chosen == EVERY)
    job = suite_job(
        command, environment,
        tree=tree, overlay=overlay, coverage=coverage, limits=limits, chosen=chosen, watch=watch,
    )  # fmt: skip
    done = runner.run(job)
    return _read(done, command, watch, coverage=coverage)


def fresh_watch(command: SuiteCommand, tree: Path, *, birds: bool, random: Random | None = None) -> Watch:
    """A new seal and, with `birds`, canaries for the folder that holds most of the tree's tests."""
    tests = _test_files(command, tree) if birds else []
    found = flocks(random or SystemRandom(), folder_of(tests), tests) if tests else ()
    return Watch(secrets.token_bytes(_SEAL_BYTES), found)


def suite_job(  # noqa: PLR0913 - what makes up one run, each named at the call
    command: SuiteCommand,
    environment: Environment,
    *,
    tree: Path,
    overlay: Mapping[str, bytes | None],
    coverage: bool,
    limits: Limits,
    chosen: Chosen = EVERY,
    watch: Watch = UNWATCHED,
) -> Job:
    """The sandbox job of one run; its orders to the recorder are JSON on stdin."""
    measure = {
        "product": command.source_paths,
        "tests": command.test_paths,
        "others": [PurePosixPath(bird.path).stem for bird in watch.birds],
        "report": f"{WORK}/{COVERAGE}",
    }
    told = {
        "kind": command.kind.value,
        "arguments": command.arguments,
        "canaries": [bird.path for bird in watch.birds],
        "early": _early(command, tree),
        "journal": f"{WORK}/{JOURNAL}",
        "seal": watch.seal.hex(),
        "seconds": max(1.0, limits.wall_seconds - _MARGIN_SECONDS),
        "idle": _IDLE_SECONDS,
        "measure": measure if coverage else None,
        "only": chosen.only,
        "first_failure": chosen.first_failure,
    }
    collect = (JOURNAL, COVERAGE) if coverage else (JOURNAL,)
    return recorder_job(
        command, environment, script="__main__.py", switches=("-I", "-S"), told=told, tree=tree,
        overlay={**overlay, **{bird.path: bird.body for bird in watch.birds}}, collect=collect, limits=limits,
    )  # fmt: skip


def recorder_job(  # noqa: PLR0913 - what makes up one job, each named at the call
    command: SuiteCommand,
    environment: Environment,
    *,
    script: str,
    switches: tuple[str, ...] = (),
    told: Mapping[str, Any],
    tree: Path,
    overlay: Mapping[str, bytes | None],
    collect: tuple[str, ...],
    limits: Limits,
) -> Job:
    """The job that runs a script of the recorder on what it is told."""
    return Job(
        argv=(f"{ENV}/bin/python", *switches, "-B", f"{_INSIDE}/{script}"),
        stdin=json.dumps(told).encode(),
        tree=tree,
        overlay={**_missing(environment.generated, tree), **overlay},
        mounts=(
            *interpreter_mounts(environment.python),
            Mount(environment.folder / "venv", ENV),
            Mount(RECORDER, _INSIDE),
        ),
        env=variables(command),
        collect=collect,
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


def _early(command: SuiteCommand, tree: Path) -> list[str]:
    """Test tools that the base tree does not hold itself."""
    roots = [tree / root for root in command.import_roots]
    held = {tool for tool in _TOOLS for root in roots if _holds(root, tool.partition(".")[0])}
    return [tool for tool in _TOOLS if tool not in held]


def _holds(root: Path, name: str) -> bool:
    return (root / name).exists() or (root / f"{name}.py").exists()


def _test_files(command: SuiteCommand, tree: Path) -> list[str]:
    """Python files under the test paths that look like tests, relative to the tree."""
    places = [tree / path for path in command.test_paths]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    return sorted(file.relative_to(tree).as_posix() for file in files if "test" in file.name and not file.is_symlink())


def _read(done: Completed, command: SuiteCommand, watch: Watch, *, coverage: bool) -> SuiteRun:
    body = done.files.get(JOURNAL)
    if body is None and done.stopped is None and b"pyagent_recorder" in done.stderr:
        raise EnvironmentFault(
            f"The recorder did not start: {done.stderr[-500:].decode('utf-8', 'replace')}", "Report this as a bug."
        )
    told = unsealed(body, watch.seal) if body is not None else None
    recorded = NOTHING if told is None else read_journal(told)
    lines = read_coverage(done.files.get(COVERAGE, b""), command.test_paths) if coverage else None
    output = (done.stdout + done.stderr)[-_TAIL_BYTES:].decode("utf-8", "replace")
    outcomes, causes = recorded.outcomes, recorded.causes
    return SuiteRun(
        outcomes={name: outcomes[name] for name in outcomes if not _ours(name, watch)},
        complete=recorded.complete and done.stopped is None,
        stopped=done.stopped or recorded.late,
        code=done.code,
        cpu_seconds=done.cpu_seconds,
        modules=recorded.modules,
        coverage=lines.files if lines else None,
        tail=output,
        causes={name: causes[name] for name in causes if not _ours(name, watch)},
        running=recorded.running,
        odd=frozenset(row for row in recorded.odd if not _ours(row[1], watch)),
        canaries=heard(watch.birds, outcomes),
        wall_seconds=recorded.seconds,
        measured=lines.tests if lines else (),
        seconds=lines.seconds if lines else (),
    )


def _ours(name: str, watch: Watch) -> bool:
    return any(flock.holds(name) for flock in watch.birds)
