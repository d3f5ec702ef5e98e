"""When a run has come to a standstill: the keeper's clock, so that no test can stop or wind it."""

from __future__ import annotations

import os
import time
from pathlib import Path

_STEP_SECONDS = 2.0
_BUSY = 0.02
"""Processor time over wall time above which a silent test counts as working."""


class Patience:
    """Watches a run by its events and by what its processes use.

    It stands still when no event came for `idle_seconds` while all processes together hardly used a
    processor, or for half of the whole time whatever they did.
    """

    def __init__(self, total_seconds: float, idle_seconds: float) -> None:
        """Begin now."""
        self._total, self._idle = total_seconds, idle_seconds
        self._begun = self._moved = self._busy = self._looked = time.monotonic()
        self._events = 0
        self._used = processor_seconds()

    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._begun

    def ended(self, events: int) -> str | None:
        """`wall` or `idle` when the run should be ended, given how many events came; looks every few seconds."""
        now = time.monotonic()
        if events != self._events:
            self._moved, self._events = now, events
        spent = now - self._begun >= self._total
        if not spent and now - self._looked < min(_STEP_SECONDS, self._idle):
            return None
        self._looked = now
        present = processor_seconds()
        if self._moved > self._busy or present - self._used > _BUSY * self._idle:
            self._busy, self._used = now, present
        late = now - self._busy > self._idle or now - self._moved > self._total / 2
        if late:
            return "idle"
        return "wall" if spent else None


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
