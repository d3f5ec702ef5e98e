"""The errand: import the target with its functions marked, then make every call in a fork of that process."""

from __future__ import annotations

import ast
import base64
import builtins
import importlib
import json
import os
import random
import select
import signal
import sys
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from . import exploring
from .performing import perform
from .varying import Variation

_TAKE = "__pyagent_take__"
_SHOWN = 1500
"""Characters of one part that are handed out; its digest stands for all of it."""
_PATIENCE = 10.0
"""Wall seconds a call may take for each second of processor time it is allowed."""


def run() -> int:
    """Answer every call on a pipe opened before the target is imported; exit status 0 when all were tried.

    Standard input is JSON: {recorder, path, targets: [[path, name, order, module]], calls: [{id, target, data,
    other, seed, asked}], constants, seconds, recursion}. A call with a seed is varied; `other` is the call it may
    borrow from; only those asked for are made.
    """
    told: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    if "wanted" in told:
        return exploring.run(told, answers)
    sys.setrecursionlimit(told["recursion"])
    errand = Errand(told)
    _write(answers, {"absent": errand.prepare()})
    for call in told["calls"]:
        if call["asked"]:
            _write(answers, errand.answer(call))
    return 0


class Errand:
    """What was asked, and the bare functions of the target."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Nothing of the target is imported yet."""
        self._told = told
        self._root = str(Path.cwd().resolve())
        self._definitions: Any = importlib.import_module(told["recorder"] + ".definitions")
        self._pickling: Any = importlib.import_module(told["recorder"] + ".pickling")
        self._functions: dict[int, Any] = {}
        self._data = [base64.b64decode(call["data"]) for call in told["calls"]]
        self._vary = Variation([ast.literal_eval(text) for text in told["constants"]])

    def prepare(self) -> dict[str, str]:
        """Import every target's module; target number -> why it is not there."""
        ours = [path for path in sys.path if path not in self._told["path"]]
        sys.path[:] = [*self._told["path"], *ours]
        wanted = {tuple(target[:3]): number for number, target in enumerate(self._told["targets"])}
        paths = {key[0] for key in wanted}

        def mark(function: Any, key: Any) -> None:
            if key in wanted:
                self._definitions.insert_decorator(function, _TAKE, wanted[key])

        setattr(builtins, _TAKE, self._taking)
        self._definitions.compile_marked(self._root, paths.__contains__, mark)
        absent: dict[str, str] = {}
        for number, (_, _, _, module) in enumerate(self._told["targets"]):
            try:
                importlib.import_module(module)
            except BaseException as error:  # noqa: BLE001 - importing runs the target's code
                absent[str(number)] = "its module is not importable: " + type(error).__name__
                continue
            if number not in self._functions:
                absent[str(number)] = "it is not defined by importing its module"
        for data in self._data:  # once here, so that forks find what it imports
            with suppress(BaseException):
                self._pickling.loads(data)
        return absent

    def _taking(self, number: int) -> Any:
        def take(function: Any) -> Any:
            self._functions.setdefault(number, function)
            return function

        return take

    def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        """What one call did, from a fork that ends with it."""
        function = self._functions.get(call["target"])
        if function is None:
            return {"id": call["id"], "lost": "the function is not there"}
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._child(function, call, writing)
        os.close(writing)
        body = _read(reading, self._told["seconds"] * _PATIENCE)
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        try:
            return dict(json.loads(body or b""), id=call["id"])
        except ValueError:
            late = body is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF)
            return {"id": call["id"], "lost": "it does not end in time" if late else "it ends its process"}

    def _child(self, function: Any, call: dict[str, Any], writing: int) -> None:
        leave = os._exit  # bound before the target runs again
        with suppress(OSError):
            os.setpgid(0, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, self._told["seconds"])
        try:
            parts = self._made(function, call)
            parts = {name: _bounded(part) if isinstance(part, str) else part for name, part in parts.items()}
            rest = memoryview(json.dumps(parts).encode("utf-8", "backslashreplace"))
            while rest:
                rest = rest[os.write(writing, rest) :]
        finally:
            leave(0)

    def _made(self, function: Any, call: dict[str, Any]) -> dict[str, Any]:
        try:
            self._load(call)
        except BaseException as error:  # noqa: BLE001 - reading a pickle runs code of its classes
            return {"lost": "its arguments cannot be read back: " + type(error).__name__}
        parts = perform(function, lambda: self._load(call), self._root)
        for name in ("logged", "warned"):
            if name in parts:
                parts[name] = "\n".join(parts[name])
        return parts

    def _load(self, call: dict[str, Any]) -> Any:
        given = self._pickling.loads(self._data[call["id"]])
        if call["seed"] is None:
            return given
        seed, _, turn = str(call["seed"]).partition("/")
        swept = None
        if int(turn) % 2 == 0:
            swept = self._vary.swept(given, int(turn) // 2, random.Random(seed))  # noqa: S311 - reproducible, not secret
        if swept is not None:
            return swept
        other = self._pickling.loads(self._data[call["other"]])
        return self._vary.of(given, other, random.Random(call["seed"]))  # noqa: S311 - as above


def _bounded(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return text[:_SHOWN] + "... (digest of all " + digest + ")"


def _write(answers: int, row: dict[str, Any]) -> None:
    rest = memoryview(json.dumps(row).encode("utf-8", "backslashreplace") + b"\n")
    while rest:
        rest = rest[os.write(answers, rest) :]


def _read(reading: int, seconds: float) -> Any:
    """Everything until the other end closes; None when that takes too long."""
    found: list[bytes] = []
    end = time.monotonic() + seconds
    try:
        while True:
            ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            part = os.read(reading, 1 << 16)
            if not part:
                return b"".join(found)
            found.append(part)
    finally:
        os.close(reading)
