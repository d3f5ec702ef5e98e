"""What processes cost, read from the kernel's own accounts."""

import os
from collections.abc import Iterable
from pathlib import Path

MIB = 1024
"""Kibibytes."""


def memory(pid: int) -> float:
    """MiB of one process, shared pages divided by who shares them (PSS); 0 once it ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / MIB


def cpu(pids: Iterable[int]) -> float:
    """Processor seconds of processes that live, and of their children that were waited for."""
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime: proc(5)


def own() -> float:
    """Processor seconds of this process."""
    used = os.times()
    return used.user + used.system
