"""Free ports, claimed until a server listens on them, and who holds the others."""

import os
import socket
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.supervisor.services import HOST
from pyagent.errors import EnvironmentFault

LISTENING = "0A"
"""State of a listening socket in /proc/net/tcp (proc(5))."""
TRIED = 100
"""Ports looked at, from the usual one upwards."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    command: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A port, and what to tell the operator about it; empty when it is the one expected."""

    port: int
    note: str = ""


def chosen(what: str, flag: str, asked: int | None, usual: int, claims: ExitStack) -> Chosen:
    """The port asked for, else the usual one, else the next free one above it; ours until `claims` is closed.

    EnvironmentFault, naming the holder, when the one asked for is taken.
    """
    if asked is not None:
        if not _is_claimed(asked, claims):
            raise EnvironmentFault(
                f"Port {asked}, asked for {what}, is taken by {_named(asked)}.",
                f"End that program, or give another port with {flag}.",
            )
        return Chosen(asked)
    port = next((port for port in range(usual, usual + TRIED) if _is_claimed(port, claims)), None) or any_free()
    if port == usual:
        return Chosen(port)
    return Chosen(port, f"port {usual} is taken by {_named(usual)}: {what} gets {port}")


def any_free() -> int:
    """A port nobody uses now."""
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return tried.getsockname()[1]


def is_free(port: int) -> bool:
    """Whether a server could listen on it now."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


def holder(port: int) -> Holder | None:
    """Who listens on it; None when nobody does, or when that process is not ours to see."""
    links = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not links:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _has_open(process, links):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
                return Holder(int(process.name), " ".join(words).strip())
    return None


def _is_claimed(port: int, claims: ExitStack) -> bool:
    """Whether the port is free and now ours: half a minute goes by before our server listens on it.

    A name in the kernel's own table of this network (unix(7), abstract sockets) goes with its process, as a port does.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(f"\0pyagent-up-port-{port}")
    except OSError:
        claim.close()
        return False
    if not is_free(port):
        claim.close()
        return False
    claims.enter_context(claim)
    return True


def _named(port: int) -> str:
    found = holder(port)
    if found is not None:
        return f"pid {found.pid} ({found.command[:100]})"
    return "another `pyagent up` that is starting" if is_free(port) else "a program that is not ours to see"


def _has_open(process: Path, links: set[str]) -> bool:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if os.readlink(descriptor) in links:  # noqa: PTH115 - `socket:[1]` is a name, not a path
                    return True
    return False


def _inodes(port: int) -> set[str]:
    """Of the sockets that listen on this port, at any address, from /proc/net/tcp and tcp6."""
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found
