"""Starts one job, whatever its level, and turns what was seen of it into `Completed`."""

import os
import socket
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from pyagent.errors import EnvironmentFault
from pyagent.ports import Completed, Job
from pyagent.sandbox.cgroups import OWN_PROCESSES, Ceiling, Group, Groups
from pyagent.sandbox.plan import Plan, Walls
from pyagent.sandbox.readback import FILE_BYTES
from pyagent.sandbox.supervisor import Seen, Watched, supervise
from pyagent.sandbox.work_copy import packed

KILLED = 137
"""Exit code of a run that a limit ended: 128 + SIGKILL."""
OUTER_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
"""All that the processes around the sandbox get of ours."""


@dataclass(frozen=True, slots=True)
class Start:
    """How to start the jail: arguments before it, where it lies there, the folder it works in, what belongs to it."""

    before: Sequence[str]
    jail: str
    work: str
    walls: Walls
    environment: Mapping[str, str]
    folders: Sequence[str] = ()
    """Its own folders in memory."""
    folder_bytes: int = 0
    """What those may hold in all."""
    groups: Groups | None = None
    """Where it can have a control group."""


def execute(job: Job, start: Start) -> Completed:
    """Run `job` and wait for it; EnvironmentFault when the command was never reached."""
    freight = packed(job.tree, job.overlay, _plan(job, start))
    try:
        with _grouped(job, start) as group, _started(job, start, freight, group) as run:
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
    # Without the jail's word (somebody inside killed it) the sandbox's own end is the answer.
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


def _plan(job: Job, start: Start) -> Plan:
    return Plan(
        work=start.work,
        walls=start.walls,
        limits=job.limits,
        argv=job.argv,
        environment={**start.environment, **job.env},
        collect=job.collect,
        collect_bytes=FILE_BYTES,
    )


def _grouped(job: Job, start: Start) -> AbstractContextManager[Group | None]:
    if start.groups is None:
        return nullcontext()
    return start.groups.one(
        Ceiling(job.limits.memory_bytes + start.folder_bytes, job.limits.processes + OWN_PROCESSES),
    )


@contextmanager
def _started(job: Job, start: Start, freight: int, group: Group | None) -> Generator[Watched]:
    """The running jail; on the way out our ends are closed, which is its second order to die."""
    with ExitStack() as ours:
        with ExitStack() as theirs:
            given = memory_file("pyagent-stdin", job.stdin)
            theirs.callback(os.close, given)
            stdout, stdout_inside = _pipe(ours, theirs)
            stderr, stderr_inside = _pipe(ours, theirs)
            line, line_inside = socket.socketpair()
            ours.enter_context(line)
            theirs.enter_context(line_inside)
            # Waiting in the socket rather than inherited: nothing but the standard streams is open inside.
            socket.send_fds(line, [b"\0"], [freight, given])
            command = [*start.before, start.jail, "run"]
            top = subprocess.Popen(
                group.joining(command) if group else command,
                stdin=line_inside.fileno(),
                stdout=stdout_inside,
                stderr=stderr_inside,
                env=OUTER_ENVIRONMENT,
                start_new_session=True,
            )
        yield Watched(top, stdout, stderr, line.fileno(), start.folders, group)


def _pipe(reader: ExitStack, writer: ExitStack) -> tuple[int, int]:
    """Both ends of a pipe, each closed by the stack of the side that holds it."""
    read, write = os.pipe()
    reader.callback(os.close, read)
    writer.callback(os.close, write)
    return read, write


def memory_file(name: str, body: bytes) -> int:
    """Descriptor of an anonymous memory file holding `body`, at its start; the caller closes it."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    written = 0
    while written < len(body):
        written += os.pwrite(descriptor, memoryview(body)[written:], written)
    return descriptor
