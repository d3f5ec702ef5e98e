"""Watches a running sandbox from outside: wall, CPU, memory and output limits; kills all of it.

Memory that no process maps would not be seen. The jail's filter refuses memfds and System V segments;
sockets and the tmpfs folders' empty files are charged at what the kernel may hold for them.

CPU is the larger of two measures, because each misses something: the kernel's account of waited
children (misses what is killed with its namespace), and the last look at the living tree (misses
what happened since, at most one `LOOK_SECONDS`).
"""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pyagent.ports import Limits
from pyagent.sandbox.cgroups import Group
from pyagent.sandbox.processes import kernel_bytes, kill_tree, proportional_bytes, usage_of
from pyagent.sandbox.readback import Readback

LOOK_SECONDS = 0.05
"""Between two looks at the tree: a look costs about 0.3 ms of CPU, and memory grows by about 100 MB between two."""
FAR = 4
"""Output beyond so many times its cap ends the run instead of being drained."""
GRACE_SECONDS = 5.0
"""For the kernel to tear a killed namespace down before we call it stuck."""
LEFTOVER_SECONDS = 2.0
"""For streams to end after the command has; only without a pid namespace does anything outlive it."""
CHUNK = 1 << 16


class Capped:
    """A stream's first `cap` bytes, and how many came in all."""

    def __init__(self, cap: int) -> None:
        """Keep at most `cap` bytes."""
        self.seen = 0
        self._cap = cap
        self._kept = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.seen += len(chunk)
        self._kept += chunk[: max(0, self._cap - len(self._kept))]

    def text(self) -> bytes:
        """What was kept, with a last line saying so when something was cut."""
        if self.seen <= self._cap:
            return bytes(self._kept)
        return bytes(self._kept) + b"\n[pyagent: output cut after %d bytes]\n" % self._cap


@dataclass(frozen=True, slots=True)
class Watched:
    """A started sandbox: the process to wait for and the streams that end when all of it is dead."""

    top: subprocess.Popen[bytes]
    stdout: int
    stderr: int
    result: int
    folders: Sequence[str] = ()
    """The sandbox's own folders in memory; none where it shares the host's namespaces, sockets and all."""
    group: Group | None = None
    """The kernel's own ceiling, where there is one."""


@dataclass(slots=True)
class Seen:
    """What the supervisor saw of one run; grows while it runs."""

    stdout: Capped
    stderr: Capped
    readback: Readback
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    wall_seconds: float = 0.0
    stopped: str | None = None
    status: int = 0
    """Exit status of the top process, as a shell would say it."""


def exceeded(seen: Seen, limits: Limits, memory_bytes: int) -> str | None:
    """The limit this run is over, None while it keeps them all."""
    if seen.wall_seconds > limits.wall_seconds:
        return "wall"
    if memory_bytes > limits.memory_bytes:
        return "memory"
    if seen.cpu_seconds > limits.cpu_seconds:
        return "cpu"
    if max(seen.stdout.seen, seen.stderr.seen) > FAR * limits.output_bytes:
        return "output"
    return None


def supervise(run: Watched, names: tuple[str, ...], limits: Limits) -> Seen:
    """Follow `run` to its end or to a limit; afterwards nothing of it lives, whatever is raised on the way."""
    seen = Seen(Capped(limits.output_bytes), Capped(limits.output_bytes), Readback(names))
    begun = time.monotonic()
    # For three streams a poll is cheaper than an epoll, which takes calls to make, fill, empty and close it.
    with selectors.PollSelector() as streams:
        streams.register(run.stdout, selectors.EVENT_READ, seen.stdout)
        streams.register(run.stderr, selectors.EVENT_READ, seen.stderr)
        streams.register(run.result, selectors.EVENT_READ, seen.readback)
        try:
            seen.stopped = _follow(run, streams, seen, limits, begun)
        finally:
            if streams.get_map():
                _memory(run, seen, limits)
                kill_tree(run.top.pid)
                if run.group:
                    run.group.kill()
                _drain(streams, time.monotonic() + GRACE_SECONDS)
            _reap(run.top, seen, limits)
            seen.wall_seconds = time.monotonic() - begun
    return seen


def _follow(run: Watched, streams: selectors.BaseSelector, seen: Seen, limits: Limits, begun: float) -> str | None:
    """The limit that was reached; None when all streams ended, or the command did and a leftover keeps them open."""
    # Not before: a short command is done by then, and nothing is over a limit at once.
    look, deadline = begun + LOOK_SECONDS, float("inf")
    while streams.get_map():
        _pump(streams, LOOK_SECONDS)
        now = time.monotonic()
        if now < look:
            continue
        look = now + LOOK_SECONDS
        seen.wall_seconds = now - begun
        over = exceeded(seen, limits, _memory(run, seen, limits)) or _overrun(run)
        if over is not None or now > deadline:
            return over
        if seen.readback.code is not None:
            deadline = min(deadline, now + LEFTOVER_SECONDS)
    return _overrun(run)


def _overrun(run: Watched) -> str | None:
    """The limit that the kernel stopped it at."""
    return "memory" if run.group and run.group.overrun() else None


def _memory(run: Watched, seen: Seen, limits: Limits) -> int:
    """Bytes in use: resident pages, divided among their sharers only when the plain sum is over the limit."""
    usage = usage_of(run.top.pid)
    seen.cpu_seconds = max(seen.cpu_seconds, usage.cpu_seconds)
    # Before the jail speaks, the process may still see the host's folders, and would be charged for them.
    inside = usage.pids[1:2] if run.folders and seen.readback.started else ()
    kernel = sum(kernel_bytes(first, run.folders) for first in inside)
    used = usage.resident_bytes + kernel
    if used > limits.memory_bytes:
        used = proportional_bytes(usage.pids) + kernel
    seen.peak_bytes = max(seen.peak_bytes, used)
    return used


def _pump(streams: selectors.BaseSelector, seconds: float) -> None:
    for key, _ in streams.select(seconds):
        chunk = _read(key.fd)
        if chunk:
            key.data.feed(chunk)
        else:
            streams.unregister(key.fileobj)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, CHUNK)
    except ConnectionResetError:  # the sandbox ended before the jail took what was sent to it
        return b""


def _drain(streams: selectors.BaseSelector, until: float) -> None:
    while streams.get_map() and time.monotonic() < until:
        _pump(streams, LOOK_SECONDS)


def _reap(top: subprocess.Popen[bytes], seen: Seen, limits: Limits) -> None:
    _, status, used = os.wait4(top.pid, 0)
    top.returncode = os.waitstatus_to_exitcode(status)
    seen.status = top.returncode if top.returncode >= 0 else 128 - top.returncode
    seen.cpu_seconds = max(seen.cpu_seconds, used.ru_utime + used.ru_stime)
    # A run that ends before the first look was never summed: its largest process says how much at least.
    seen.peak_bytes = max(seen.peak_bytes, min(seen.readback.peak_bytes, limits.memory_bytes))
