"""Tests of ours among the suite's own, whose outcomes are known beforehand: some must fail, some pass, some err.

They stand in files laid over the tree and are run in the same session, the first of them before the
suite's tests, the last after them, the others between two of its files.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import unittest
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_random = random.SystemRandom()
"""Not the module's own generator, whose numbers are the suite's."""


def placed(items: list[Any], birds: list[list[Any]], file_of: Any) -> list[Any]:
    """`items` with one flock first, one last, the others at random places where `file_of` changes.

    Never inside a file: that would tear down what its tests share.
    """
    if not items or not birds:
        return items
    edges = [at for at in range(1, len(items)) if file_of(items[at - 1]) != file_of(items[at])] or [len(items)]
    spots = [0, len(items), *(_random.choice(edges) for _ in birds[2:])]
    result: list[Any] = []
    for at in range(len(items) + 1):
        result += [bird for number, flock in enumerate(birds) if spots[number] == at for bird in flock]
        result += items[at : at + 1]
    return result


def join_unittest(paths: Sequence[str]) -> None:
    """Have the first suite that a TextTestRunner runs from now on hold the canaries of these files."""
    original = unittest.TextTestRunner.run
    waiting = list(paths)

    def run(self: Any, test: Any) -> Any:
        own = _without(test, {Path(path).stem for path in waiting})
        flocks = [] if self.failfast else [_loaded(path) for path in waiting]
        waiting.clear()
        if flocks and own.countTestCases():
            own = unittest.TestSuite(placed(_parts(own), flocks, id))
        return original(self, own)

    unittest.TextTestRunner.run = run


def _without(test: Any, stems: set[str]) -> Any:
    """The suite without what discovery found of ours."""
    if isinstance(test, unittest.TestSuite):
        kept = [_without(part, stems) for part in test]
        test._tests[:] = [part for part in kept if part is not None]  # noqa: SLF001 - a suite has no other way out
        return test
    return None if type(test).__module__.rpartition(".")[2] in stems else test


def _parts(test: Any) -> list[Any]:
    """The suite's outermost parts, of which there is more than one where it has any; files stay whole."""
    parts = [test]
    while len(parts) == 1 and isinstance(parts[0], unittest.TestSuite) and not _is_file(parts[0]):
        parts = list(parts[0])
    return parts


def _is_file(suite: Any) -> bool:
    """Whether some test stands directly in the suite or in one of its parts, as classes of one file do."""
    return any(not isinstance(part, unittest.TestSuite) or _has_test(part) for part in suite)


def _has_test(suite: Any) -> bool:
    return any(not isinstance(part, unittest.TestSuite) for part in suite)


def _loaded(path: str) -> list[Any]:
    name = path[: -len(".py")].replace("/", ".")
    found = importlib.util.spec_from_file_location(name, str(Path(path).resolve()))
    if found is None or found.loader is None:
        return []
    module: ModuleType = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return list(unittest.defaultTestLoader.loadTestsFromModule(module))
