"""Processes that descend from one `up`, found by the mark in their environment, and ended.

A process group does not tell: Prefect starts each flow in a session of its own, and an orphan's parent
is another. The mark is inherited by both, and no recycled pid can carry it. Standard library only: the
guard imports this and must start within milliseconds.
"""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PAUSE_SECONDS = 0.1


def marked(variable: str, mark: str) -> tuple[int, ...]:
    """Pids of living processes started with `variable` = `mark`; those of other users only for root."""
    wanted = f"{variable}={mark}".encode()
    found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return tuple(pid for pid in found if pid != os.getpid() and _carries(pid, wanted))


def end(variable: str, mark: str, steps: Sequence[tuple[signal.Signals, float]]) -> int:
    """Send each signal of `steps` to all marked processes and wait its seconds at most; how many there were at first.

    The last step is repeated until its seconds are over, since a process may start others while it is ended.
    """
    count = len(marked(variable, mark))
    for number, (sent, seconds) in enumerate(steps, 1):
        deadline = time.monotonic() + seconds
        send(variable, mark, sent)
        while marked(variable, mark) and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
            if number == len(steps):
                send(variable, mark, sent)
    return count


def send(variable: str, mark: str, sent: signal.Signals) -> None:
    """One signal to every marked process."""
    wanted = f"{variable}={mark}".encode()
    for pid in marked(variable, mark):
        _send(pid, wanted, sent)


def _send(pid: int, wanted: bytes, sent: signal.Signals) -> None:
    """Through a descriptor of the process: what it is asked about and what is signalled cannot be two."""
    with suppress(ProcessLookupError):
        held = os.pidfd_open(pid)
        try:
            if _carries(pid, wanted):
                signal.pidfd_send_signal(held, sent)
        finally:
            os.close(held)


def _carries(pid: int, wanted: bytes) -> bool:
    """Whether the process started with this variable; a zombie's environment is empty."""
    try:
        return wanted in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
