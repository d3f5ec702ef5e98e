"""The bubblewrap command line, as data: what a sandboxed process can see and do."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyagent.ports import Limits, Mount
from pyagent.sandbox.jail import NAME

HOME = "/home/sandbox"
WORK = "/work"
UID = 1000
"""Inside; outside it is an ordinary user of the host."""
SCRATCH_BYTES = 512 << 20
"""Size of /tmp and /dev/shm each, where the work copy is not smaller."""
HOME_BYTES = 128 << 20

MEMORY = (WORK, HOME, "/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own
"""Folders that lie in memory and can be written."""

ETC = "/etc"
JAIL = f"{ETC}/{NAME}"
"""Where the jail program is shown inside."""
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

ENVIRONMENT = {
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
    "TMPDIR": "/tmp",  # noqa: S108 - the sandbox's own tmpfs
    "USER": "sandbox",
}
"""All a command finds in its environment, beside what its job adds."""

NAMESPACES = [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--disable-userns",
    "--new-session",
    "--die-with-parent",
    "--clearenv",
    "--cap-drop",
    "ALL",
    "--as-pid-1",  # the jail reaps, so that the whole tree's CPU time reaches us through wait4
    "--hostname",
    "sandbox",
]


@dataclass(frozen=True, slots=True)
class System:
    """The host's read-only system folders: `/usr`, and what leads into it."""

    folders: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    """(path, target) where the host has a link, as on merged-/usr systems."""


def system() -> System:
    """What this host has."""
    links = tuple((path, str(Path(path).readlink())) for path in SYSTEM if Path(path).is_symlink())
    folders = tuple(path for path in SYSTEM if Path(path).is_dir() and not Path(path).is_symlink())
    nix = ("/nix/store",) if Path("/nix/store").is_dir() else ()
    return System(("/usr", *folders, *nix), links)


def folder_bytes(limits: Limits) -> int:
    """What the folders in memory may hold together."""
    scratch = min(SCRATCH_BYTES, limits.work_bytes)
    return limits.work_bytes + 2 * scratch + min(HOME_BYTES, scratch)


def sandbox_arguments(bwrap: str, *, system: System, mounts: Iterable[Mount], limits: Limits) -> list[str]:
    """Arguments up to the command: all namespaces, no capability, a read-only system, sized scratch space."""
    scratch = min(SCRATCH_BYTES, limits.work_bytes)
    arguments = [bwrap, *NAMESPACES, "--uid", str(UID), "--gid", str(UID)]
    for folder in system.folders:
        arguments += ["--ro-bind", folder, folder]
    for path, target in system.links:
        arguments += ["--symlink", target, path]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += _tmpfs("/dev/shm", scratch, "1777")  # noqa: S108 - the sandbox's own
    arguments += _tmpfs("/tmp", scratch, "1777")  # noqa: S108 - the sandbox's own
    arguments += _tmpfs(HOME, min(HOME_BYTES, scratch), "0700")
    arguments += _tmpfs(WORK, limits.work_bytes, "0755")
    arguments += _binds(mounts)
    # bubblewrap's own root and /dev are tmpfs without a size: left writable, they are a way to fill the memory.
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK, "--"]


def _tmpfs(path: str, size: int, mode: str) -> list[str]:
    return ["--perms", mode, "--size", str(size), "--tmpfs", path]


def _binds(mounts: Iterable[Mount]) -> list[str]:
    """Outer folders first, so that a mount inside another one is not covered by it."""
    ordered = sorted(mounts, key=lambda mount: mount.inside.count("/"))
    return [
        word
        for mount in ordered
        for word in ("--bind" if mount.writable else "--ro-bind", os.fspath(mount.host), mount.inside)
    ]
