"""The errand of a search: recorded calls in, calls that run new lines out, each with what came of it."""

from __future__ import annotations

import ast
import base64
import importlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from .anything import kind_of
from .expressing import Inexpressible, expression
from .performing import deliberate
from .searching import Kept, Reached, recipes, search
from .varying import Variation

_LONGEST = 200


def run(told: dict[str, Any], answers: int) -> int:
    """Write one line of JSON for each call found: {call, modules, outcome, expected, lines}.

    `told` is {recorder, path, file, first, last, wanted, calls: [[module, name, data]], constants, seconds, seed}.
    """
    sys.path[:] = [*told["path"], *(path for path in sys.path if path not in told["path"])]
    pickling: Any = importlib.import_module(told["recorder"] + ".pickling")
    calls: list[Any] = []
    for module, name, data in told["calls"]:
        with suppress(BaseException):  # a call that cannot be read back here is no start
            importlib.import_module(module)
            calls.append((module, name, pickling.loads(base64.b64decode(data))))
    root = str(Path.cwd().resolve())
    reached = Reached(os.path.join(root, told["file"]), told["first"], told["last"])  # noqa: PTH118 - a string is compared
    vary = Variation([ast.literal_eval(text) for text in told["constants"]])
    wanted = frozenset(told["wanted"])
    start = list(recipes(calls))
    found = search(start, reached, vary, wanted=wanted, seconds=told["seconds"], seed=told["seed"])
    for each in found:
        row = _alone(each, reached, root)
        if row and row == _alone(each, reached, root):
            os.write(answers, json.dumps(row).encode("utf-8", "backslashreplace") + b"\n")
    return 0


def _alone(kept: Kept, reached: Reached, root: str) -> Any:
    """What came of the call in a fork that ends with it; None where that cannot be written down."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.close(reading)
            row = _observed(kept, reached, root)
            os.write(writing, json.dumps(row).encode("utf-8", "backslashreplace"))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        body = stream.read()
    os.waitpid(child, 0)
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None


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
