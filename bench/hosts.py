"""`make two-hosts`: two workers on two hosts, one PostgreSQL; one host is cut off in the middle of a change.

    python bench/hosts.py [--state FOLDER]

Hosts are namespaces of this machine. They share the state folder, as over a network file system. First a run that
nobody disturbs: both hosts must take work. Then, while a host holds the lease of a change, its network goes; when the
run has ended without it, its network comes back. Its late writes must be refused, and every change be there once.
"""

import argparse
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.killing.target import Place, make
from bench.killing.world import look
from bench.orchestra.asking import got, posted
from bench.orchestra.hosts import CORE, NET, Host, bridge, enter, host
from bench.orchestra.playing import END_SECONDS, START_SECONDS, Orchestra, configured, databases
from bench.orchestra.waiting import eventually, within
from cli.supervisor.databases import beside
from cli.supervisor.services import Ports, Wanted, services
from cli.supervisor.surroundings import Surroundings, environment
from pipelines.processes import MACHINE
from pyagent.errors import StaleToken
from pyagent.ledger.facts import Fact, ValidationEnded
from pyagent.settings import Settings
from tests.plugins.postgres import postgres_server

PORT = 4200
API = f"http://{CORE}:{PORT}"
WORKERS = (1, 2)
LATE_SECONDS = 300.0
"""For a host that is back to try what it was about to write: TCP waits longer and longer between two tries."""
AWAY_SECONDS = 60.0
"""At least: longer than a lease lives without being renewed."""


def main() -> int:
    """Exit 0 when both hosts worked, the cut one's late writes were refused and nothing was lost or doubled."""
    given = _arguments()
    enter()
    bridge()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    base = given.state or Path(tempfile.mkdtemp(prefix="pyagent-hosts-"))
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)  # the sandbox enters as another user
    with ExitStack() as ending:
        ending.enter_context(_database())
        place = make(base / secrets.token_hex(4), postgres=f"postgresql://postgres@{CORE}/pyagent")
        playing, hosts = ending.enter_context(_cluster(place))
        faults = [*_both_work(playing), *_cut_off(playing, hosts)]
    print(*faults, sep="\n")
    return 1 if faults else 0


@contextmanager
def _database() -> Generator[None]:
    """PostgreSQL that the hosts reach: their network is trusted, nobody else is in it."""
    listening = ("-c", f"listen_addresses={CORE}", "-c", "max_connections=200")
    with postgres_server(*listening) as server:
        with (server.folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {NET}.0/24 trust\n")
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
        databases(server)
        yield


@contextmanager
def _cluster(place: Place) -> Generator[tuple[Orchestra, dict[int, Host]]]:
    """Prefect's server and the dispatcher here, a worker on each host."""
    state = place.base / ".pyagent"
    (state / "logs").mkdir(parents=True)
    around = Surroundings(
        state, configured(place), Settings().sandbox.level, PORT, pages=False, databases=beside(place.postgres)
    )
    environ = {**environment(around, place.environ), "PREFECT_API_URL": f"{API}/api"}
    hosts: dict[int, Host] = {}
    with ExitStack() as ending:
        process = ending.enter_context(_here(environ, state, "prefect", "server", "start", "--host", CORE))
        eventually(_healthy, START_SECONDS, f"Prefect's server answers: {state / 'logs'}")
        subprocess.run([sys.executable, "-m", "pipelines.install"], env=environ, check=True)
        ending.enter_context(_here(environ, state, "pipelines.dispatch"))
        for number in WORKERS:
            log = state / "logs" / f"host{number}.log"
            hosts[number] = host(number, _worker(f"host{number}"), environ, log)
            ending.callback(hosts[number].end)
        yield Orchestra(place, process, prefect=API), hosts


def _worker(machine: str) -> tuple[str, ...]:
    """The command `up` runs for a worker."""
    every = services(Wanted(dagster=False, machine=machine), Ports(PORT, 0, 0), Path())
    return next(each.command for each in every if each.name == "prefect-worker-1")


@contextmanager
def _here(environ: dict[str, str], state: Path, *words: str) -> "Generator[subprocess.Popen[bytes]]":
    with (state / "logs" / f"{words[0]}.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *words], env=environ, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _healthy() -> bool:
    return got(f"{API}/api/health")


def _both_work(playing: Orchestra) -> Iterator[str]:
    """A run nobody disturbs."""
    slug = playing.repository()
    playing.ask(slug)
    eventually(lambda: playing.ended(slug), START_SECONDS + END_SECONDS, f"the run on {slug} ends")
    taken = Counter(run["labels"][MACHINE] for run in _runs(playing) if MACHINE in run["labels"])
    print(f"undisturbed: flow runs by host {sorted(taken.values())}", flush=True)
    if len(taken) != len(WORKERS):
        yield f"only {len(taken)} of {len(WORKERS)} hosts took work"


def _cut_off(playing: Orchestra, hosts: dict[int, Host]) -> Iterator[str]:
    """A run in which the host that does not hold the loop is cut off while it holds a change."""
    slug = playing.repository()
    playing.ask(slug)
    name, number = eventually(lambda: _change_held(playing, slug, hosts), START_SECONDS, "a change is worked on")
    hosts[number].cut()
    at, seen = time.monotonic(), playing.facts(slug)
    print(
        f"cut off host{number}, holder of {name}, after {len(seen)} facts, last {type(seen[-1]).__name__}", flush=True
    )
    eventually(lambda: playing.ended(slug), END_SECONDS, f"the run on {slug} ends without that host")
    print(f"the run ended {time.monotonic() - at:.0f} s later", flush=True)
    time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - at)))
    before, log = playing.facts(slug), playing.state / "logs" / f"host{number}.log"
    hosts[number].join()
    refused = within(lambda: StaleToken.__name__ in log.read_text("utf-8", "replace"), LATE_SECONDS)
    print("its late writes were refused" if refused else "it tried no late write", flush=True)
    if not refused:
        yield f"no refusal in {log} within {LATE_SECONDS:.0f} s"
    change = name.rpartition("/")[2]
    after = playing.facts(slug)
    yield from _once(after, change)
    if len(after) != len(before):
        yield f"{len(after) - len(before)} facts were written after the run had ended"
    yield from _whole(playing, slug)


def _change_held(playing: Orchestra, slug: str, hosts: dict[int, Host]) -> tuple[str, int] | None:
    """A lease of a change and the host that holds it, once that host is not the loop's."""
    with psycopg.connect(playing.place.postgres) as connection:
        found = connection.execute("SELECT name, machine FROM leases WHERE holder IS NOT NULL").fetchall()
    loops = {machine for name, machine in found if name == f"{slug}/run"}
    for name, machine in found:
        if loops and name.startswith(f"{slug}/change/") and machine not in loops:
            return name, next(number for number, each in hosts.items() if _machine(each) in machine)
    return None


def _machine(each: Host) -> str:
    """The inode of its process namespace, which its name in the ledger ends in."""
    (child,) = Path(f"/proc/{each.process.pid}/task/{each.process.pid}/children").read_text("utf-8").split()
    return str(Path(f"/proc/{child}/ns/pid").stat().st_ino)


def _once(facts: list[Fact], change: str) -> Iterator[str]:
    ended = [fact for fact in facts if isinstance(fact, ValidationEnded) and fact.change == change]
    print(f"validations of that change that ended: {len(ended)}")
    if len(ended) != 1:
        yield f"{len(ended)} validations of {change} ended"


def _whole(playing: Orchestra, slug: str) -> Iterator[str]:
    """The world beside that of the first repository, on which nobody was cut off."""
    expected, seen = look(playing.state, "k0"), look(playing.state, slug)
    print(f"changes on the branch: {len(seen.changes)}, undisturbed {len(expected.changes)}")
    yield from (f"doubled: {change}" for change, times in seen.changes.items() if times > 1)
    if (len(seen.changes), seen.tree) != (len(expected.changes), expected.tree):
        yield f"{len(seen.changes)} changes and tree {seen.tree}, not {len(expected.changes)} and {expected.tree}"
    yield from seen.ills


def _runs(playing: Orchestra) -> list[dict[str, Any]]:
    return posted(f"{playing.prefect}/api/flow_runs/filter", {"limit": 200})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--state", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
