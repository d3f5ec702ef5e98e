"""The suite's end of the pipe to the keeper: one line of JSON an event, sent at once."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
from typing import Any

from . import frames

_HIGH = 200
"""The pipe moves up here, so that the suite finds the descriptors it would find in a process of its own."""


class Journal:
    """Sends events, numbered and signed; only the process that opened it is heard."""

    def __init__(self, pipe: int, key: bytes) -> None:
        """Take over the descriptor `pipe`."""
        # Bound here because tests may replace the functions of `os`.
        self._getpid, self._write, self._dumps, self._framed = os.getpid, os.write, json.dumps, frames.framed
        self.events = 0
        self._key = key
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._handle = fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, _HIGH)
        os.close(pipe)

    def write(self, event: str, **facts: Any) -> None:
        """Send one event; silent in forked children, whose tests are not ours."""
        if self._getpid() != self._owner:
            return
        body = self._dumps(dict(facts, event=event), default=str).encode("utf-8", "backslashreplace")
        with self._lock:
            rest = memoryview(self._framed(self._key, self.events, body))
            self.events += 1
            while rest:
                rest = rest[self._write(self._handle, rest) :]


def loaded_modules() -> list[tuple[str, str]]:
    """(name, `__file__`) of every loaded module that has one."""
    found: list[tuple[str, str]] = []
    for name, module in list(sys.modules.items()):
        # A module may be any object; asking it for an attribute may run its code and fail.
        path = vars(module).get("__file__") if hasattr(module, "__dict__") else None
        if isinstance(path, str):
            found.append((name, path))
    return sorted(found)
