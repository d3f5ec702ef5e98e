"""What a process tree uses right now, read from /proc.

A pid namespace's orphans fall to its init, so every process of a sandbox hangs below the process
we started: the walk over `children` finds all of them.
"""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
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


def threads_of(uid: int) -> int:
    """Threads of the host user `uid`: what RLIMIT_NPROC counts without a user namespace."""
    running = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == uid:
                running += len(os.listdir(process / "task"))  # noqa: PTH208 - names
    return running


INODE_BYTES = 1024
"""Of kernel memory for a file without content: inode and directory entry of a tmpfs."""
TCP_BYTES = 10 << 20
"""Of one TCP socket's buffers at their largest (net.ipv4.tcp_rmem, tcp_wmem: 6 and 4 MiB)."""


def kernel_bytes(first: int, folders: Iterable[str]) -> int:
    """Memory the kernel may hold for the namespaces of process `first`, which no process maps.

    Sockets count at their largest buffers, since what lies in them cannot be told; files in the tmpfs
    `folders` for what each takes beside its content, which the tmpfs's own size limits. Where the network is our
    own its sockets are anybody's, and count for nothing.
    """
    files = sum(_files(f"/proc/{first}/root{folder}") for folder in folders)
    shared = _network(first) == _network(os.getpid()) != 0
    sockets = b"" if shared else _read(f"/proc/{first}/net/sockstat")
    return files * INODE_BYTES + _socket_bytes(sockets.decode("ascii", "replace"))


def _network(process: int) -> int:
    """The network namespace a process is in; 0 where that may not be known."""
    try:
        return Path(f"/proc/{process}/ns/net").stat().st_ino
    except OSError:
        return 0


def _files(folder: str) -> int:
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_files - found.f_ffree


def _socket_bytes(told: str) -> int:
    """From /proc/net/sockstat: counts are this network namespace's, TCP's `mem` is the whole host's, in pages."""
    rows = {kind: row.split() for kind, _, row in (line.partition(":") for line in told.splitlines())}
    counts = {kind: dict(zip(row[::2], map(int, row[1::2]), strict=False)) for kind, row in rows.items()}
    used, tcp = counts.get("sockets", {}).get("used", 0), counts.get("TCP", {})
    streams = min(tcp.get("inuse", 0) * TCP_BYTES, tcp.get("mem", 0) * PAGE)
    return used * _buffer_bytes() + streams


@cache
def _buffer_bytes() -> int:
    """Largest send buffer of a socket that is not TCP's: twice net.core.wmem_max (socket(7))."""
    return 2 * int(_read("/proc/sys/net/core/wmem_max") or 212992)
