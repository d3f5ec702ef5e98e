"""`make bench-up`: what both orchestrators cost while nothing happens, and for each thing that does.

    python bench/up.py [--postgres]

Absolute figures, to be read: memory is PSS, time is processor time of the client and, where it has a part, the server.
"""

import argparse
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.killing.target import make
from bench.orchestra.costs import cpu, memory
from bench.orchestra.playing import START_SECONDS, Orchestra, databases, orchestra
from bench.orchestra.processes import below, named, recorded
from bench.orchestra.strikes import STEP
from bench.orchestra.waiting import eventually
from cli.supervisor.databases import beside
from tests.plugins.postgres import postgres_server

SETTLED_SECONDS, IDLE_SECONDS = 60.0, 5.0
LINKS, TASKS = 50, 200
IDLE = 0.02
"""A server that uses less of a processor than this has nothing left to do."""


def main() -> int:
    """Print the figures; 0 once all were taken."""
    given = _arguments()
    base = Path(tempfile.mkdtemp(prefix="pyagent-up-"))
    base.chmod(0o755)  # the sandbox enters as another user
    with ExitStack() as ending:
        server = ending.enter_context(postgres_server("-c", "max_connections=200")) if given.postgres else None
        place = make(base / secrets.token_hex(4), postgres=databases(server) if server else "")
        print("tables in", "PostgreSQL" if server else "SQLite")
        playing = ending.enter_context(orchestra(place))
        time.sleep(SETTLED_SECONDS)
        _memory(playing)
        _idle(playing)
        _assets(playing)
        _tasks(playing)
        _partition(playing)
    return 0


def _memory(playing: Orchestra) -> None:
    """The pids of a service are its own and everything below it."""
    total = memory(playing.process.pid)
    print(f"{'memory of up itself':28} {total:7.0f} MiB")
    for row in recorded(playing.state).rows:
        if row.pid is not None:
            taken = sum(memory(pid) for pid in below(row.pid))
            total += taken
            print(f"{'memory of ' + row.service:28} {taken:7.0f} MiB")
    print(f"{'memory of everything':28} {total:7.0f} MiB")


def _idle(playing: Orchestra) -> None:
    print(f"{'processor while idle':28} {100 * _share(playing.process.pid, SETTLED_SECONDS):7.1f} % of one")


def _share(pid: int, seconds: float) -> float:
    before, begun = cpu(below(pid)), time.monotonic()
    time.sleep(seconds)
    return (cpu(below(pid)) - before) / (time.monotonic() - begun)


def _assets(playing: Orchestra) -> None:
    print(f"{'an asset that does nothing':28} {float(_said(playing, 'chain', str(LINKS))):7.1f} CPU-ms")


def _tasks(playing: Orchestra) -> None:
    """The server goes on for a while after the flow ended: what it then does is part of the price."""
    (pid,) = [row.pid for row in recorded(playing.state).rows if row.service == "prefect-server" and row.pid]
    resting = _share(pid, SETTLED_SECONDS)
    before, begun = cpu(below(pid)), time.monotonic()
    client = float(_said(playing, "mapped", str(TASKS)))
    eventually(lambda: _share(pid, IDLE_SECONDS) < resting + IDLE, START_SECONDS, "Prefect's server is idle again")
    served = 1000 * (cpu(below(pid)) - before - resting * (time.monotonic() - begun)) / TASKS
    print(f"{'a task that does nothing':28} {client + served:7.1f} CPU-ms: client {client:.1f}, server {served:.1f}")


def _partition(playing: Orchestra) -> None:
    """Runs after a first one, so that all find caches filled: with the checks of the data and without them."""
    slug = playing.repository()
    used = list[float]()
    for checks in (True, True, False):
        playing.launch(slug, checks=checks)
        used.append(_run(playing))
    work = float(_said(playing, "work", slug))
    for what, seconds in (("partition, with checks", used[1]), ("partition, without checks", used[2])):
        print(f"{'a run of one ' + what:38} {seconds - work:7.1f} CPU-s beyond {work:.2f} of work")


def _run(playing: Orchestra) -> float:
    """Processor seconds of Dagster's run, the last that could be read before it ended."""
    eventually(lambda: named(playing.state, STEP), START_SECONDS, "Dagster's run begins")
    (pid, *_), used = named(playing.state, STEP), 0.0
    while (now := cpu(below(pid))) > 0.0:
        used = max(used, now)
        time.sleep(0.05)
    return used


def _said(playing: Orchestra, module: str, argument: str) -> str:
    """What one of our modules prints, in the surroundings that `up` gives its services."""
    ours = {
        "DAGSTER_HOME": str(playing.state / "dagster"),
        "PREFECT_API_URL": f"{playing.prefect}/api",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PYAGENT_CONFIG": str(playing.configuration),
        "PYAGENT__PYAGENT__STATE": str(playing.state),
    }
    found = beside(playing.place.postgres or None)
    environ = {**playing.place.environ, **ours, **(found.variables if found else {})}
    command = [sys.executable, "-m", f"bench.orchestra.{module}", argument]
    done = subprocess.run(command, env=environ, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{module}: {done.stderr}")
    return done.stdout.split()[-1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgres", action="store_true", help="all three databases on a PostgreSQL server")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
