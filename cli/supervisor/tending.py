"""One service through its lives: started, asked, found dead, started again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cli.supervisor.child import Child
from cli.supervisor.probing import is_ready
from cli.supervisor.record import Row
from cli.supervisor.services import Accepts, Answers, Ends, Service
from cli.supervisor.watch import Again, GiveUp, after_death, in_a_row

START_SECONDS = 240.0
"""For a service to become ready: a loaded machine was measured to need 80."""

Start = Callable[[Service], Child]
Tell = Callable[[str], None]


@dataclass(slots=True)
class Tended:
    """A service and how it stands; one thread looks after it."""

    service: Service
    start: Start
    tell: Tell
    state: str = "waiting"
    child: Child | None = None
    deaths: tuple[float, ...] = ()
    again_at: float = 0.0
    fault: str = ""
    """How it last died; empty before."""
    was_up: bool = False
    """It has been ready. One that never was is not started again: who holds it says why."""

    def begin(self) -> None:
        """Start it now."""
        self.child = self.start(self.service)
        self.state = "starting"

    def look(self) -> None:
        """Take the one step that is due; never waits, but for a web page's answer."""
        match self.state:
            case "starting":
                self._look_at_start()
            case "ready" if self.child is not None and (code := self.child.ended()) is not None:
                self._died(f"ended with exit code {code}")
            case "resting" if time.monotonic() >= self.again_at:
                self.begin()
            case _:
                pass

    def row(self) -> Row:
        """What to tell others."""
        shown = self.child if self.state in {"starting", "ready"} else None
        log = str(self.child.log) if self.child is not None else ""
        return Row(
            service=self.service.name,
            state=self.state,
            url=self.service.url,
            port=self.service.ready.port if isinstance(self.service.ready, Answers | Accepts) else None,
            pid=shown.pid if shown is not None else None,
            log=log,
        )

    def _look_at_start(self) -> None:
        child = self.child
        if child is None:
            return
        code, lived = child.ended(), time.monotonic() - child.started
        if code is not None:
            if code == 0 and isinstance(self.service.ready, Ends):
                self._reached("done", lived)
            else:
                self._died(f"ended with exit code {code} before it was ready")
        elif is_ready(self.service.ready, child):
            self._reached("ready", lived)
        elif lived > START_SECONDS:
            self._died(f"was not ready after {START_SECONDS:.0f} s")

    def _reached(self, state: str, lived: float) -> None:
        self.state, self.was_up = state, True
        self.tell(f"{self.service.name}: {state} after {lived:.0f} s {self.service.url}".rstrip())

    def _died(self, how: str) -> None:
        """Take away what the service left in its group, and decide what comes next."""
        child = self.child
        if child is None:
            return
        child.clear()
        self.fault = f"{self.service.name} {how}"
        if not self.was_up:
            self.state = "dead"
            return
        now = time.monotonic()
        self.deaths = in_a_row(self.deaths, child.started, now)
        match after_death(self.deaths):
            case Again(seconds):
                self.state, self.again_at = "resting", now + seconds
                self.tell(f"{self.fault}; again in {seconds:.0f} s")
            case GiveUp():
                self.state = "dead"
                self.tell(f"{self.fault}, {len(self.deaths)} times in a row: it stays dead\n{child.last_lines()}")
