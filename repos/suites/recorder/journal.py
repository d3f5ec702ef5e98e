"""One line of JSON an event, flushed at once, so that a killed run leaves what it had done."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file that only the process which opened it writes to."""

    def __init__(self, path: str) -> None:
        """Open `path` anew; its folder is made when absent."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Bound here because tests may replace the functions of `os`.
        self._getpid, self._write, self._dumps = os.getpid, os.write, json.dumps
        self.events = 0
        self._owner = os.getpid()
        self._handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def write(self, event: str, **facts: Any) -> None:
        """Append one event; silent in forked children, whose tests are not ours."""
        if self._getpid() != self._owner:
            return
        self.events += 1
        body = self._dumps(dict(facts, event=event), default=str) + "\n"
        rest = memoryview(body.encode("utf-8", "backslashreplace"))
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
