"""Ends a run that came to a standstill, from inside, so that its journal is handed over."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

from .journal import Journal

_STEP_SECONDS = 2.0
_BUSY = 0.02
"""Processor time over wall time above which a silent test counts as working."""


def leave_when_late(journal: Journal, total_seconds: float, idle_seconds: float) -> None:
    """Watch from a thread; exit with status 124 when the time is up or the run stands still.

    It stands still when the journal got no event for `idle_seconds` while all processes together
    hardly used a processor, or for half of the whole time whatever they did.
    """
    watch = threading.Thread(
        target=_watch, args=(journal, total_seconds, idle_seconds, time.monotonic, time.sleep), daemon=True
    )
    watch.start()


def _watch(journal: Journal, total_seconds: float, idle_seconds: float, now: Any, sleep: Any) -> None:
    leave = os._exit
    begun = moved = busy = now()
    events, used = journal.events, processor_seconds()
    limit = "wall"
    while now() - begun < total_seconds and limit == "wall":
        sleep(min(_STEP_SECONDS, idle_seconds))
        present = processor_seconds()
        if journal.events != events:
            moved, events = now(), journal.events
        if moved > busy or present - used > _BUSY * idle_seconds:
            busy, used = now(), present
        if now() - busy > idle_seconds or now() - moved > total_seconds / 2:
            limit = "idle"
    journal.write("late", limit=limit, seconds=now() - begun)
    leave(124)


def processor_seconds() -> float:
    """User and system time of every process there is to see, in seconds; only ours are there in a sandbox."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / float(os.sysconf("SC_CLK_TCK"))
