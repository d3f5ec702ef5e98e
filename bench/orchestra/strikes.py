"""One process of a running `up` is killed in the middle of a run: what is left of that run, asked of the world."""

import json
import os
import random
import signal
import time
from dataclasses import asdict, dataclass, field

from bench.killing.world import World, look
from bench.orchestra.playing import END_SECONDS, START_SECONDS, Orchestra
from bench.orchestra.processes import named, orphans, pid_of
from bench.orchestra.waiting import eventually, within
from pyagent.ledger.facts import Fact, RunEnded, RunStarted
from tests.plugins.postgres import PostgresServer

FLOW, DAGSTER_RUN, DAGSTER_CODE, DATABASE = "flow", "dagster run", "dagster code", "postgresql"
WORKER_AND_FLOW = "worker and flow"
SERVICES = {
    "worker": "prefect-worker-1",
    WORKER_AND_FLOW: "prefect-worker-1",
    "dispatcher": "dispatcher",
    "prefect server": "prefect-server",
    "dagster daemon": "dagster-daemon",
    DAGSTER_CODE: "dagster-code",
}
TARGETS = (FLOW, *SERVICES, DAGSTER_RUN)
"""And, where the ledger is on PostgreSQL, the server itself."""
ENGINE, STEP = "prefect.engine", "spawn_main"
"""Words of the command lines of a flow run's process, and of a Dagster run's: its code server spawns it."""
ORPHAN_SECONDS, SLOT_SECONDS, AWAY_SECONDS = 10.0, 120.0, 5.0


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
    """From the request to the end of a run nobody disturbed."""
    orphans: int
    hit: bool = True
    """A process of the target lived, and the run had not ended: else this is no kill."""
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    def told(self) -> str:
        """For people."""
        where = f"after {self.facts} facts, last {self.last}" if self.hit else "struck nothing"
        left = f"{self.orphans} orphans" if self.orphans else ""
        said = "; ".join(filter(None, (left, *self.faults)))
        return f"{self.target:16} {self.repository:4} {where:42} ended {self.seconds:4.0f} s later  {said}"


@dataclass
class Striker:
    """Kills, and knows what a run nobody disturbed comes to."""

    playing: Orchestra
    chance: random.Random
    expected: World
    undisturbed: float
    server: PostgresServer | None

    def strike(self, target: str) -> Struck:
        """One run on a new repository, one kill in it."""
        slug = self.playing.repository()
        (self.playing.launch if target.startswith("dagster") else self.playing.ask)(slug)
        self._wait(target, slug)
        seen = self.playing.facts(slug)
        hit = self._kill(target) and not any(isinstance(fact, RunEnded) for fact in seen)
        at = time.monotonic()
        time.sleep(ORPHAN_SECONDS)
        left = len(orphans(self.playing.state, self.playing.process.pid))
        ended = within(lambda: self.playing.ended(slug), END_SECONDS)
        seconds = time.monotonic() - at
        last = type(seen[-1]).__name__ if seen else "nothing"
        faults = ([] if ended else [f"no end within {END_SECONDS:.0f} s"]) + self.harm(slug) + self._slots()
        return Struck(target, slug, len(seen), last, seconds, self.undisturbed, left, hit, faults)

    def _wait(self, target: str, slug: str) -> None:
        """Until a random moment of what the target has to do with a run."""
        if target in {DAGSTER_RUN, DAGSTER_CODE}:
            eventually(lambda: named(self.playing.state, STEP), START_SECONDS, f"Dagster's run on {slug} begins")
            time.sleep(self.chance.uniform(0.0, 2.0))
        elif target.startswith("dagster"):
            time.sleep(self.chance.uniform(0.0, 5.0))
        else:
            eventually(lambda: _begun(self.playing.facts(slug)), START_SECONDS, f"the run on {slug} begins")
            time.sleep(self.chance.uniform(0.0, 0.8 * self.undisturbed))

    def _kill(self, target: str) -> bool:
        if target == DATABASE:
            return self._kill_database()
        state, pids = self.playing.state, list[int]()
        if target in SERVICES:
            pids += [pid for pid in [pid_of(state, SERVICES[target])] if pid is not None]
        if target in {FLOW, WORKER_AND_FLOW}:
            pids += named(state, ENGINE)[:1]
        if target == DAGSTER_RUN:
            pids += named(state, STEP)[-1:]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return bool(pids)

    def _kill_database(self) -> bool:
        """SIGKILL to the postmaster; its operator starts it again."""
        if self.server is None or self.server.process is None:
            return False
        self.server.process.kill()
        self.server.process.wait()
        time.sleep(AWAY_SECONDS)
        eventually(lambda: _starts(self.server), START_SECONDS, "PostgreSQL starts again")
        return True

    def harm(self, slug: str) -> list[str]:
        """What the repository's branch and store have that an undisturbed run's have not, or lack."""
        if not (self.playing.state / "stores" / f"{slug}.git").exists():
            return ["nothing was ever done"]
        seen = look(self.playing.state, slug)
        found = [f"doubled: {change}" for change, times in seen.changes.items() if times > 1]
        if len(seen.changes) != len(self.expected.changes):
            found.append(f"{len(seen.changes)} changes on the branch, not {len(self.expected.changes)}")
        if seen.tree != self.expected.tree:
            found.append(f"the tree is {seen.tree}, not {self.expected.tree}")
        return [*found, *seen.ills]

    def _slots(self) -> list[str]:
        """Slots of Prefect's limits that stay taken."""
        taken = within(lambda: not self.playing.taken(), SLOT_SECONDS)
        return [] if taken else [f"slots taken: {self.playing.taken()}"]


def striker(playing: Orchestra, chance: random.Random, server: PostgresServer | None) -> Striker:
    """Plays two runs nobody disturbs: the first fills caches, the second says how long one takes and what it does."""
    _undisturbed(playing, playing.repository())
    slug = playing.repository()
    seconds = _undisturbed(playing, slug)
    return Striker(playing, chance, look(playing.state, slug), seconds, server)


def _undisturbed(playing: Orchestra, slug: str) -> float:
    playing.ask(slug)
    eventually(lambda: _begun(playing.facts(slug)), START_SECONDS, f"the run on {slug} begins")
    begun = time.monotonic()
    eventually(lambda: playing.ended(slug), END_SECONDS, f"the undisturbed run on {slug} ends")
    return time.monotonic() - begun


def _begun(facts: list[Fact]) -> bool:
    return any(isinstance(fact, RunStarted) for fact in facts)


def _starts(server: PostgresServer | None) -> bool:
    """A killed server's backends hold its memory for a moment, and it refuses to start beside them."""
    try:
        if server is not None:
            server.start()
    except AssertionError:
        return False
    return True
