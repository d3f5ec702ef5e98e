"""One recorded run: prepare the process, start the suite, write the end."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from . import calls, companions, lines, patience, pytest_plugin, selection, unittest_hooks
from .journal import Journal, loaded_modules

_QUIET = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:random_order", "-p", "no:xdist", "--color=no"]


def run(told: dict[str, Any]) -> int:
    """Exit status of the suite told of: kind, arguments, journal, seconds, idle, measure, only, first_failure.

    `measure` is null or {product: [paths], tests: [paths], report: path}; `only` is null or the ids of the
    tests to run; with `first_failure` the run ends with the first test that fails; `calls`, where present,
    is what `calls.Recorded` takes.
    """
    journal = Journal(told["journal"])
    patience.leave_when_late(journal, told["seconds"], told["idle"])
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
        return _pytest(arguments, journal, makers)
    unittest_hooks.listen(journal)
    if measured:
        measured.listen_unittest()
    sys.path.insert(0, "" if told["kind"] != "script" else str(Path(arguments[0]).resolve().parent))
    if told["kind"] == "unittest":
        arguments = ["unittest", *arguments]
    pytest_plugin.record_next_session(journal)
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
    return [partial(selection.plugin, told["only"])]


def _pytest(arguments: list[str], journal: Any, makers: Sequence[companions.Maker]) -> int:
    import pytest  # noqa: PLC0415 - absent where another starter is used

    plugins = [*(make() for make in makers), pytest_plugin.Recording(journal)]
    return int(pytest.main(arguments, plugins=plugins))


def _status(code: object) -> int:
    if code is None:
        return 0
    return code if isinstance(code, int) else 1
