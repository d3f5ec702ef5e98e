"""`pyagent down`: end a running `pyagent up`."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import click

from cli.answers import answer
from cli.frame import current, options
from cli.opening import in_force
from cli.supervisor import lock
from cli.supervisor.record import Record
from cli.supervisor.upkeep import end_former
from pyagent.errors import EnvironmentFault

STEPS = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 10.0))
"""An `up` ends its services within 10 s; a loaded machine may take longer."""
PAUSE_SECONDS = 0.2


@click.command("down")
@options
def verb() -> None:
    """End the `pyagent up` of this state folder, and what a dead one left; nothing to do is no fault."""
    state = in_force(current()).state
    found = _record(state)
    if found is None:
        left = _left_over(state)
        said = f"; ended {left} processes that a former one had left" if left else ""
        answer({"ended": None, "left_over": left}, f"no `pyagent up` runs for {state}{said}")
        return
    if not found.is_alive_here:
        raise EnvironmentFault(
            f"`pyagent up` for {state} runs in another container or on another machine.", "Run `pyagent down` there."
        )
    used = _end(state, found)
    left = _left_over(state)
    answer(
        {"ended": found.pid, "signal": used.name, "left_over": left},
        f"ended `pyagent up`, pid {found.pid}, with {used.name}, and its {len(found.rows)} services",
    )


def _record(state: Path) -> Record | None:
    """What the running `up` says; one that took the lock this moment has a second to say it."""
    for _ in range(5):
        found = lock.running(state)
        if (found is not None and found.is_alive_here) or not lock.is_held(state):
            return found
        time.sleep(PAUSE_SECONDS)
    return lock.running(state)


def _end(state: Path, found: Record) -> signal.Signals:
    """Signal it until its lock is free; the signal that did it. EnvironmentFault when none does."""
    for sent, seconds in STEPS:
        with suppress(ProcessLookupError):
            if found.is_alive_here:
                os.kill(found.pid, sent)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not lock.is_held(state):
                return sent
            time.sleep(PAUSE_SECONDS)
    raise EnvironmentFault(f"pid {found.pid} does not end.", "Look at what it waits for: `cat /proc/PID/stack`.")


def _left_over(state: Path) -> int:
    """End what a dead `up` recorded; none where the state folder was never used."""
    if not (state / "up.lock").exists():
        return 0
    with lock.held(state) as former:
        return end_former(former, lambda _: None)
