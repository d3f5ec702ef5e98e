"""`make kill-matrix`: parts of a running `pyagent up` are killed at random times; every run still ends, once.

    python bench/matrix.py [--kills N] [--seed N] [--state FOLDER] [--postgres] [TARGET ...]

One `up`, one repository a kill. The loop is asked for, the target gets SIGKILL at a random moment of the run, and
then nothing is done but to wait. Afterwards git is asked (the branch's tree is that of an undisturbed run, every
change is on it once, `git fsck` is clean), Prefect (no slot is taken), and the process table (no orphan).
With --postgres all three databases are PostgreSQL's, whose server is a target too.
Results are appended to `matrix.jsonl` in the state folder; a second call with the same folder goes on.
"""

import argparse
import json
import random
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.killing.target import make
from bench.orchestra.playing import databases, orchestra
from bench.orchestra.strikes import DATABASE, TARGETS, Striker, Struck, striker
from tests.plugins.postgres import postgres_server

KILLS = 5
"""For each target, in the full form."""
WITHIN_SECONDS = 120.0
MISSES = 3
"""A target is aimed at this often for each kill: a run may end before its random moment comes."""
CONNECTIONS = ("-c", "max_connections=200")
"""Three programs with several processes each."""


def main() -> int:
    """Exit 0 when every kill was followed by the run's end in time and nothing was lost, doubled or left."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `up` is ended on every way out
    base = given.state or Path(tempfile.mkdtemp(prefix="pyagent-matrix-"))
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)  # the sandbox enters as another user
    print(f"seed {given.seed}, below {base}", flush=True)
    targets = given.targets or (*TARGETS, *([DATABASE] if given.postgres else []))
    out = base / "matrix.jsonl"
    struck = [Struck(**json.loads(line)) for line in out.read_text("utf-8").splitlines()] if out.exists() else []
    due = _due(targets, given.kills, struck)
    if due:
        with ExitStack() as ending, out.open("a", encoding="utf-8") as told:
            server = ending.enter_context(postgres_server(*CONNECTIONS)) if given.postgres else None
            place = make(base / secrets.token_hex(4), postgres=databases(server) if server else "")
            playing = ending.enter_context(orchestra(place))
            for row in _strike_all(striker(playing, random.Random(given.seed), server), due):  # noqa: S311 - printed
                struck.append(row)
                told.write(row.line() + "\n")
                told.flush()
                print(row.told(), flush=True)
    print(*_table(targets, struck), sep="\n")
    return 0 if _fulfilled(targets, given.kills, struck) else 1


def _due(targets: Sequence[str], kills: int, struck: Sequence[Struck]) -> list[str]:
    """Targets still to strike, in turns, so that an early end has struck each."""
    done = Counter(row.target for row in struck if row.hit)
    return [target for turn in range(kills) for target in targets if done[target] <= turn]


def _strike_all(striker: Striker, due: Sequence[str]) -> Iterator[Struck]:
    for target in due:
        for _ in range(MISSES):
            row = striker.strike(target)
            yield row
            if row.hit:
                break


def _fulfilled(targets: Sequence[str], kills: int, struck: Sequence[Struck]) -> bool:
    """Every target was struck so often, whatever was struck or missed ended whole, and every kill's run in time."""
    late = any(row.hit and row.seconds > WITHIN_SECONDS + row.undisturbed for row in struck)
    return not late and not _due(targets, kills, struck) and not any(row.faults or row.orphans for row in struck)


def _table(targets: Sequence[str], struck: Sequence[Struck]) -> list[str]:
    lines = [f"{'target':16} {'kills':>5} {'slowest':>8} {'orphans':>8} {'faults':>7}"]
    for target in targets:
        rows = [row for row in struck if row.target == target]
        slowest = max((row.seconds - row.undisturbed for row in rows if row.hit), default=0.0)
        orphans, faults = sum(row.orphans for row in rows), sum(len(row.faults) for row in rows)
        lines.append(f"{target:16} {sum(row.hit for row in rows):5} {slowest:7.0f}s {orphans:8} {faults:7}")
    return [*lines, f"slowest: from the kill to the run's end, less an undisturbed run; bar {WITHIN_SECONDS:.0f} s"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    known = (*TARGETS, DATABASE)
    parser.add_argument("targets", nargs="*", choices=[[], *known], metavar="TARGET", help=", ".join(known))
    parser.add_argument("--kills", type=int, default=KILLS, help="for each target")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="new each time unless given")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--postgres", action="store_true", help="all three databases on a PostgreSQL server")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
