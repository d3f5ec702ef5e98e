"""What a process tree uses right now, read from /proc.

A pid namespace's orphans fall to its init, so every process of a sandbox hangs below the process
we started: the walk over `children` finds all of them.
"""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """One look at a process tree."""

    pids: tuple[int, ...]
    cpu_seconds: float
    """User + system, with the children they have waited for."""
    resident_bytes: int
    """Resident pages summed; shared ones count once per process."""


def can_see_children() -> bool:
    """Whether this kernel tells a process's children (CONFIG_PROC_CHILDREN), without which nothing can be summed."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def tree_of(top: int) -> tuple[int, ...]:
    """`top` and all its descendants; one that is born or dies during the walk may be missing."""
    found = [top]
    for pid in found:
        found.extend(_children(pid))
    return tuple(found)


def _children(pid: int) -> list[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - names, twenty times a second
    except OSError:
        return []
    return [int(child) for thread in threads for child in _read(f"/proc/{pid}/task/{thread}/children").split()]


def _read(path: str) -> bytes:
    """The file's bytes; none when its process is gone or not ours to read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def kill_tree(top: int) -> None:
    """SIGKILL to `top` and all its descendants; a pid namespace among them takes its stragglers along."""
    for pid in tree_of(top):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def usage_of(top: int) -> Usage:
    """CPU and resident memory of the tree below `top`."""
    pids = tree_of(top)
    rows = [row for row in map(_stat, pids) if row]
    # proc(5): utime, stime, cutime, cstime are fields 14 to 17 and rss, in pages, field 24; the list starts at field 3.
    ticks = sum(int(value) for row in rows for value in row[11:15])
    return Usage(pids, ticks / TICKS, sum(int(row[21]) for row in rows) * PAGE)


def _stat(pid: int) -> list[bytes]:
    # The name in parentheses may hold anything, spaces and parentheses too: read after the last one.
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def proportional_bytes(pids: tuple[int, ...]) -> int:
    """Memory of these processes with shared pages divided among their users (PSS); dear, so ask when it matters."""
    return sum(map(_proportional, pids))


def _proportional(pid: int) -> int:
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) << 10
    row = _stat(pid)
    return int(row[21]) * PAGE if row else 0
