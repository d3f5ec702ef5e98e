"""Flow runs whose process is gone: found by their pid on this machine, long before a heartbeat is missed."""

import ctypes
import os
import signal
import socket
from collections.abc import Callable, Iterable

from prefect.client.schemas.objects import FlowRun

from pyagent.ledger.processes import process_of

_PR_SET_PDEATHSIG = 1


def dead(runs: Iterable[FlowRun], host: str, is_alive: Callable[[int], bool]) -> list[FlowRun]:
    """Runs that name a process of `host` which is not there; a process worker names it `host:pid`."""
    found: list[FlowRun] = []
    for run in runs:
        where, _, pid = (run.infrastructure_pid or "").rpartition(":")
        if where == host and pid.isdigit() and not is_alive(int(pid)):
            found.append(run)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process of this machine exists and is no zombie."""
    return process_of(pid).started is not None


def this_host() -> str:
    """The name under which Prefect's process worker records pids."""
    return socket.gethostname()


def end_with_parent() -> None:
    """Let the kernel end this process when its parent ends: a flow outlives no worker (prctl(2), Linux)."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os.kill(os.getpid(), signal.SIGTERM)
