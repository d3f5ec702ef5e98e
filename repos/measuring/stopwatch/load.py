"""The recorded calls of one tree, ready to be made again: bare functions and fresh arguments."""

from __future__ import annotations

import asyncio
import base64
import gc
import importlib
import itertools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

# Mounted beside us; the recorder's own words for functions and arguments.
definitions: Any = importlib.import_module("pyagent_recorder.definitions")
pickling: Any = importlib.import_module("pyagent_recorder.pickling")
_TAKE = "__pyagent_take__"
_MOST_ITEMS = 10_000
"""Of a generator: an endless one must end."""


class Calls:
    """Calls as `told` names them: {root, search_path, modules: {path: name}, functions}.

    A function is {path, name, order, rewritten, calls}.

    Every function is the bare one, below its decorators, so that a cache of results measures nothing.
    """

    def __init__(self, told: dict[str, Any], root: str) -> None:
        """Import the modules that define the functions; raises what the imports raise."""
        paths = {row["path"] for row in told["functions"]}
        taken: dict[Any, Callable[..., Any]] = {}
        keys: list[Any] = []

        def take(index: int) -> Callable[[Any], Any]:
            def keep(function: Any) -> Any:
                taken[keys[index]] = function
                return function

            return keep

        def mark(function: Any, key: Any) -> None:
            definitions.insert_decorator(function, _TAKE, len(keys))
            keys.append(key)

        setattr(importlib.import_module("builtins"), _TAKE, take)
        definitions.compile_marked(root, paths.__contains__, mark)
        for path in sorted(paths):
            importlib.import_module(told["modules"][path])
        self._codes = [
            code
            for row in told["functions"]
            for inner, code in _within(taken[row["path"], row["name"], row["order"]].__code__, "")
            if inner in row["rewritten"]
        ]
        self._rows = [
            (taken[row["path"], row["name"], row["order"]], base64.b64decode(data))
            for row in told["functions"]
            for data in row["calls"]
        ]

    def fresh(self, first: int, copies: int) -> list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]:
        """The first so many calls, `copies` times over, each with arguments of its own; garbage is settled."""
        made: list[Any] = []
        for function, data in self._rows[:first] * copies:
            positional, keywords = pickling.loads(data)
            made.append((function, positional, keywords))
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        return made

    def codes(self) -> list[types.CodeType]:
        """What the compiler made of every function that was rewritten: one that is called, or one within it."""
        return self._codes

    def __len__(self) -> int:
        """How many calls there are."""
        return len(self._rows)


def _within(code: types.CodeType, inner: str) -> Iterator[tuple[str, types.CodeType]]:
    """The code and that of every function in it, by dotted name."""
    yield inner, code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _within(constant, f"{inner}.{constant.co_name}".lstrip("."))


def make(calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]) -> None:
    """Make every call; what it returns or raises is dropped."""
    for function, positional, keywords in calls:
        try:
            result = function(*positional, **keywords)
            settled(result)
        except (Exception, SystemExit, asyncio.CancelledError):  # noqa: BLE001, S112 - answers are compared elsewhere
            continue


def settled(result: Any) -> Any:
    """A generator's items or a coroutine's value, for the work is done there; anything else as it is."""
    lazy = _LAZY.get(result.__class__)
    return lazy(result) if lazy else result


def _items(result: Iterator[Any]) -> list[Any]:
    return list(itertools.islice(result, _MOST_ITEMS))


_LAZY: dict[type, Callable[[Any], Any]] = {types.GeneratorType: _items, types.CoroutineType: asyncio.run}


def place(root: str, was: str, search_path: list[str]) -> None:
    """Search modules where the recorded process did, with `root` in the place of the tree it saw at `was`."""
    moved = [root + path[len(was) :] if path == was or path.startswith(was + "/") else path for path in search_path]
    sys.path[:] = [*moved, *(path for path in sys.path if path not in moved)]
