"""One recorded run: prepare the process, start the suite, write the end."""

from __future__ import annotations

import importlib
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from . import calls, canaries, companions, lines, pytest_plugin, selection, unittest_hooks
from .journal import Journal, loaded_modules

_QUIET = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:random_order", "-p", "no:xdist", "--color=no"]


def prepared(told: dict[str, Any], pipe: int) -> Callable[[], int]:
    """The suite told of, ready to run, its journal open on `pipe` and the target's folders on sys.path.

    Told are kind, arguments, canaries, early, path, key, measure, only, first_failure.
    `measure` is null or {product: [paths], tests: [paths], report: path}; `only` is null or the ids of the
    tests to run; with `first_failure` the run ends with the first test that fails; `calls`, where present,
    is what `calls.Recorded` takes.
    """
    journal = Journal(pipe, bytes.fromhex(told.pop("key")))
    for name in told["early"]:
        _import_early(name)
    path = told["path"]
    if path:
        os.environ["PYTHONPATH"] = path
        sys.path[:0] = path.split(os.pathsep)
    else:
        os.environ.pop("PYTHONPATH", None)
    return lambda: _run(told, journal)


def _import_early(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError:  # this environment has no such tool
        return


def _run(told: dict[str, Any], journal: Journal) -> int:
    measured = lines.Measured(told["measure"]) if told["measure"] else None
    recorded = calls.Recorded(told["calls"]) if told.get("calls") else None
    code = 1
    try:
        code = start(told, journal, measured)
    except SystemExit as leaving:
        code = _status(leaving.code)
    finally:
        journal.write("modules", modules=loaded_modules())
        if measured:
            measured.finish()
        if recorded:
            recorded.finish()
    journal.write("end", code=code)
    return code


def start(told: dict[str, Any], journal: Any, measured: lines.Measured | None = None) -> int:
    """Exit status of the suite."""
    makers = [*_selecting(told), *([lambda: measured] if measured else [])]
    arguments = list(told["arguments"])
    if told["kind"] == "pytest":
        arguments = [*_QUIET, *arguments, *(["--maxfail=1"] if told.get("first_failure") else [])]
        return _pytest(arguments, pytest_plugin.Recording(journal, told["canaries"]), makers)
    unittest_hooks.listen(journal)
    canaries.join_unittest(told["canaries"])
    if measured:
        measured.listen_unittest()
    sys.path.insert(0, "" if told["kind"] != "script" else str(Path(arguments[0]).resolve().parent))
    if told["kind"] == "unittest":
        arguments = ["unittest", *arguments]
    pytest_plugin.record_next_session(journal, told["canaries"])
    if makers:
        companions.join_next_session(makers)
    sys.argv = list(arguments)
    if told["kind"] == "script":
        runpy.run_path(arguments[0], run_name="__main__")
    else:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _selecting(told: dict[str, Any]) -> list[companions.Maker]:
    """Have just the tests asked for run, whichever runner there is; the maker of what pytest needs for it."""
    if told.get("first_failure") and told["kind"] != "pytest":
        selection.stop_unittest_at_first_failure()
    if told.get("only") is None:
        return []
    if told["kind"] != "pytest":
        selection.choose_unittest(told["only"])
    return [partial(selection.plugin, told["only"], order=bool(told.get("fastest_first")))]


def _pytest(arguments: list[str], recording: Any, makers: Sequence[companions.Maker]) -> int:
    import pytest  # noqa: PLC0415 - absent where another starter is used

    plugins = [*(make() for make in makers), recording]
    return int(pytest.main(arguments, plugins=plugins))


def _status(code: object) -> int:
    """What the process would exit with: its low byte, 1 for a message."""
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1
