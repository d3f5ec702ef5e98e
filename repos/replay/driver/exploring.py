"""The errand of a search: recorded calls in, calls that run new lines out, each with what came of it."""

from __future__ import annotations

import ast
import base64
import importlib
import json
import os
import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .anything import is_a, kind_of
from .expressing import Inexpressible, expression
from .performing import deliberate
from .reaching import Reached
from .searching import Kept, Search, fewest
from .starting import Starts
from .varying import Variation

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 200
_OWN = 3
"""So much oftener than other texts is a literal of the function drawn."""
_SHORT, _MOST_TEXTS = 60, 60


def run(told: dict[str, Any], answers: int) -> int:
    """Write one line of JSON for each call found: {call, modules, outcome, expected, lines}.

    `told` is {recorder, path, file, module, name, first, last, wanted, calls: [[module, name, data]], others:
    [[module, name]], constants, seconds, seed}.
    """
    sys.path[:] = [*told["path"], *(path for path in sys.path if path not in told["path"])]
    root = str(Path.cwd().resolve())
    reached = Reached(os.path.join(root, told["file"]), told["first"], told["last"])  # noqa: PTH118 - a string is compared
    # In a fork: a call may end its process, and what was found until then is not lost.
    rows = _forked(lambda write: _search(told, reached, root, write))
    found = [Kept(row["text"], row["modules"], row["lines"]) for row in rows]
    for each in fewest(found, frozenset(told["wanted"])):
        seen = [_forked(lambda write, one=each: write(_observed(one, reached, root))) for _ in range(2)]
        if seen[0] and seen[0] == seen[1]:
            os.write(answers, json.dumps(seen[0][0]).encode("utf-8", "backslashreplace") + b"\n")
    return 0


def _search(told: dict[str, Any], reached: Reached, root: str, write: Callable[[Any], None]) -> None:
    pickling: Any = importlib.import_module(told["recorder"] + ".pickling")
    calls: list[Any] = []
    for module, name, data in told["calls"]:
        with suppress(BaseException):  # a call that cannot be read back here is no start
            importlib.import_module(module)
            calls.append((module, name, pickling.loads(base64.b64decode(data))))
    with suppress(BaseException):  # nor is the function where its module cannot be imported
        importlib.import_module(told["module"])
    constants = [ast.literal_eval(text) for text in told["constants"]]
    words = [word for word in constants if is_a(word, str) and word.isidentifier()]
    rng = random.Random(told["seed"])  # noqa: S311 - reproducible, not secret
    starts = Starts(calls, (told["module"], told["name"]), [tuple(name) for name in told["others"]], words, rng)

    def tell(kept: Kept) -> None:
        write({"text": kept.text, "modules": sorted(kept.modules), "lines": sorted(kept.lines)})

    vary = Variation([*constants * _OWN, *_texts(calls)])
    Search(reached, frozenset(told["wanted"]), told["seconds"], root, tell).run(starts, vary, rng)


def _texts(calls: list[Any]) -> list[Any]:
    """Short texts that the suite passed, each once: pieces of a language that a parser may read."""
    found: dict[Any, None] = {}
    for _, _, (positional, keywords) in calls:
        given: list[Any] = [*positional, *keywords.values()]
        found.update({value: None for value in given if kind_of(value) in (str, bytes) and 0 < len(value) <= _SHORT})
    return list(found)[:_MOST_TEXTS]


def _forked(do: Callable[[Callable[[Any], None]], None]) -> list[Any]:
    """What `do` wrote from a fork that ends with it, however it ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        leave = os._exit  # bound before the target runs
        with suppress(BaseException):
            os.close(reading)
            do(lambda row: _put(writing, row))
        leave(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        lines = stream.read().splitlines()
    os.waitpid(child, 0)
    rows: list[Any] = []
    for line in lines:
        with suppress(ValueError):  # the last one may be cut
            rows.append(json.loads(line))
    return [row for row in rows if row is not None]


def _put(writing: int, row: Any) -> None:
    rest = memoryview(json.dumps(row).encode("utf-8", "backslashreplace") + b"\n")
    while rest:
        rest = rest[os.write(writing, rest) :]


def _observed(kept: Kept, reached: Reached, root: str) -> Any:
    lines, value, error = reached.run(kept.text, kept.modules)
    modules = set(kept.modules)
    try:
        outcome, expected = _raised(error, modules, root) if error else _returned(value, modules)
    except Inexpressible:
        return None
    return {
        "call": kept.text, "modules": sorted(modules), "outcome": outcome, "expected": expected, "lines": sorted(lines),
    }  # fmt: skip


def _raised(error: BaseException, modules: set[str], root: str) -> tuple[str, str]:
    """Only what somebody wrote a `raise` for is worth a test."""
    if not isinstance(error, Exception) or not deliberate(error, root):
        raise Inexpressible
    return "raises", expression(kind_of(error), modules)


def _returned(value: Any, modules: set[str]) -> tuple[str, str]:
    with suppress(Inexpressible):
        return "equals", expression(value, modules)
    if kind_of(value).__repr__ is object.__repr__:
        raise Inexpressible
    shown = repr(value)
    if len(shown) > _LONGEST:
        raise Inexpressible
    return "shown", expression(shown, modules)
