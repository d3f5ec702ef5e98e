"""A real supervisor in a process of its own, with small Python programs as its services."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.supervisor import record, strays
from cli.supervisor.surroundings import MARK
from tests.plugins.command import ROOT

PATIENCE_SECONDS = 90.0

SLEEP = "import time; time.sleep(600)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
"""
FLEEING = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=True)
time.sleep(600)
"""


def service(name: str, code: str = SLEEP, ready: tuple[object, ...] = ("Lives", 0.2)) -> dict[str, object]:
    return {"name": name, "code": code, "ready": ready}


def until(what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@dataclass
class Up:
    """A running supervisor."""

    process: subprocess.Popen[bytes]
    state: Path
    talk: Path

    def said(self) -> str:
        return self.talk.read_text("utf-8")

    def hears(self, words: str, seconds: float = PATIENCE_SECONDS) -> None:
        until(lambda: words in self.said() or self.process.poll() is not None, seconds)
        assert words in self.said(), self.said()

    def record(self) -> record.Record:
        found = record.read(self.state)
        assert found is not None
        return found

    def pids(self) -> tuple[int, ...]:
        return strays.marked(MARK, self.record().mark)

    def ends(self, sent: signal.Signals | None = None) -> int:
        if sent is not None:
            self.process.send_signal(sent)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def start(state: Path) -> Generator[Callable[..., Up]]:
    started: list[Up] = []

    def begin(*services: dict[str, object], driver: str = "driver.py", argument: str = "") -> Up:
        state.mkdir(exist_ok=True)
        talk = state.parent / f"talk{len(started)}"
        with talk.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name(driver)), str(state), argument or json.dumps(services)],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        started.append(Up(process, state, talk))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()
