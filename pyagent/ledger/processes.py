"""Who a lease's holder is, and whether it still runs: Linux's /proc, or "cannot say"."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_PROC = Path("/proc")
_STATE, _STARTED = 0, 19
"""Positions after the command's closing bracket in /proc/PID/stat (proc(5): fields 3 and 22)."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process, told apart from a later one with the same pid.

    `machine` names the boot and the pid namespace: only inside it does a pid mean the same thing.
    Empty `machine` or None `started`: this system cannot say.
    """

    machine: str
    pid: int
    started: int | None
    """Clock ticks since boot."""


def this_process() -> Process:
    """The process that asks."""
    return process_of(os.getpid())


def process_of(pid: int) -> Process:
    """The process with this pid on this machine; its `started` is None when there is none."""
    return Process(_machine(), pid, _started(pid))


def is_dead(process: Process) -> bool:
    """True only when it surely ended: same machine, and its pid is gone, a zombie or another's."""
    if not process.machine or process.started is None or process.machine != _machine():
        return False
    return _started(process.pid) != process.started and not _is_hidden(process.pid)


def describe(process: Process, since: datetime) -> str:
    """`pid N on HOST, since ...`, for people."""
    return f"pid {process.pid} on {socket.gethostname()}, since {since:%Y-%m-%d %H:%M:%S} UTC"


def _machine() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _is_hidden(pid: int) -> bool:
    # Where /proc hides other users' processes, a missing entry proves nothing.
    try:
        os.kill(pid, 0)
    except PermissionError:
        return not (_PROC / str(pid)).exists()
    except ProcessLookupError:
        return False
    return False


def _started(pid: int) -> int | None:
    try:
        line = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The command stands in brackets and may itself hold spaces and brackets.
    fields = line.rpartition(")")[2].split()
    return None if fields[_STATE] in "ZX" else int(fields[_STARTED])
