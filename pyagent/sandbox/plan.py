"""What the jail is told, in a fixed layout: little-endian numbers, bytes and lists led by their length.

`native/jail/src/plan.rs` reads it, field by field in this order.
"""

import os
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pyagent.ports import Limits

OPEN_FILES = 1024
ADDRESS_FACTOR, ADDRESS_BYTES = 2, 2 << 30
"""RLIMIT_AS = factor x memory_bytes + bytes: address space is reserved far beyond what is used (64 MB per
thread's arena, mapped files), so this only stops what outruns the supervisor between two looks."""
CPU_SLACK_SECONDS = 2
"""The supervisor's sum over the tree comes first; the kernel's limit per process is the net below it."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Walls:
    """What the jail puts up before the command starts, beside the limits."""

    namespace: bool
    """True when the jail may kill every process it can see: it is the first of a pid namespace."""
    filter: bool
    """System calls a command has no business with are refused (`native/jail/src/filter.rs`)."""
    narrow: bool = False
    """So is what namespaces would hold: every socket but a pair, limits of other processes."""
    readable: tuple[str, ...] = ()
    """Where Landlock lets read and execute; empty for no such rules. Paths that are not there are left out."""
    writable: tuple[str, ...] = ()
    """Where it lets write as well."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A command and what it runs under; where its tree lies in the freight is added when it is packed."""

    work: str
    walls: Walls
    limits: Limits
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    collect: tuple[str, ...]
    collect_bytes: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The tree: folders with parents first, files with where their bytes lie, links with what they say."""

    folders: Iterable[str]
    files: Iterable[tuple[str, bool, int, int]]
    """Path, executable, offset, size."""
    links: Iterable[tuple[str, str]]


def ceilings(limits: Limits) -> tuple[int, ...]:
    """RLIMIT_AS, CORE, CPU, FSIZE, NOFILE and NPROC of each process inside.

    Processes are counted per user namespace since Linux 5.14, so runs at the same time do not share
    the ceiling; before that they count per host uid and do.
    """
    return (
        ADDRESS_FACTOR * limits.memory_bytes + ADDRESS_BYTES,
        0,
        limits.cpu_seconds + CPU_SLACK_SECONDS,
        limits.file_bytes,
        OPEN_FILES,
        limits.processes,
    )


def encoded(plan: Plan, tree: Placed) -> bytes:
    """The plan's bytes, with their length in the last 8."""
    body = b"".join(
        (
            _text(plan.work),
            struct.pack("<???", plan.walls.namespace, plan.walls.filter, plan.walls.narrow),
            _list(plan.walls.readable, _text),
            _list(plan.walls.writable, _text),
            struct.pack("<6Q", *ceilings(plan.limits)),
            _list(plan.argv, _text),
            _list(plan.environment.items(), _pair),
            _list(plan.collect, _text),
            struct.pack("<Q", plan.collect_bytes),
            _list(tree.folders, _text),
            _list(tree.files, _file),
            _list(tree.links, _pair),
        )
    )
    return body + struct.pack("<Q", len(body))


def _text(text: str) -> bytes:
    body = os.fsencode(text)
    return struct.pack("<I", len(body)) + body


def _pair(pair: tuple[str, str]) -> bytes:
    return _text(pair[0]) + _text(pair[1])


def _file(row: tuple[str, bool, int, int]) -> bytes:
    return _text(row[0]) + struct.pack("<?QQ", *row[1:])


def _list(items: Iterable[Item], one: Callable[[Item], bytes]) -> bytes:
    bodies = [one(item) for item in items]
    return struct.pack("<I", len(bodies)) + b"".join(bodies)
