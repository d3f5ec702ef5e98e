"""A pytest plugin that sends collected ids and every report to the journal, and brings the canaries in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from .canaries import placed
from .journal import Journal, loaded_modules

_MESSAGE = 600
_waiting: list[Recording] = []


def record_next_session(journal: Journal, birds: Sequence[str]) -> None:
    """Have the next session of this process recorded, for runners that start pytest themselves."""
    _waiting.append(Recording(journal, birds))
    os.environ["PYTEST_PLUGINS"] = __name__


def pytest_configure(config: Any) -> None:
    """Join the first session; sessions that tests start inside it are not ours."""
    if _waiting:
        os.environ.pop("PYTEST_PLUGINS", None)
        recording = _waiting.pop()
        config.pluginmanager.register(recording, "pyagent-recording")


class Recording:
    """Hooks of one session."""

    def __init__(self, journal: Journal, birds: Sequence[str]) -> None:
        """Write to `journal`; `birds` are the files of canaries, relative to the current folder."""
        self._journal = journal
        self._flying = True
        self._birds: dict[str, dict[str, Any]] = {os.path.realpath(path): {} for path in birds}

    def pytest_configure(self, config: Any) -> None:
        """Have the canaries collected too, whatever names of files are; not where the first failure ends all."""
        self._flying = not config.option.maxfail
        if self._flying:
            config.args.extend(self._birds)

    def pytest_itemcollected(self, item: Any) -> None:
        """Remember our own, for the suite may deselect them."""
        flock = self._birds.get(_file(item))
        if flock is not None:
            flock[item.nodeid] = item

    def pytest_collection_finish(self, session: Any) -> None:
        """Every id that will run, and what collecting them imported."""
        own = [item for item in session.items if _file(item) not in self._birds]
        flocks = [list(flock.values()) for flock in self._birds.values()] if self._flying else []
        session.items[:] = placed(own, flocks, _file)
        session.testscollected = len(session.items)
        self._journal.write("collected", ids=[item.nodeid for item in session.items])
        self._journal.write("modules", modules=loaded_modules())

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """The test that runs from now on."""
        self._journal.write("start", id=nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        """A file that could not be collected, or that skipped itself."""
        if report.outcome != "passed":
            self._report(report, "collect", report.outcome)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One phase of one test; a subtest (it has a context) speaks only when it failed."""
        outcome = report.outcome
        if hasattr(report, "wasxfail"):
            outcome = "xfailed" if report.outcome == "skipped" else "xpassed"
        if outcome == "failed" or not hasattr(report, "context"):
            self._report(report, report.when, outcome)

    def _report(self, report: Any, when: str, outcome: str) -> None:
        self._journal.write("report", id=report.nodeid, when=when, outcome=outcome, text=_text(report))


def _file(item: Any) -> str:
    """Where an item stands; older versions of pytest call it `fspath`."""
    return os.path.realpath(str(getattr(item, "path", None) or item.fspath))


def _text(report: Any) -> str:
    if report.outcome == "passed" or not report.longrepr:
        return ""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    return str(text)[-_MESSAGE:] if report.when == "collect" else str(text)[:_MESSAGE]
