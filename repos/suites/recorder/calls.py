"""Writes down the arguments that the product's functions were called with, as far as they survive pickling.

Only this process reads back what it pickled, and only inside a sandbox. What is kept of one function
is bounded in number and size and spread over the places that call it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from . import definitions, pickling

_SEEN = "__pyagent_seen__"
_FIRST = 3
"""Calls from one place that are always tried; afterwards the 4th, 8th, 16th and so on."""


class _Function:
    """What was seen of one function."""

    __slots__ = ("calls", "full", "kept", "key", "seconds", "sites", "size", "unkept")

    def __init__(self, key: definitions.Key) -> None:
        self.key = key
        self.calls = 0
        self.full = False
        self.kept: dict[bytes, tuple[str, bytes]] = {}
        self.seconds = 0.0
        self.sites: dict[tuple[str, int], int] = {}
        self.size = 0
        self.unkept: dict[str, int] = {}


class Recorded:
    """Listens from now until `finish`; `told` is {paths, most, bytes, seconds, report}.

    `paths` are the files whose functions count, `most` the calls kept of a function, `bytes` the size
    of one pickled call, `seconds` the processor time that all pickling together may take.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        """Mark functions of modules imported from now on."""
        import builtins  # noqa: PLC0415 - beside its only use

        self._told = told
        self._root = str(Path.cwd().resolve())
        self._paths = frozenset(told["paths"])
        self._functions: list[_Function] = []
        self._busy = threading.local()
        self._left = float(told["seconds"])
        self._owner = os.getpid()
        self._getpid, self._clock, self._frame = os.getpid, time.thread_time, getattr(sys, "_getframe")  # noqa: B009 - the caller's line is wanted, pyright: no private name
        setattr(builtins, _SEEN, self._seen)
        definitions.compile_marked(self._root, self._paths.__contains__, self._mark)

    def _mark(self, function: definitions.Function, key: definitions.Key) -> None:
        definitions.insert_call(function, _SEEN, len(self._functions))
        self._functions.append(_Function(key))

    def _seen(self, index: int, positional: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        found = self._functions[index]
        found.calls += 1
        if found.full or getattr(self._busy, "now", False):
            return
        site = self._caller()
        times = found.sites[site] = found.sites.get(site, 0) + 1
        if times > _FIRST and times & (times - 1):
            return
        self._busy.now = True
        try:
            self._keep(found, site, (positional, keywords))
        finally:
            self._busy.now = False

    def _caller(self) -> tuple[str, int]:
        try:
            frame = self._frame(3)
        except ValueError:  # called by the interpreter itself
            return "?", 0
        return frame.f_code.co_filename, frame.f_lineno

    def _keep(self, found: _Function, site: tuple[str, int], call: Any) -> None:
        begun = self._clock()
        try:
            data = pickling.dumps(call, most=self._told["bytes"])
        except pickling.TooLarge:
            _count(found.unkept, "too large")
        except Exception as error:  # noqa: BLE001 - pickling runs code of the objects, which may raise anything
            _count(found.unkept, "not picklable: " + type(error).__name__)
        else:
            found.kept.setdefault(hashlib.blake2b(data, digest_size=16).digest(), (self._shown(site), data))
        took = self._clock() - begun
        found.seconds += took
        self._left -= took
        tried = len(found.kept) + sum(found.unkept.values())
        share = float(self._told["seconds"]) / 20
        most = int(self._told["most"])
        found.full = len(found.kept) >= most or tried >= 4 * most or found.seconds > share or self._left < 0

    def _shown(self, site: tuple[str, int]) -> str:
        path = site[0]
        path = path[len(self._root) + 1 :] if path.startswith(self._root + os.sep) else path
        return path + ":" + str(site[1])

    def finish(self) -> None:
        """Write the report: a line of JSON about the process, then one for each function that was called."""
        if self._getpid() != self._owner:
            return
        place = Path(self._told["report"])
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("w", encoding="utf-8", errors="backslashreplace") as report:
            report.write(json.dumps({"path": list(sys.path), "modules": _modules(self._root)}) + "\n")
            for found in self._functions:
                if found.calls:
                    report.write(json.dumps(_row(found)) + "\n")


def _row(found: _Function) -> dict[str, Any]:
    path, name, order = found.key
    kept = [{"site": site, "data": base64.b64encode(data).decode("ascii")} for site, data in found.kept.values()]
    return {"path": path, "name": name, "order": order, "calls": found.calls, "unkept": found.unkept, "kept": kept}


def _modules(root: str) -> dict[str, str]:
    """File relative to the root -> the name it was imported by, the shortest: some modules lend theirs to another."""
    found: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        path = vars(module).get("__file__") if hasattr(module, "__dict__") else None
        if isinstance(path, str) and name != "__main__":
            place = os.path.realpath(path)
            if place.startswith(root + os.sep):
                known = found.setdefault(place[len(root) + 1 :], name)
                found[place[len(root) + 1 :]] = min(known, name, key=len)
    return found


def _count(counts: dict[str, int], reason: str) -> None:
    counts[reason] = counts.get(reason, 0) + 1
