"""One call in a process of its own: what it returned or raised, printed, warned, logged and did to its arguments."""

from __future__ import annotations

import asyncio
import dis
import io
import logging
import os
import random
import sys
import tempfile
import types
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .anything import first_of, is_a, kind_of
from .describing import describe, without_addresses

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_ITEMS = 500
_MOST_OUTPUT = 20_000
_ENDLESS = (RecursionError, MemoryError)
"""What these say depends on how deep the stack already was, not on the code."""


def perform(function: Any, load: Callable[[], Any], root: str) -> dict[str, Any]:
    """What calling `function` with the loaded `(positional, keywords)` did, as JSON-able parts.

    `root` is the folder of the target: an exception is deliberate when a `raise` of a file there raised it.
    """
    random.seed(0)
    positional, keywords = load()
    given = (list(positional), keywords)
    parts: dict[str, Any] = {"before": describe(given)}
    logs, printed = _Logs(), _Printed()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            value = _drained(function(*positional, **keywords))
        except _ENDLESS as error:
            printed.end()
            return {"lost": "it raises " + type(error).__name__}
        except BaseException as error:  # noqa: BLE001 - whatever it raises is what is compared
            parts["raised"], parts["message"] = _type_of(error), without_addresses(_said(error))
            parts["deliberate"] = deliberate(error, root)
        else:
            parts["returned"] = describe(value)
        logs.end()
        parts["printed"] = printed.end()
    parts["arguments"] = describe(given)
    parts["logged"] = logs.lines
    parts["warned"] = [row.category.__name__ + ": " + without_addresses(str(row.message)) for row in warned]
    return parts


class _Logs(logging.Handler):
    """Every record of every logger."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(1)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep name, level and text."""
        if len(self.lines) < _MOST_ITEMS:
            self.lines.append(record.name + " " + record.levelname + " " + without_addresses(record.getMessage()))

    def end(self) -> None:
        """Stop listening."""
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)


class _Printed:
    """Whatever is written to the standard streams, by Python or beneath it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process ends
        for number in (1, 2):
            os.dup2(self._file.fileno(), number)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)

    def end(self) -> str:
        """All of it in order."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        size = os.fstat(self._file.fileno()).st_size
        text = os.pread(self._file.fileno(), _MOST_OUTPUT, 0).decode("utf-8", "backslashreplace")
        more = "... " + str(size) + " bytes in all" if size > _MOST_OUTPUT else ""
        return without_addresses(text) + more


def _drained(value: Any) -> Any:
    """The value with what a generator, iterator or coroutine gives in its place."""
    if is_a(value, types.GeneratorType):
        return "generator", list(first_of(value, _MOST_ITEMS))
    if is_a(value, types.CoroutineType):
        return "coroutine", asyncio.run(value)
    if is_a(value, types.AsyncGeneratorType):
        return "async generator", asyncio.run(_collected(value))
    if kind_of(value).__module__ in ("builtins", "itertools") and hasattr(value, "__next__"):
        return kind_of(value).__name__, list(first_of(value, _MOST_ITEMS))
    return value


async def _collected(values: Any) -> list[Any]:
    found: list[Any] = []
    async for value in values:
        found.append(value)
        if len(found) == _MOST_ITEMS:
            break
    return found


def _type_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if "<locals>" in kind.__qualname__ else kind.__module__ + "." + kind.__qualname__


def _said(error: BaseException) -> str:
    try:
        return str(error)[:_MOST_OUTPUT]
    except Exception as second:  # noqa: BLE001 - a message that cannot be made is a kind of message
        return "<unsayable: " + type(second).__name__ + ">"


def deliberate(error: BaseException, root: str) -> bool:
    """Whether a `raise` of a file below `root` raised it."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or not last.tb_frame.f_code.co_filename.startswith(root + os.sep):
        return False
    code = last.tb_frame.f_code.co_code
    return dis.opname[code[last.tb_lasti]] in ("RAISE_VARARGS", "RERAISE")
