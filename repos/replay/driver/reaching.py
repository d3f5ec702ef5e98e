"""Runs source text and tells which lines of one function ran."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS, _PATIENCE = 0.3, 2.0
"""Processor and wall time of one call."""
_AGAIN = 0.1
"""Seconds until a call that caught what should end it is told again."""
_CLOCKS = ((signal.SIGPROF, signal.ITIMER_PROF, _SECONDS), (signal.SIGALRM, signal.ITIMER_REAL, _PATIENCE))
_MOST_ITEMS = 100


class _Late(BaseException):
    """The call took too long; no handler of the target's catches this by accident."""


class Reached:
    """Runs source text and tells which lines of one function that ran."""

    def __init__(self, path: str, first: int, last: int) -> None:
        """`path` is the file, absolute; the function's definition spans the lines."""
        self._path, self._first, self._last = path, first, last
        self._codes: dict[Any, bool] = {}
        self.lines: set[int] = set()

    def run(self, text: str, modules: Iterable[str]) -> tuple[frozenset[int], Any, BaseException | None]:
        """(lines that ran, value, exception) of one expression."""
        scope: dict[str, Any] = {}
        for module in modules:
            importlib.import_module(module)
            top = module.partition(".")[0]
            scope[top] = sys.modules[top]
        self.lines = set()
        value, error, before = None, None, sys.gettrace()
        for name, clock, seconds in _CLOCKS:
            signal.signal(name, _late)
            signal.setitimer(clock, seconds, _AGAIN)
        try:
            code = compile(text, "<call>", "eval")
            sys.settrace(self._call)
            value = eval(code, scope)  # noqa: S307 - running the target's code is the errand
            if hasattr(value, "__next__"):
                value = [item for item, _ in zip(value, range(_MOST_ITEMS))]  # noqa: B905 - strict came with Python 3.10
        except BaseException as raised:  # noqa: BLE001 - whatever it raises is what came of it
            error = raised
        finally:
            sys.settrace(before)
            for _, clock, _ in _CLOCKS:
                signal.setitimer(clock, 0)
        return frozenset(self.lines), value, error

    def _call(self, frame: Any, event: str, _: Any) -> Any:
        code = frame.f_code
        if code not in self._codes:
            inside = self._first <= code.co_firstlineno <= self._last
            self._codes[code] = inside and os.path.realpath(code.co_filename) == self._path
        return self._line if event == "call" and self._codes[code] else None

    def _line(self, frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            self.lines.add(frame.f_lineno)
        return self._line


def _late(_: int, __: Any) -> None:
    raise _Late
