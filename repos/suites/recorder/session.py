"""One recorded run: prepare the process, start the suite, write the end."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

from . import calls, lines, patience, pytest_plugin, unittest_hooks
from .journal import Journal, loaded_modules

_QUIET = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:random_order", "-p", "no:xdist", "--color=no"]


def run(specification: str) -> int:
    """Exit status of the suite described by `specification` (JSON: kind, arguments, journal, seconds, idle, measure).

    `measure` is null or {product: [paths], tests: [paths], report: path}; `calls`, where present, is what
    `calls.Recorded` takes.
    """
    told: dict[str, Any] = json.loads(specification)
    journal = Journal(told["journal"])
    patience.leave_when_late(journal, told["seconds"], told["idle"])
    measured = lines.Measured(told["measure"]) if told["measure"] else None
    recorded = calls.Recorded(told["calls"]) if told.get("calls") else None
    code = 1
    try:
        code = _start(told["kind"], list(told["arguments"]), journal)
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


def _start(kind: str, arguments: list[str], journal: Journal) -> int:
    if kind == "pytest":
        return _pytest(arguments, journal)
    unittest_hooks.listen(journal)
    sys.path.insert(0, "" if kind != "script" else str(Path(arguments[0]).resolve().parent))
    if kind == "unittest":
        arguments = ["unittest", *arguments]
    pytest_plugin.record_next_session(journal)
    sys.argv = list(arguments)
    if kind == "script":
        runpy.run_path(arguments[0], run_name="__main__")
    else:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _pytest(arguments: list[str], journal: Journal) -> int:
    import pytest  # noqa: PLC0415 - absent where another starter is used

    return int(pytest.main([*_QUIET, *arguments], plugins=[pytest_plugin.Recording(journal)]))


def _status(code: object) -> int:
    if code is None:
        return 0
    return code if isinstance(code, int) else 1
