"""Parts (a) and (e) of `make falsify`: faults that must not pass the whole ladder, and honest changes that must.

    python bench/falsify/exam.py [--minutes N] [--workers N] [--seed N] [--state FOLDER] [NAME ...]

Each candidate climbs `repos.validation.validate` on its project's own base, environment and suite. Results are
appended to `exam.jsonl` in the state folder; a rerun with the same seed goes on. `--fresh` begins anew; under a new
set of gates nothing counts as judged.
"""

import argparse
import random
import secrets
import sys
import time
import tomllib
import traceback
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from bench.falsify.examiner import Wanted, examine
from bench.falsify.projects import drawn
from bench.falsify.rows import Row, read
from bench.falsify.telling import told
from cli.progress import LineProgress
from pyagent.errors import PyagentError
from pyagent.settings import SandboxSection, Settings
from repos.gates.trial import GATE_SET
from stages.wiring import wired

EQUIVALENT = Path(__file__).parent / "equivalents.toml"
"""Wrong edits that change nothing, each with the argument; a person wrote and read every one."""
LEAST_FAULTS, MOST_PASSED = 500, 0.02
LEAST_HONEST, MOST_ALARMS, LEAST_ACCEPTED = 200, 0.01, 0.5


def main() -> int:
    """Examine, then tell; 0 when the bars are met, 1 when they are not, 2 when there is too little to say."""
    given = _arguments()
    drawn_by = "" if given.tell else f"seed {given.seed}, "
    print(f"{drawn_by}gate set {GATE_SET}, state {given.state}", flush=True)
    out = given.state / "exam.jsonl"
    if given.fresh:
        out.unlink(missing_ok=True)
    if not given.tell:
        examine_all(given, out)
    rows = read(out)
    equivalents = _equivalents()
    print(*told(rows, equivalents), sep="\n")
    return verdict(rows, frozenset(equivalents))


def verdict(rows: Iterable[Row], equivalents: frozenset[str]) -> int:
    """The bars: at most 2 % of at least 500 faults pass, at most 1 % false alarms, half of 200 honest ones pass."""
    every = list(rows)
    wrong = [row for row in every if row.fault and row.id not in equivalents]
    honest = [row for row in every if not row.fault]
    if len(wrong) < LEAST_FAULTS or len(honest) < LEAST_HONEST:
        counts = f"{len(wrong)} of {LEAST_FAULTS} faults, {len(honest)} of {LEAST_HONEST} honest changes"
        print(f"too little to say: {counts}")
        return 2
    passed = sum(row.accepted for row in wrong) <= MOST_PASSED * len(wrong)
    quiet = sum(row.alarm for row in honest) <= MOST_ALARMS * len(honest)
    enough = sum(row.accepted for row in honest) >= LEAST_ACCEPTED * len(honest)
    return 0 if passed and quiet and enough else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only these projects, by name or as NAME==VERSION")
    parser.add_argument("--state", type=Path, default=Path(".pyagent/falsify"))
    parser.add_argument("--minutes", type=float, default=600.0, help="stop drawing after so many minutes")
    parser.add_argument("--workers", type=int, default=2, help="suites side by side")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="new each time unless given")
    parser.add_argument("--reserves", type=int, default=12, help="how many reserves are drawn")
    parser.add_argument("--faults", type=int, default=30, help="most faults for each project")
    parser.add_argument("--honest", type=int, default=12, help="most honest changes for each project")
    parser.add_argument("--suite-seconds", type=float, default=20.0, help="leave out suites that cost more CPU")
    parser.add_argument("--fresh", action="store_true", help="forget what was written before")
    parser.add_argument("--tell", action="store_true", help="only tell what was written before")
    return parser.parse_args()


def _equivalents() -> dict[str, str]:
    return tomllib.loads(EQUIVALENT.read_text("utf-8"))


def examine_all(given: argparse.Namespace, out: Path) -> None:
    """Every project in its drawn order, each within its share of the time that is left; a bad one stops no other."""
    pins = [pin for pin in drawn(given.seed, given.reserves) if not given.names or _called(pin) in given.names]
    pins += [name for name in given.names if "==" in name or "/" in name]
    settings = Settings(sandbox=SandboxSection(workers=given.workers))
    deadline = time.monotonic() + 60 * given.minutes
    state = given.state.absolute()
    with wired(settings, state, progress=LineProgress(Console(stderr=True)), offline=False) as wiring:
        for at, pin in enumerate(pins):
            if time.monotonic() > deadline:
                print(f"{pin}: left out: the time is over", flush=True)
                continue
            ends = time.monotonic() + (deadline - time.monotonic()) / (len(pins) - at)
            wanted = Wanted(given.faults, given.honest, given.suite_seconds, ends)
            # A folder by its name: where it lies must not change what is drawn.
            rng = random.Random(f"{given.seed} {Path(pin).name}")  # noqa: S311 - to be repeatable
            try:
                examine(wiring, pin, wanted, out, rng)
            except PyagentError as error:
                print(f"{pin}: left out: {error}"[:300], flush=True)
            except Exception as error:  # noqa: BLE001 - one project must not end the exam; the trace says where to look
                print(f"{pin}: broken off: {type(error).__name__}: {error}"[:300], flush=True)
                traceback.print_exc()


def _called(pin: str) -> str:
    return pin.partition("==")[0]


if __name__ == "__main__":
    sys.exit(main())
