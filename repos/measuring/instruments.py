"""Measures two sides of a workload in the sandbox: instructions, processor time, memory, answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pyagent.ports import Completed, Job, Limits, Mount, Runner
from pyagent.sandbox.bubblewrap import WORK
from pyagent.sandbox.interpreters import interpreter_mounts
from repos.environments.frozen import ENV, Environment
from repos.measuring.statistics import Round
from repos.measuring.valgrind import Valgrind
from repos.measuring.workload import Workload
from repos.suites.outcomes import SuiteCommand
from repos.suites.run import RECORDER, variables

_STOPWATCH = Path(__file__).parent / "stopwatch"
PROGRAM = "/recorder/pyagent_stopwatch"
"""Where the sandbox sees `stopwatch`."""
_OURS = ".pyagent-measure"
_WORKLOAD = f"{_OURS}/workload.json"
_CANDIDATE = "/tmp/candidate"  # noqa: S108 - the sandbox's own tmpfs
_LIMITS = Limits(wall_seconds=300.0, cpu_seconds=90)
_COLLECTED = re.compile(rb"^==(\d+)== Collected : (\d+)$", re.MULTILINE)
_FIRST_PID = re.compile(rb"^==(\d+)== ", re.MULTILINE)

SAMPLE_SECONDS = 0.01
"""Of processor time: 500 times what telling a worker to start costs."""
LONGEST_SECONDS = 0.5
"""Of one pass; a workload beyond it is cut to its first calls."""
SAMPLES = 12
"""Of each process of a round."""
COUNTED_SHARE = 3
"""A third of a sample is counted: about 30 million instructions, to the last few alike from run to run."""
WARM = 3
"""Passes before counting; CPython 3.11 specialises a function's code within 16 calls, and most workloads hold more."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where both sides run: the base tree, the candidate's files over it, and what runs them."""

    tree: Path
    overlay: Mapping[str, bytes | None]
    command: SuiteCommand
    environment: Environment
    runner: Runner


@dataclass(frozen=True, slots=True)
class Scale:
    """The first `first` calls, `copies` times over, are one sample; 0 calls when a single one takes too long."""

    first: int
    copies: int
    runs: int
    """How often the base runs the rewritten functions in one pass, their calls of themselves included."""


@dataclass(frozen=True, slots=True)
class Session:
    """What interleaved workers showed, round by round."""

    scale: Scale
    rounds: tuple[Round, ...]
    waits: tuple[Round, ...]
    """How often each sample gave the processor up of its own accord."""
    answers: tuple[tuple[str, str, str], ...]
    """Digest of base, base again and candidate."""
    peaks: tuple[tuple[int, int, int], ...]
    """Bytes of Python objects held at once beyond the arguments, of the same three."""

    def joined(self, later: "Session") -> "Session":
        """This session with the rounds of a later one behind it."""
        return Session(
            self.scale,
            (*self.rounds, *later.rounds),
            (*self.waits, *later.waits),
            (*self.answers, *later.answers),
            (*self.peaks, *later.peaks),
        )


@dataclass(frozen=True, slots=True)
class NoMeasure:
    """Nothing could be measured, and why."""

    reason: str
    side: str = ""
    """`candidate` when only that side failed."""


def interleaved(workload: Workload, ground: Ground, *, rounds: int, scale: Scale | None = None) -> Session | NoMeasure:
    """Both sides in turns, in one sandbox; calibrates the sample where no `scale` is given."""
    after = {path: body for path, body in ground.overlay.items() if body is not None}
    told = {
        **_told(workload),
        "program": PROGRAM,
        "python": f"{ENV}/bin/python",
        "import_path": variables(ground.command)["PYTHONPATH"].split(":"),
        "candidate": _CANDIDATE,
        "after": f"{_OURS}/after",
        "deleted": sorted(path for path, body in ground.overlay.items() if body is None),
        "rounds": rounds,
        "samples": SAMPLES,
        "sample_seconds": SAMPLE_SECONDS,
        "longest_seconds": LONGEST_SECONDS,
        "first": scale.first if scale else 0,
        "copies": scale.copies if scale else 0,
        "runs": scale.runs if scale else 0,
    }
    argv = (f"{ENV}/bin/python", "-I", "-S", "-B", PROGRAM, "session", json.dumps(told))
    files = {f"{_OURS}/after/{path}": body for path, body in after.items()}
    done = ground.runner.run(job(argv, ground, {**files, _WORKLOAD: workload.body()}))
    return _session(done)


def count(workload: Workload, ground: Ground, valgrind: Valgrind, *, scale: Scale, candidate: bool) -> int | NoMeasure:
    """Instructions of a part of one sample on one side, counted in a fresh process.

    Both sides lie at the same place, so that paths of different length make no difference.
    """
    copies = -(-scale.copies // COUNTED_SHARE)
    told = {**_told(workload), "root": WORK, "first": scale.first, "copies": copies, "warm": WARM}
    argv = valgrind.counting((f"{ENV}/bin/python", "-B", PROGRAM, "counted", json.dumps(told)))
    files = {**(ground.overlay if candidate else {}), _WORKLOAD: workload.body()}
    done = ground.runner.run(job(argv, ground, files, valgrind.mounts))
    return _counted(done)


def _told(workload: Workload) -> dict[str, Any]:
    return {"workload": f"{WORK}/{_WORKLOAD}", "was": WORK, "calls": workload.calls}


def job(
    argv: tuple[str, ...], ground: Ground, overlay: Mapping[str, bytes | None], mounts: tuple[Mount, ...] = ()
) -> Job:
    """A job on the base tree with `overlay` over it, the target's environment and the stopwatch beside it."""
    generated = {path: body for path, body in ground.environment.generated.items() if not (ground.tree / path).exists()}
    return Job(
        argv=argv,
        tree=ground.tree,
        overlay={**generated, **overlay},
        mounts=(
            *interpreter_mounts(ground.environment.python),
            Mount(ground.environment.folder / "venv", ENV),
            Mount(RECORDER, "/recorder/pyagent_recorder"),
            Mount(_STOPWATCH, PROGRAM),
            *mounts,
        ),
        env=variables(ground.command),
        limits=_LIMITS,
    )


def _session(done: Completed) -> Session | NoMeasure:
    try:
        found = cast("dict[str, Any]", json.loads(done.stdout))
    except ValueError:
        return NoMeasure(ended(done))
    if "died" in found:
        return NoMeasure("the calls could not be made again", str(found["died"]))
    scale = Scale(found["first"], found["copies"], found["runs"])
    if not scale.first:
        return NoMeasure(f"one call alone takes over {LONGEST_SECONDS} s")
    return Session(
        scale=scale,
        rounds=tuple(_round(row, "cpu") for row in found["rounds"]),
        waits=tuple(_round(row, "waits") for row in found["rounds"]),
        answers=tuple((row["base"], row["again"], row["candidate"]) for row in found["answers"]),
        peaks=tuple((row["base"], row["again"], row["candidate"]) for row in found["memory"]),
    )


def _round(row: Mapping[str, list[Mapping[str, float]]], what: str) -> Round:
    base, again, candidate = (
        tuple(float(sample[what]) for sample in row[side]) for side in ("base", "again", "candidate")
    )
    return Round(base, again, candidate)


def _counted(done: Completed) -> int | NoMeasure:
    number = collected(done) if done.code == 0 else None
    return NoMeasure(f"valgrind: {ended(done)}") if number is None else number


def collected(done: Completed) -> int | None:
    """The sum of the first process under valgrind, None where nothing was counted; forked children count apart."""
    first = _FIRST_PID.search(done.stderr)
    sums = [int(number) for pid, number in _COLLECTED.findall(done.stderr) if first and pid == first[1]]
    return sums[-1] or None if sums else None


def ended(done: Completed) -> str:
    """How a run ended that gave no answer, in one line."""
    if done.stopped:
        return f"the {done.stopped} limit was reached"
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"it ended with status {done.code}" + (f": {said[-1][:200]}" if said else "")
