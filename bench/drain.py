"""`make drain`: many candidates with nothing to do, submitted at once; every one must end.

    python bench/drain.py [--postgres] [--candidates N] [--workers N]

What is measured is the machinery: Prefect's queue, a process for each flow run, the ledger opened by each. Counted are
flow runs on Prefect's server that completed, and what the logs say of databases that were locked and asked again.
"""

import argparse
import re
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.killing.target import make
from bench.orchestra.asking import got, posted
from bench.orchestra.playing import Orchestra, databases, orchestra
from tests.plugins.postgres import postgres_server

TAG = "drain"
FULL = {False: (200, 2), True: (1000, 8)}
"""Candidates and workers: on SQLite, on PostgreSQL."""
ENDED = frozenset({"Completed", "Failed", "Crashed", "Cancelled"})
LOCKED = re.compile(r"database is locked|deadlock detected|could not serialize", re.IGNORECASE)
SECONDS_EACH = 30.0
"""The bench gives up after this for each candidate."""


def main() -> int:
    """Exit 0 when every candidate completed."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    candidates, workers = given.candidates or FULL[given.postgres][0], given.workers or FULL[given.postgres][1]
    base = Path(tempfile.mkdtemp(prefix="pyagent-drain-"))
    base.chmod(0o755)  # the sandbox enters as another user
    with ExitStack() as ending:
        server = ending.enter_context(postgres_server("-c", "max_connections=300")) if given.postgres else None
        place = make(base / secrets.token_hex(4), postgres=databases(server) if server else "")
        playing = ending.enter_context(orchestra(place, "--workers", str(workers)))
        print(f"{'PostgreSQL' if server else 'SQLite'}: {candidates} candidates, {workers} workers", flush=True)
        begun = time.monotonic()
        _submit(playing, candidates)
        print(f"submitted after {time.monotonic() - begun:.0f} s", flush=True)
        states = _drained(playing, candidates)
        print(f"{dict(states)} after {time.monotonic() - begun:.0f} s")
        for line in _otherwise(playing):
            print(line)
        for log, count in _locked(playing):
            print(f"{log}: a lock was met and asked for again {count} times")
    return 0 if states == Counter({"Completed": candidates}) else 1


def _submit(playing: Orchestra, candidates: int) -> None:
    """Changes that nobody knows: each flow lays the store, folds the ledger and finds nothing to do."""
    slug = playing.repository()
    found = got(f"{playing.prefect}/api/deployments/name/improve-candidate/improve-candidate")
    for number in range(candidates):
        asked = {"parameters": {"repository": slug, "change": f"nothing-{number}"}, "tags": [TAG]}
        posted(f"{playing.prefect}/api/deployments/{found['id']}/create_flow_run", asked)


def _drained(playing: Orchestra, candidates: int) -> Counter[str]:
    """How many flow runs stand where, once all ended or the time is over; progress on the way."""
    deadline, told = time.monotonic() + SECONDS_EACH * candidates, 0
    while True:
        states = Counter({name: _count(playing, name) for name in (*ENDED, "Running", "Pending", "Scheduled", "Late")})
        ended = sum(states[name] for name in ENDED)
        if ended >= told + max(1, candidates // 10):
            told = ended
            print(f"  {ended} of {candidates}", flush=True)
        if ended >= candidates or time.monotonic() > deadline:
            return +states
        time.sleep(5.0)


def _count(playing: Orchestra, state: str) -> int:
    asked = {"flow_runs": {"tags": {"all_": [TAG]}, "state": {"name": {"any_": [state]}}}}
    return posted(f"{playing.prefect}/api/flow_runs/count", asked)


def _otherwise(playing: Orchestra) -> Iterator[str]:
    """Every flow run that has not completed, with the server's last word on it."""
    asked = {"flow_runs": {"tags": {"all_": [TAG]}, "state": {"name": {"not_any_": ["Completed"]}}}, "limit": 200}
    for run in posted(f"{playing.prefect}/api/flow_runs/filter", asked):
        yield f"  {run['name']}: {run['state']['name']}: {run['state']['message']}"


def _locked(playing: Orchestra) -> Iterator[tuple[str, int]]:
    for log in sorted((playing.state / "logs").glob("*.log")):
        count = len(LOCKED.findall(log.read_text("utf-8", "replace")))
        if count or log.stem == "prefect-server":
            yield log.stem, count


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgres", action="store_true", help="all three databases on a PostgreSQL server")
    parser.add_argument("--candidates", type=int, default=0, help="200 on SQLite, 1,000 on PostgreSQL unless given")
    parser.add_argument("--workers", type=int, default=0, help="2 on SQLite, 8 on PostgreSQL unless given")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
