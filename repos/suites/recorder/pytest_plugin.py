"""A pytest plugin that writes collected ids and every report to the journal."""

from __future__ import annotations

import os
from typing import Any

from .journal import Journal, loaded_modules

_MESSAGE = 600
_waiting: list[Journal] = []


def record_next_session(journal: Journal) -> None:
    """Have the next session of this process recorded, for runners that start pytest themselves."""
    _waiting.append(journal)
    os.environ["PYTEST_PLUGINS"] = __name__


def pytest_configure(config: Any) -> None:
    """Join the first session; sessions that tests start inside it are not ours."""
    if _waiting:
        os.environ.pop("PYTEST_PLUGINS", None)
        config.pluginmanager.register(Recording(_waiting.pop()), "pyagent-recording")


class Recording:
    """Hooks of one session."""

    def __init__(self, journal: Journal) -> None:
        """Write to `journal`."""
        self._journal = journal

    def pytest_collection_finish(self, session: Any) -> None:
        """Every id that will run, and what collecting them imported."""
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


def _text(report: Any) -> str:
    if report.outcome == "passed" or not report.longrepr:
        return ""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    return str(text)[-_MESSAGE:] if report.when == "collect" else str(text)[:_MESSAGE]
