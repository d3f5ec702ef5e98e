"""Starts one job, whatever its level, and turns what was seen of it into `Completed`."""

import os
import resource
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pyagent.errors import EnvironmentFault
from pyagent.ports import Completed, Job, Limits
from pyagent.sandbox import launch
from pyagent.sandbox.readback import FILE_BYTES
from pyagent.sandbox.supervisor import Seen, Watched, supervise
from pyagent.sandbox.work_copy import packed

KILLED = 137
"""Exit code of a run that a limit ended: 128 + SIGKILL."""
OPEN_FILES = 1024
ADDRESS_FACTOR, ADDRESS_BYTES = 2, 2 << 30
"""RLIMIT_AS = factor x memory_bytes + bytes: address space is reserved far beyond what is used (64 MB per
thread's arena, mapped files), so this only stops what outruns the supervisor between two looks."""
CPU_SLACK_SECONDS = 2
"""The supervisor's sum over the tree comes first; the kernel's limit per process is the net below it."""
OUTER_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
"""All that the processes around the sandbox get of ours."""


@dataclass(frozen=True, slots=True)
class Start:
    """How to start the launcher: arguments before it, the folder it works in, what belongs to it."""

    before: Sequence[str]
    python: str
    work: str
    namespace: bool
    """True when the launcher may kill every process it can see."""
    environment: Mapping[str, str]
    descriptors: Sequence[int] = field(default=())


def execute(job: Job, start: Start) -> Completed:
    """Run `job` and wait for it; EnvironmentFault when the command was never reached."""
    freight = packed(job.tree, job.overlay, _plan(job, start))
    try:
        with _started(job, start, freight) as run:
            seen = supervise(run, job.collect, job.limits)
    finally:
        os.close(freight)
    if not seen.readback.started and seen.stopped is None:
        raise _never_started(seen, job)
    return Completed(
        code=_code(seen),
        stdout=seen.stdout.text(),
        stderr=seen.stderr.text(),
        files={} if seen.stopped else seen.readback.files,
        cpu_seconds=seen.cpu_seconds,
        wall_seconds=seen.wall_seconds,
        peak_bytes=seen.peak_bytes,
        stopped=seen.stopped,
    )


def _code(seen: Seen) -> int:
    if seen.stopped is not None:
        return KILLED
    # Without the launcher's word (somebody inside killed it) the sandbox's own end is the answer.
    return seen.status if seen.readback.code is None else seen.readback.code


def _never_started(seen: Seen, job: Job) -> EnvironmentFault:
    if seen.readback.failure is not None:
        return EnvironmentFault(
            f"The tree {job.tree} could not be copied into the sandbox: {seen.readback.failure}.",
            f"Allow a larger work copy; it may hold {job.limits.work_bytes} bytes.",
        )
    said = seen.stderr.text().decode(errors="replace").strip() or f"exit code {seen.status}"
    return EnvironmentFault(
        f"The sandbox did not start: {said}.",
        "Check that `bwrap --unshare-all --ro-bind / / true` works for an ordinary user (AppArmor may forbid it).",
    )


def resource_limits(limits: Limits) -> list[tuple[int, int]]:
    """(resource, ceiling) for each process inside.

    Processes are counted per user namespace since Linux 5.14, so runs at the same time do not share
    the ceiling; before that they count per host uid and do.
    """
    return [
        (resource.RLIMIT_AS, ADDRESS_FACTOR * limits.memory_bytes + ADDRESS_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds + CPU_SLACK_SECONDS),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, limits.processes),
    ]


def _plan(job: Job, start: Start) -> dict[str, Any]:
    environment = {**start.environment, **job.env}
    return {
        "argv": [os.fsencode(word) for word in job.argv],
        "environment": {os.fsencode(name): os.fsencode(value) for name, value in environment.items()},
        "work": os.fsencode(start.work),
        "limits": resource_limits(job.limits),
        "collect": [os.fsencode(name) for name in job.collect],
        "collect_bytes": FILE_BYTES,
        "namespace": start.namespace,
    }


@cache
def _launcher() -> str:
    return Path(launch.__file__).read_text(encoding="utf-8")


@contextmanager
def _started(job: Job, start: Start, freight: int) -> Generator[Watched]:
    """The running launcher; on the way out its pipes are closed, which is its second order to die."""
    with ExitStack() as ours:
        with ExitStack() as theirs:
            given = memory_file("pyagent-stdin", job.stdin)
            theirs.callback(os.close, given)
            stdout, stdout_inside = _pipe(ours, theirs)
            stderr, stderr_inside = _pipe(ours, theirs)
            result, result_inside = _pipe(ours, theirs)
            alive_inside, _ = _pipe(theirs, ours)
            inside = (freight, result_inside, alive_inside)
            top = subprocess.Popen(
                [*start.before, start.python, "-I", "-S", "-c", _launcher(), *map(str, inside)],
                stdin=given,
                stdout=stdout_inside,
                stderr=stderr_inside,
                env=OUTER_ENVIRONMENT,
                pass_fds=(*inside, *start.descriptors),
                start_new_session=True,
            )
        yield Watched(top, stdout, stderr, result)


def _pipe(reader: ExitStack, writer: ExitStack) -> tuple[int, int]:
    """Both ends of a pipe, each closed by the stack of the side that holds it."""
    read, write = os.pipe()
    reader.callback(os.close, read)
    writer.callback(os.close, write)
    return read, write


def memory_file(name: str, body: bytes) -> int:
    """Descriptor of an anonymous memory file holding `body`, at its start; the caller closes it."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(body)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
