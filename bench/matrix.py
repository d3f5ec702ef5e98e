"""`make kill-matrix`: parts of a running `pyagent up` are killed at random times; every run still ends, once.

    python bench/matrix.py [--kills N] [--seed N] [--state FOLDER] [TARGET ...]

One `up`, one repository a kill. The loop is asked for, the target gets SIGKILL at a random moment of the run, and
then nothing is done but to wait. Afterwards git is asked (the branch's tree is that of an undisturbed run, every
change is on it once, `git fsck` is clean), Prefect (no slot is taken), and the process table (no orphan).
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
from pathlib import Path

from bench.killing.orchestra import TARGETS, Orchestra, Struck, orchestra
from bench.killing.target import make

KILLS = 5
"""For each target, in the full form."""
WITHIN_SECONDS = 120.0


def main() -> int:
    """Exit 0 when every kill was followed by the run's end in time and nothing was lost, doubled or left."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `up` is ended on every way out
    base = given.state or Path(tempfile.mkdtemp(prefix="pyagent-matrix-"))
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)  # the sandbox enters as another user
    print(f"seed {given.seed}, below {base}", flush=True)
    place, out = make(base / secrets.token_hex(4), postgres=""), base / "matrix.jsonl"
    struck = [Struck(**json.loads(line)) for line in out.read_text("utf-8").splitlines()] if out.exists() else []
    due = _due(given.targets or TARGETS, given.kills, struck)
    if due:
        with orchestra(place) as playing, out.open("a", encoding="utf-8") as told:
            for row in _strike_all(playing, due, random.Random(given.seed)):  # noqa: S311 - a printed seed, no secret
                struck.append(row)
                told.write(row.line() + "\n")
                told.flush()
                print(row.told(), flush=True)
    print(*_table(struck), sep="\n")
    late = any(row.seconds > WITHIN_SECONDS + row.undisturbed for row in struck)
    return 1 if late or not struck or any(row.faults or row.orphans for row in struck) else 0


def _due(targets: Sequence[str], kills: int, struck: Sequence[Struck]) -> list[str]:
    """Targets still to strike, in turns, so that an early end has struck each."""
    done = Counter(row.target for row in struck)
    return [target for turn in range(kills) for target in targets if done[target] <= turn]


def _strike_all(playing: Orchestra, due: Sequence[str], chance: random.Random) -> Iterator[Struck]:
    for target in due:
        yield playing.strike(target, chance)


def _table(struck: Sequence[Struck]) -> list[str]:
    lines = [f"{'target':18} {'kills':>5} {'slowest':>8} {'orphans':>8} {'faults':>7}"]
    for target in TARGETS:
        rows = [row for row in struck if row.target == target]
        if rows:
            slowest = max(row.seconds - row.undisturbed for row in rows)
            orphans, faults = sum(row.orphans for row in rows), sum(len(row.faults) for row in rows)
            lines.append(f"{target:18} {len(rows):5} {slowest:7.0f}s {orphans:8} {faults:7}")
    return [*lines, f"slowest: from the kill to the run's end, less an undisturbed run; bar {WITHIN_SECONDS:.0f} s"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--kills", type=int, default=KILLS, help="for each target")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="new each time unless given")
    parser.add_argument("--state", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
