"""A running `pyagent up`, one repository a kill, and what is left of a run whose parts were killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.killing.target import FILES, Place
from bench.killing.world import World, look
from cli.supervisor import record, strays
from cli.supervisor.surroundings import MARK
from pyagent.clock import SystemClock
from pyagent.ledger.facts import RunEnded, RunRequested, RunStarted
from pyagent.ledger.opening import open_ledger
from pyagent.ledger.processes import process_of
from tests.plugins.project import new_project

TARGETS = (
    "flow",
    "worker",
    "worker and flow",
    "dispatcher",
    "prefect server",
    "dagster run",
    "dagster daemon",
    "dagster code",
)
_SERVICES = {
    "worker": "prefect-worker-1",
    "worker and flow": "prefect-worker-1",
    "dispatcher": "dispatcher",
    "prefect server": "prefect-server",
    "dagster daemon": "dagster-daemon",
    "dagster code": "dagster-code",
}
START_SECONDS, END_SECONDS, ORPHAN_SECONDS, SLOT_SECONDS = 300.0, 420.0, 10.0, 120.0
_TEST = "tests/test_weights.py"
ORDERLY = {**FILES, _TEST: str(FILES[_TEST]).partition("    def test_one_of_the_pair")[0]}
"""The project without the pair that fails together: which of the two leaves hangs on who was proven first."""
_LAUNCH = """mutation { launchRun(executionParams: {
  selector: {repositoryLocationName: "pyagent", repositoryName: "__repository__", jobName: "loop"},
  executionMetadata: {tags: [{key: "dagster/partition", value: "%s"}]},
  runConfigData: {ops: {proposals: {config: {train_now: true}}}}}) { __typename } }"""


@dataclass(frozen=True)
class Struck:
    """One kill and what came of it."""

    target: str
    repository: str
    facts: int
    """In the repository's journal when it struck."""
    last: str
    """The last of them."""
    seconds: float
    """From the kill to the run's end."""
    undisturbed: float
    """From the first fact to the end of a run nobody disturbed."""
    orphans: int
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    def told(self) -> str:
        """For people."""
        where = f"after {self.facts} facts, last {self.last}"
        return f"{self.target:18} {self.repository:6} {where:46} ended {self.seconds:5.0f} s later  {self.faults or ''}"


@dataclass
class Orchestra:
    """`up` on a state folder."""

    place: Place
    process: "subprocess.Popen[bytes]"
    ports: tuple[int, int]
    """Prefect's and Dagster's."""
    number: int = 0
    expected: World | None = None
    undisturbed: float = 0.0

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.place.base / ".pyagent"

    def strike(self, target: str, chance: random.Random) -> Struck:
        """One run on a new repository with one kill in it; the first call first plays one without."""
        if self.expected is None:
            slug = self._repository()
            self._ask(slug)
            begun = _eventually(lambda: self._facts(slug), START_SECONDS, "the first run begins") and time.monotonic()
            _eventually(lambda: self._ended(slug), END_SECONDS, "an undisturbed run ends")
            self.undisturbed, self.expected = time.monotonic() - begun, look(self.state, slug)
        slug = self._repository()
        if target.startswith("dagster"):
            self._launch(slug)
        else:
            self._ask(slug)
        _eventually(lambda: self._begun(target, slug), START_SECONDS, f"the run on {slug} begins")
        time.sleep(chance.uniform(0.0, 3.0 if target.startswith("dagster") else 0.9 * self.undisturbed))
        seen, pids = self._facts(slug), self._pids(target)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        at = time.monotonic()
        time.sleep(ORPHAN_SECONDS)
        orphans = len(self._orphans())
        ended = _within(lambda: self._ended(slug), END_SECONDS)
        seconds = time.monotonic() - at
        faults = [] if ended else [f"no end within {END_SECONDS:.0f} s"]
        if not pids or any(isinstance(fact, RunEnded) for fact in seen):
            faults.append("struck nothing: there was no such process, or the run had ended")
        faults += [*self._harm(slug), *self._slots()]
        last = type(seen[-1]).__name__ if seen else "nothing"
        return Struck(target, slug, len(seen), last, seconds, self.undisturbed, orphans, faults)

    def _repository(self) -> str:
        """One more copy of the project under care, for services read the configuration each time they open."""
        slug = f"k{self.number}"
        self.number += 1
        new_project(self.place.base / slug, ORDERLY)
        with (self.place.base / "pyagent.toml").open("a", encoding="utf-8") as written:
            written.write(f'[[repository]]\ntarget = "{self.place.base / slug}"\nslug = "{slug}"\n')
        return slug

    def _ask(self, slug: str) -> None:
        with open_ledger(self.state, clock=SystemClock()) as ledger:
            ledger.journal.append([RunRequested(slug, f"asked-{slug}", "dagster", train_now=True)], token=None)

    def _launch(self, slug: str) -> None:
        _eventually(lambda: self._launched(slug), START_SECONDS, f"Dagster starts a run on {slug}")

    def _launched(self, slug: str) -> bool:
        return "LaunchRunSuccess" in self._graphql(_LAUNCH % slug)

    def _graphql(self, query: str) -> str:
        url = f"http://127.0.0.1:{self.ports[1]}/graphql"
        return _posted(url, {"query": query})

    def _begun(self, target: str, slug: str) -> bool:
        if target == "dagster run":
            return bool(self._pids(target))
        if target.startswith("dagster"):
            return True
        facts = self._facts(slug)
        return any(isinstance(fact, RunStarted) for fact in facts)

    def _pids(self, target: str) -> list[int]:
        """Processes of a target; for flows and Dagster runs those whose command line says so."""
        service = _SERVICES.get(target)
        rows = {row.service: row.pid for row in (record.read(self.state) or _nothing()).rows}
        found = [rows[service]] if service and rows.get(service) else []
        if target in {"flow", "worker and flow"}:
            found += _named(self._mark(), "prefect.engine")[:1]
        if target == "dagster run":
            found += _named(self._mark(), "execute_run")[:1]
        return [pid for pid in found if pid is not None]

    def _mark(self) -> str:
        return (record.read(self.state) or _nothing()).mark

    def _orphans(self) -> list[int]:
        """Marked processes that are no longer below `up`."""
        return [pid for pid in _marked(self._mark()) if self.process.pid not in _ancestors(pid)]

    def _facts(self, slug: str) -> list[Any]:
        with open_ledger(self.state, clock=SystemClock()) as ledger:
            return [entry.fact for entry in ledger.journal.entries(0) if entry.fact.repository == slug]

    def _ended(self, slug: str) -> bool:
        return any(isinstance(fact, RunEnded) for fact in self._facts(slug))

    def _harm(self, slug: str) -> list[str]:
        seen, expected = look(self.state, slug), self.expected
        assert expected is not None  # noqa: S101 - strike() made it
        found = [f"doubled: {change}" for change, times in seen.changes.items() if times > 1]
        if len(seen.changes) != len(expected.changes):
            found.append(f"{len(seen.changes)} changes on the branch, not {len(expected.changes)}")
        if seen.tree != expected.tree:
            found.append(f"the tree is {seen.tree}, not {expected.tree}")
        return [*found, *seen.ills]

    def _slots(self) -> list[str]:
        """Slots of Prefect's limits that stay taken."""
        taken = _within(lambda: not self._taken(), SLOT_SECONDS)
        return [] if taken else [f"slots taken: {self._taken()}"]

    def _taken(self) -> dict[str, int]:
        limits = json.loads(_posted(f"http://127.0.0.1:{self.ports[0]}/api/v2/concurrency_limits/filter", {}))
        return {each["name"]: each["active_slots"] for each in limits if each["active_slots"]}


@contextmanager
def orchestra(place: Place) -> Generator[Orchestra]:
    """`up` with everything, on free ports, until the end of the block."""
    written = '[policy.default]\nclasses = ["H", "A"]\nsearch_seconds = 0\n'
    (place.base / "pyagent.toml").write_text(written, "utf-8")
    command = [sys.executable, "-m", "cli", "--config", str(place.base / "pyagent.toml"), "up"]
    with (place.base / "up.log").open("wb") as log:
        process = subprocess.Popen(command, env=place.environ, stdout=log, stderr=log)
    playing = Orchestra(place, process, (0, 0))
    try:
        rows = _eventually(lambda: _ready(playing.state), START_SECONDS, f"`up` is ready: {place.base / 'up.log'}")
        playing.ports = (_port(rows, "prefect-server"), _port(rows, "dagster-webserver"))
        yield playing
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _ready(state: Path) -> dict[str, record.Row] | None:
    rows = {row.service: row for row in (record.read(state) or _nothing()).rows}
    return rows if rows and all(row.state in {"ready", "done"} for row in rows.values()) else None


def _nothing() -> record.Record:
    return record.Record(machine="", pid=0, started=None, since="", mark="")


def _port(rows: dict[str, record.Row], service: str) -> int:
    return int(rows[service].url.rpartition(":")[2])


def _posted(url: str, body: dict[str, Any]) -> str:
    data, headers = json.dumps(body).encode(), {"content-type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - our own loopback
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own loopback
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise  # it answers, and not what was asked
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1.0)  # a server that was just killed comes back


def _marked(mark: str) -> list[int]:
    return list(strays.marked(MARK, mark))


def _named(mark: str, word: str) -> list[int]:
    """Marked processes, oldest first, whose command line holds a word."""
    return sorted(pid for pid in _marked(mark) if process_of(pid).started is not None and word in _command(pid))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _ancestors(pid: int) -> set[int]:
    found = set[int]()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:
            return found
    return found


def _eventually(look: Callable[[], Any], seconds: float, what: str) -> Any:
    found = _within(look, seconds)
    if not found:
        raise SystemExit(f"never within {seconds:.0f} s: {what}")
    return found


def _within(look: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(1.0)
