"""A control group for each run, where this machine lets us make one: the kernel's own ceiling on memory and processes.

What it adds to the supervisor's sum: memory that no process maps counts too (socket buffers, kernel objects, the
folders in memory), and a tree that outruns the supervisor between two looks ends at the group's limit. A group's
limit lies above the job's by what the sandbox's folders may hold, since their pages count in it; the job's own
limit stays the supervisor's.

Version 2 needs a group that is ours to divide (systemd's Delegate=yes) and already hands memory and pids to its
children; version 1 needs the hierarchies `memory` and `pids` writable, as they are for root. Else there are none.
"""

import os
import signal
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pyagent.errors import EnvironmentFault

NAME = "pyagent"
OWN_PROCESSES = 4
"""Beside the job's: what stands around it (the way down, bubblewrap twice, the jail)."""
MOUNTS, MEMBER = Path("/proc/self/mountinfo"), Path("/proc/self/cgroup")
PATIENCE_SECONDS = 2.0
"""For the kernel to let go of the processes of a group that was killed."""

COUNTS = ("memory.events", "memory.oom_control")
"""Where version 2 and version 1 count what they killed."""

_numbers = count()


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a group may use in all."""

    memory_bytes: int
    processes: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Where groups can be made: one folder under version 2, `memory` and `pids` under version 1."""

    parents: tuple[Path, ...]
    jail: str
    """Our own program, which joins them before it goes on as anything else."""

    @contextmanager
    def one(self, ceiling: Ceiling) -> Generator["Group"]:
        """A new group; on the way out all in it is killed and it is gone. EnvironmentFault when it cannot be made."""
        name = f"{_mark(os.getpid())}-{next(_numbers)}"
        group = Group(tuple(parent / name for parent in self.parents), self.jail)
        try:
            _make(group, ceiling)
            yield group
        finally:
            group.end()

    def sweep(self) -> None:
        """End what parents left that were killed; groups of living ones and of other pid namespaces stay."""
        for parent in self.parents:
            for folder in parent.glob(f"{NAME}-*"):
                if _abandoned(folder.name):
                    Group((folder,), self.jail).end()


@dataclass(frozen=True, slots=True)
class Group:
    """One run's processes, in one folder for each hierarchy."""

    folders: tuple[Path, ...]
    jail: str

    def joining(self, command: Sequence[str]) -> list[str]:
        """Arguments that join every hierarchy, then become `command`."""
        procs = [os.fspath(folder / "cgroup.procs") for folder in self.folders]
        return [self.jail, "join", *procs, "--", *command]

    def overrun(self) -> bool:
        """Whether the kernel has killed here for want of memory."""
        return any(_killed(folder, name) for folder in self.folders for name in COUNTS)

    def kill(self) -> None:
        """SIGKILL to all of it, whatever has forked meanwhile."""
        for folder in self.folders:
            with suppress(OSError):
                _write(folder, "cgroup.kill", "1")
            for pid in _pids(folder):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill and remove; a group that the kernel keeps for longer is left for the next sweep."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not all(map(_removed, self.folders)) and time.monotonic() < until:
            self.kill()
            time.sleep(0.001)


def _make(group: Group, ceiling: Ceiling) -> None:
    try:
        for folder in group.folders:
            folder.mkdir()
            limit(folder, ceiling)
    except OSError as error:
        raise EnvironmentFault(
            f"The control group {error.filename} could not be made: {error.strerror}.",
            "Remove groups named pyagent-* that are left there, or start pyagent again.",
        ) from error


def limit(folder: Path, ceiling: Ceiling) -> None:
    """Set what this folder's hierarchy can limit; memory without swap where swap is counted at all."""
    wanted = {
        "memory.max": ceiling.memory_bytes,
        "memory.swap.max": 0,
        "memory.limit_in_bytes": ceiling.memory_bytes,
        "memory.memsw.limit_in_bytes": ceiling.memory_bytes,  # after the former, which it may not be below
        "pids.max": ceiling.processes,
    }
    for name, value in wanted.items():
        with suppress(FileNotFoundError):  # the other version's
            _write(folder, name, str(value))


def groups_of_this_machine(jail: str) -> Groups | None:
    """Where runs can have groups here, swept of what dead parents left; None where they cannot."""
    mounts = MOUNTS.read_text(encoding="utf-8").splitlines()
    for parents in candidates(mounts, MEMBER.read_text(encoding="utf-8").splitlines()):
        groups = Groups(parents, jail)
        if _works(groups):
            groups.sweep()
            return groups
    return None


def candidates(mounts: Iterable[str], member: Iterable[str]) -> list[tuple[Path, ...]]:
    """Parents to try: version 2's group that we are in and those above it, then version 1's two."""
    ours = {row.split(":", 2)[1]: row.split(":", 2)[2] for row in member}
    places = {kind: place for row in mounts for kind, place in _hierarchies(row)}
    found: list[tuple[Path, ...]] = []
    if "" in places and "" in ours:
        below = Path(places[""], ours[""].lstrip("/"))
        found += [
            (folder,) for folder in (below, *below.parents) if folder.is_relative_to(places[""]) and _hands(folder)
        ]
    if {"memory", "pids"} <= set(places) & set(ours):
        found.append(tuple(Path(places[kind], ours[kind].lstrip("/")) for kind in ("memory", "pids")))
    return found


def _hierarchies(row: str) -> list[tuple[str, str]]:
    """(controller, mount point) of a mountinfo row; version 2's controller has no name (proc(5))."""
    before, _, after = row.partition(" - ")
    kind, _, options = after.split(" ", 2)
    place = before.split()[4]
    if kind == "cgroup2":
        return [("", place)]
    return [(option, place) for option in options.split(",")] if kind == "cgroup" else []


def _hands(folder: Path) -> bool:
    """Whether a version 2 group hands memory and pids to its children."""
    with suppress(OSError):
        return {"memory", "pids"} <= set((folder / "cgroup.subtree_control").read_text(encoding="ascii").split())
    return False


def _works(groups: Groups) -> bool:
    """Whether a group can be made, limited and opened to join here; that joining works, the self-test shows."""
    try:
        with groups.one(Ceiling(64 << 20, 8)) as group:
            return all(os.access(folder / "cgroup.procs", os.W_OK, effective_ids=True) for folder in group.folders)
    except EnvironmentFault:
        return False


def _mark(pid: int) -> str:
    """Names a process for good: pid namespace, pid and start time."""
    space = Path("/proc/self/ns/pid").stat().st_ino
    started = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return f"{NAME}-{space}-{pid}-{started}"


def _abandoned(name: str) -> bool:
    """Whether the group's parent, of this pid namespace, is no more."""
    _, space, pid, *_ = [*name.split("-"), "", ""]
    if space != str(Path("/proc/self/ns/pid").stat().st_ino) or not pid.isdigit():
        return False
    try:
        return not name.startswith(f"{_mark(int(pid))}-")
    except OSError:
        return True


def _pids(folder: Path) -> list[int]:
    with suppress(OSError):
        return [pid for pid in map(int, _read(folder, "cgroup.procs").split()) if pid]
    return []


def _killed(folder: Path, name: str) -> bool:
    with suppress(OSError):
        rows = dict(row.split() for row in _read(folder, name).splitlines())
        return int(rows.get(b"oom_kill", 0)) > 0
    return False


# A run has some twenty of these: through file objects they were most of what its groups cost us.


def _read(folder: Path, name: str) -> bytes:
    opened = os.open(f"{folder}/{name}", os.O_RDONLY | os.O_CLOEXEC)
    body = b""
    try:
        while part := os.read(opened, 1 << 16):  # the kernel gives a page at a time
            body += part
        return body
    finally:
        os.close(opened)


def _write(folder: Path, name: str, text: str) -> None:
    opened = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(opened, text.encode("ascii"))
    finally:
        os.close(opened)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
