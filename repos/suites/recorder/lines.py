"""Which lines of the product ran, and in which tests, by coverage.py under settings of ours alone."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import time
import unittest
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .names import Names


class Measured:
    """Measures from now until `finish`; the project's own coverage configuration is never read.

    A line belongs to a test when it ran between the test's start and its end, set-up and tear-down
    included; what a shared fixture runs belongs to the test that happened to set it up. Lines that
    ran while modules were imported for collection, or in a class's set-up of unittest, belong to none.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        """Start; `told` names product paths, test paths, modules of tests to pass over, and where the report goes."""
        import coverage  # noqa: PLC0415 - present only where lines are measured

        self._root = Path.cwd().resolve()
        self._report = Path(told["report"])
        self._product = [self._root / path for path in told["product"]]
        self._tests = frozenset(self._root / path for path in told["tests"])
        with _counting_every_pass():
            self._coverage = coverage.Coverage(
                data_file=None,
                config_file=False,
                branch=False,
                include=[pattern for path in self._product for pattern in (str(path), f"{path}/*")],
                messages=False,
            )
            self._coverage.set_option("run:disable_warnings", ["no-data-collected", "module-not-measured"])
            for kind in ("exclude", "partial"):
                self._coverage.clear_exclude(kind)
            self._coverage.start()
        self._others = tuple(f"{stem}." for stem in told.get("others", ()))
        self._names = Names()
        self._places: dict[str, int] = {}
        self._seconds: list[float] = []
        self._clock = time.process_time
        self._begun = 0.0

    def pytest_collection_finish(self, session: Any) -> None:
        """Number ids as the record does."""
        self._names.seen(item.nodeid for item in session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Lines belong to this test from now on."""
        self.begin(nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Lines belong to no test any more."""
        self.end(nodeid)

    def listen_unittest(self) -> None:
        """Hear of tests through any TestResult from now on."""
        unittest.TestResult.startTest = _before(unittest.TestResult.startTest, self.begin)
        unittest.TestResult.stopTest = _before(unittest.TestResult.stopTest, self.end)

    def begin(self, name: str) -> None:
        """Lines belong to this test from now on; tests of `others` own none."""
        if any(stem in name for stem in self._others):
            return
        place = self._places.setdefault(self._names.of(name), len(self._places))
        if place == len(self._seconds):
            self._seconds.append(0.0)
        self._coverage.switch_context(str(place))
        self._begun = self._clock()

    def end(self, name: str) -> None:
        """Lines belong to no test any more."""
        place = self._places.get(self._names.of(name))
        if place is not None:
            self._seconds[place] += self._clock() - self._begun
            self._coverage.switch_context("")

    def finish(self) -> None:
        """Stop and write what ran, for every product file that parses.

        The report is `{tests, seconds, sets, files}`: ids in order of their first start, CPU seconds of
        each, sets of tests as hexadecimal numbers (bit n is the n-th test), and for each file its
        `statements`, the `executed` ones, and `ran_by`: [line, place in `sets`] of each line of a test.
        """
        self._coverage.stop()
        sets: dict[frozenset[str], int] = {}
        files: dict[str, dict[str, Any]] = {}
        for path in self._files():
            try:
                _, statements, _, missing, _ = self._coverage.analysis2(str(path))
            except Exception:  # noqa: BLE001, S112 - a file coverage cannot parse has no lines to report
                continue
            files[path.relative_to(self._root).as_posix()] = {
                "statements": list(statements),
                "executed": sorted(set(statements) - set(missing)),
                "ran_by": list(self._ran_by(path, sets)),
            }
        report = {
            "tests": list(self._places),
            "seconds": [round(seconds, 6) for seconds in self._seconds],
            "sets": [f"{sum(1 << int(place) for place in places):x}" for places in sets],
            "files": files,
        }
        self._report.write_text(json.dumps(report), encoding="utf-8")

    def _ran_by(self, path: Path, sets: dict[frozenset[str], int]) -> Iterator[tuple[int, int]]:
        data = self._coverage.get_data()
        for line, contexts in sorted(data.contexts_by_lineno(str(path)).items()):
            tests = frozenset(contexts) - {""}
            if tests:
                yield line, sets.setdefault(tests, len(sets))

    def _files(self) -> list[Path]:
        found = [path for place in self._product for path in ([place] if place.is_file() else place.rglob("*.py"))]
        return sorted(path for path in set(found) if not self._tests.intersection([path, *path.parents]))


@contextmanager
def _counting_every_pass() -> Generator[None, None, None]:
    """Have coverage hear a line each time it runs: by `sys.monitoring` it would hear of the first time alone."""
    known = os.environ.get("COVERAGE_CORE")
    os.environ["COVERAGE_CORE"] = "ctrace" if importlib.util.find_spec("coverage.tracer") else "pytrace"
    try:
        yield
    finally:
        if known is None:
            del os.environ["COVERAGE_CORE"]
        else:
            os.environ["COVERAGE_CORE"] = known


def _before(original: Any, tell: Any) -> Any:
    @functools.wraps(original)
    def told(self: Any, test: Any) -> Any:
        tell(test.id() if hasattr(test, "id") else str(test))
        return original(self, test)

    return told
