"""Runs the tests asked for and leaves the others out; a runner that cannot choose runs all it has.

Under pytest, files without a chosen test are not even imported. Under runners built on unittest,
tests leave their suites before those run, so that fixtures of classes and modules are set up only
for tests that stay.
"""

from __future__ import annotations

import functools
import os
import unittest
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .names import Names

_RECENT = 7
"""The first pytest whose hooks are given `pathlib` paths, under names of their own."""


class Selection:
    """A pytest plugin for one session. Register it before the recording, which then hears of every id first."""

    def __init__(self, only: Iterable[str], *, order: bool = False) -> None:
        """Keep the tests named in `only`; with `order`, files run in the order in which `only` first names them."""
        self._places = {name: place for place, name in enumerate(only)}
        self._order = order
        self._session: Any = None
        self._wanted: frozenset[str] = frozenset()

    def pytest_configure(self, config: Any) -> None:
        """Learn which files hold chosen tests."""
        root = str(getattr(config, "rootpath", None) or config.rootdir)
        files = {name.partition("::")[0] for name in self._places}
        self._wanted = frozenset(os.path.realpath(Path(root, file)) for file in files)

    def pytest_sessionstart(self, session: Any) -> None:
        """Keep the session, which knows what the command line names."""
        self._session = session

    def ignored(self, path: Any) -> bool | None:
        """True for a file that holds no chosen test; None leaves the answer to others.

        Files named on the command line are collected: pytest calls it a wrong usage when they yield nothing.
        """
        name = os.path.basename(str(path))  # noqa: PTH119 - old versions give paths of their own kind
        if not os.path.isfile(str(path)) or name in {"__init__.py", "conftest.py"}:  # noqa: PTH113
            return None
        if os.path.realpath(str(path)) in self._wanted or self._session.isinitpath(path):
            return None
        return True

    def pytest_collection_finish(self, session: Any) -> None:
        """Leave out the tests that were not chosen."""
        names = Names()
        names.seen(item.nodeid for item in session.items)
        kept = [item for item in session.items if names.of(item.nodeid) in self._places]
        if self._order:
            places: dict[str, int] = {}
            for name, place in self._places.items():
                places.setdefault(name.partition("::")[0], place)
            kept.sort(key=lambda item: places[item.nodeid.partition("::")[0]])
        session.items[:] = kept


class _Recent(Selection):
    """For pytest 7 and newer."""

    def pytest_ignore_collect(self, collection_path: Any) -> bool | None:
        return self.ignored(collection_path)


class _Old(Selection):
    """For older ones, whose paths have another name; newer ones warn of it."""

    def pytest_ignore_collect(self, path: Any) -> bool | None:
        return self.ignored(path)


def plugin(only: Iterable[str], *, order: bool = False) -> Selection:
    """The plugin that fits the pytest there is."""
    import pytest  # noqa: PLC0415 - absent where another starter is used

    recent = int(pytest.__version__.partition(".")[0]) >= _RECENT
    return (_Recent if recent else _Old)(only, order=order)


def choose_unittest(only: Iterable[str]) -> None:
    """From now on every suite of unittest runs just the tests named."""
    original, wanted = unittest.TestSuite.run, frozenset(only)

    @functools.wraps(original)
    def run(self: Any, *given: Any, **named: Any) -> Any:
        self._tests = [test for test in self if _stays(test, wanted)]
        return original(self, *given, **named)

    unittest.TestSuite.run = run


def _stays(test: Any, wanted: frozenset[str]) -> bool:
    return isinstance(test, unittest.BaseTestSuite) or not hasattr(test, "id") or Names().of(test.id()) in wanted


def stop_unittest_at_first_failure() -> None:
    """From now on a result that hears of a failure asks its runner to stop."""
    for method in ("addError", "addFailure", "addUnexpectedSuccess"):
        setattr(unittest.TestResult, method, _stopping(getattr(unittest.TestResult, method)))
    unittest.TestResult.addSubTest = _stopping_subtests(unittest.TestResult.addSubTest)


def _stopping(original: Any) -> Any:
    @functools.wraps(original)
    def reported(self: Any, *given: Any) -> Any:
        self.stop()
        return original(self, *given)

    return reported


def _stopping_subtests(original: Any) -> Any:
    @functools.wraps(original)
    def reported(self: Any, test: Any, subtest: Any, error: Any) -> Any:
        if error is not None:
            self.stop()
        return original(self, test, subtest, error)

    return reported
