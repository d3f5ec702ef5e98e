"""Listens at `unittest.TestResult`, through which every runner built on unittest reports."""

from __future__ import annotations

import functools
import traceback
import unittest
from typing import Any, cast

from .journal import Journal

_MESSAGE = 600
_OUTCOMES = {
    "addSuccess": "passed",
    "addError": "error",
    "addFailure": "failed",
    "addSkip": "skipped",
    "addExpectedFailure": "xfailed",
    "addUnexpectedSuccess": "xpassed",
}


def listen(journal: Journal) -> None:
    """Write every outcome reported to any TestResult from now on."""
    for method, outcome in _OUTCOMES.items():
        setattr(unittest.TestResult, method, _listening(getattr(unittest.TestResult, method), outcome, journal))
    unittest.TestResult.startTest = _starting(unittest.TestResult.startTest, journal)
    unittest.TestResult.addSubTest = _subtests(unittest.TestResult.addSubTest, journal)


def _listening(original: Any, outcome: str, journal: Journal) -> Any:
    @functools.wraps(original)
    def reported(self: Any, test: Any, *rest: Any) -> Any:
        journal.write("report", id=_id(test), when="whole", outcome=outcome, text=_text(rest))
        return original(self, test, *rest)

    return reported


def _starting(original: Any, journal: Journal) -> Any:
    @functools.wraps(original)
    def started(self: Any, test: Any) -> Any:
        journal.write("start", id=_id(test))
        return original(self, test)

    return started


def _subtests(original: Any, journal: Journal) -> Any:
    @functools.wraps(original)
    def reported(self: Any, test: Any, subtest: Any, error: Any) -> Any:
        if error is not None:
            outcome = "failed" if issubclass(error[0], test.failureException) else "error"
            journal.write("report", id=_id(test), when="subtest", outcome=outcome, text=_text((error,)))
        return original(self, test, subtest, error)

    return reported


def _id(test: Any) -> str:
    return test.id() if hasattr(test, "id") else str(test)


def _text(rest: tuple[Any, ...]) -> str:
    """The reason of a skip, the last words of an exception, else nothing."""
    if not rest:
        return ""
    first: Any = rest[0]
    if isinstance(first, tuple):  # an exc_info triple
        kind, error, _ = cast("tuple[Any, Any, Any]", first)
        return "".join(traceback.format_exception_only(kind, error))[:_MESSAGE]
    return str(first)[:_MESSAGE]
