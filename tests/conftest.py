"""Fences around every test: no home, no network, no skip that nobody reviewed."""

import os
import signal
import socket
import tomllib
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.plugins.wheelhouse",
    "tests.plugins.project",
    "tests.plugins.command",
    "tests.plugins.loops",
    "tests.plugins.own_environment",
    "tests.plugins.replaying",
    "tests.plugins.bare",
    "tests.plugins.s3",
]

REVIEWED = Path(__file__).parent / "skips.toml"
"""Test ids that may be skipped in CI, each with a reason and an end date."""

_skipped: list[str] = []


@pytest.fixture(autouse=True)
def _home_is_elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    for name in [name for name in os.environ if name.startswith("PYAGENT")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _network_is_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: object) -> None:
        host = str(address[0]) if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and not host.startswith(("127.", "::1", "localhost")):
            pytest.fail(f"a test reached for the network: {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


def pytest_configure() -> None:
    """Started in the background of a shell we would ignore Ctrl-C, and so would every command we start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, spread over the workers' shares: begun last, one of them is waited for alone."""
    long = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("timeout")]
    short = iter([item for item in items if item not in set(long)])
    left, workers = len(items), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items.clear()
    for number in range(workers):
        size = left // (workers - number)
        mine = long[number::workers]
        items += [*mine, *islice(short, max(size - len(mine), 0))]
        left -= size


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the session unless its id stands in the reviewed list."""
    if not os.environ.get("CI") or hasattr(session.config, "workerinput"):
        return
    reviewed = {row["id"]: row["until"] for row in tomllib.loads(REVIEWED.read_text("utf-8")).get("skip", [])}
    today = datetime.now(UTC).date()
    unreviewed = [name for name in _skipped if name not in reviewed or reviewed[name] < today]
    if unreviewed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nskipped in CI without a review in tests/skips.toml:", *unreviewed, sep="\n  ")  # noqa: T201 - the session's last word
