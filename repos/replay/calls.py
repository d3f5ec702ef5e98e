"""Calls that a suite made, as data; what was passed stays pickled and is only ever loaded inside a sandbox (pure)."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one function."""

    site: str
    """`path:line` of the caller."""
    data: bytes
    """Pickle of (positional arguments, keyword arguments), `self` first. Never load it outside a sandbox."""


@dataclass(frozen=True, slots=True)
class Function:
    """What was kept of one function's calls, in the order they came."""

    path: str
    name: str
    """As `__qualname__`; never of a function inside another one."""
    order: int
    """Among definitions of the same name in the file: a property's setter is 1."""
    calls: int
    """How often it was called in all."""
    kept: tuple[Call, ...]
    unkept: Mapping[str, int] = field(default_factory=dict[str, int])
    """Reason -> how many calls were tried and not kept."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Calls of a tree's functions under its own suite."""

    search_path: tuple[str, ...]
    """`sys.path` of the recorded process: what was pickled by reference is found along it."""
    modules: Mapping[str, str]
    """File relative to the root -> the name it was imported by."""
    functions: tuple[Function, ...]

    def of(self, path: str, name: str) -> tuple[Function, ...]:
        """Every definition of that name; a function inside another one is seen through the outermost."""
        outer = entry(name)
        return tuple(found for found in self.functions if (found.path, found.name) == (path, outer))


NOTHING = Recording((), {}, ())


def entry(name: str) -> str:
    """The qualified name by which a function is reached from outside: `f` for `f.<locals>.g`."""
    return name.partition(".<locals>")[0]


def read_recording(body: bytes) -> Recording:
    """The recorder's report; lines that are not its own are left out, whoever wrote them."""
    first, *rows = list(_lines(body)) or [{}]
    try:
        search_path = tuple(str(part) for part in first.get("path", ()))
        modules = {str(path): str(name) for path, name in cast("dict[str, str]", first.get("modules", {})).items()}
    except (TypeError, AttributeError):
        return NOTHING
    return Recording(search_path, modules, tuple(found for row in rows if (found := _function(row))))


def _lines(body: bytes) -> Iterator[dict[str, Any]]:
    for line in body.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield cast("dict[str, Any]", row)


def _function(row: Mapping[str, Any]) -> Function | None:
    try:
        kept = tuple(Call(str(call["site"]), base64.b64decode(call["data"], validate=True)) for call in row["kept"])
        unkept = {str(reason): int(count) for reason, count in row["unkept"].items()}
        return Function(str(row["path"]), str(row["name"]), int(row["order"]), int(row["calls"]), kept, unkept)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        return None
