"""Part (f) of `make falsify`: does the benchmark gate find slow-downs, and does it leave equal code alone?

    python bench/falsify/benchmark.py [--minutes N] [--runs N] [--seed N] [--sizes 0,5,10] [--state FOLDER] [--tell]

Each run is one verdict's worth of measuring: a workload of `slowdowns`, a candidate that is the base itself
or does extra work, both instruments to their end. How much extra work makes 5 % is told by counting
instructions, how much makes 10 or 20 % by the clock at twice the base's time, where noise matters little.
Half of all runs are base against base. Results are appended to `benchmark.jsonl`; a rerun with the same seed
goes on.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.falsify.slowdowns import PLANTS, Sample, planted, samples
from pyagent.ports import Completed, Job, Runner
from pyagent.sandbox.runner import open_runner
from repos.environments.frozen import Environment
from repos.environments.interpreters import own_interpreter
from repos.measuring.instruments import COUNTED_SHARE, Ground, NoMeasure, Scale, count, interleaved
from repos.measuring.margins import Answer, Counts, instructions, memory, waiting
from repos.measuring.margins import time as clock
from repos.measuring.measure import FIRST, counted_runs, counts_of, settled
from repos.measuring.statistics import Decision, reading
from repos.measuring.valgrind import Valgrind, find_valgrind
from repos.measuring.workload import Workload
from repos.suites.outcomes import SuiteCommand, SuiteKind

SIZES = (0, 5, 0, 10, 0, 20)
"""Per cent of extra work, in turns; 0 is base against base."""
BY_COUNT = 5
"""The size that instructions tell; greater ones the clock does."""
TRIAL_LOOP, TRIAL_PASSES = 100, 10
"""Times over that extra work is done at first to know its price, and passes that are counted."""
CLEAR = {"counts": 0.2, "clock": 0.8}
"""The share at which it stands out, by instrument."""
NEAR, SECANTS = 0.002, 4
"""How near a size is met by counts, as a share of the base, and in so many steps."""
CLOCK_ROUNDS = 4
LEAST_EQUAL, MOST_ALARMS, LEAST_FOUND = 200, 0.01, 0.9
COMMAND = SuiteCommand(SuiteKind.PYTEST, (), (".",), (), ())


@dataclass(frozen=True, slots=True)
class Row:
    """One run."""

    index: int
    seed: int
    sample: str
    plant: str
    size: int
    """Per cent of extra instructions or time that were planted."""
    counted: str
    """What the counts decide; empty where they could not be taken."""
    timed: str
    other: str
    """What memory or waits object to, empty when nothing."""
    more: float
    """Slow-down by counts."""
    slower: float
    """Slow-down by time."""
    floor: float
    """Noise of the time."""
    rounds: int
    count_cpu: float
    time_cpu: float
    failed: str = ""


@dataclass(slots=True)
class Metered:
    """A Runner that adds up what its runs cost."""

    runner: Runner
    cpu_seconds: float = 0.0

    @property
    def level(self) -> object:
        """What the self-test proved."""
        return self.runner.level

    def run(self, job: Job) -> Completed:
        """Run and add."""
        done = self.runner.run(job)
        self.cpu_seconds += done.cpu_seconds
        return done

    def spent(self) -> float:
        """CPU seconds since the last time it was asked."""
        spent, self.cpu_seconds = self.cpu_seconds, 0.0
        return spent


def main() -> int:
    """Run, then tell; 0 when the bars are met, 1 when they are not, 2 when there is too little to say."""
    given = _arguments()
    out = given.state / "benchmark.jsonl"
    if not given.tell:
        _measure(given, out)
    rows = [row for row in _read(out) if row.seed == given.seed]
    print(*told(rows), sep="\n")
    return verdict(rows)


def _measure(given: argparse.Namespace, out: Path) -> None:
    done = {(row.seed, row.index) for row in _read(out)}
    until = time.monotonic() + 60 * given.minutes
    valgrind = find_valgrind()
    if valgrind is None:
        print("valgrind is not installed: only the clock is examined", file=sys.stderr)
    meter = Metered(open_runner(state=given.state))
    every = samples()
    with tempfile.TemporaryDirectory(prefix="pyagent-slow-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        for index in range(given.runs):
            if time.monotonic() > until:
                break
            if (given.seed, index) in done:
                continue
            row = _run(index, given.seed, given.sizes, every, meter=meter, valgrind=valgrind, folder=place)
            _append(out, row)
            print(
                f"{index + 1}/{given.runs} {row.sample} {row.size} %: counts {row.counted}, time {row.timed}",
                flush=True,
            )


def _run(
    index: int, seed: int, sizes: tuple[int, ...], every: tuple[Sample, ...],
    *, meter: Metered, valgrind: Valgrind | None, folder: Path,
) -> Row:  # fmt: skip
    rng = random.Random(f"{seed}/{index}")  # noqa: S311 - drawn again from the same seed
    sample, plant, size = rng.choice(every), rng.choice(sorted(PLANTS)), sizes[index % len(sizes)]
    times = _times(_Trials(sample, plant, meter, valgrind, folder), size) if size else 0
    place = _ground(sample, plant, times, meter, folder)
    recording = sample.recording()
    calls = Workload(recording, recording.functions)
    meter.spent()
    session = interleaved(calls, place, rounds=FIRST)
    empty = Row(index, seed, sample.name, plant, size, "", "", "", 0.0, 0.0, 0.0, 0, 0.0, 0.0)
    if isinstance(session, NoMeasure):
        return Row(**{**asdict(empty), "failed": session.reason})
    session = settled(session, calls, place)
    time_cpu = meter.spent()
    counts = counts_of(calls, place, valgrind, session.scale)
    said = clock(session)
    objections = [each.instrument for each in (memory(session), waiting(session)) if each.decision is Decision.SLOWER]
    more = instructions(counts, counted_runs(session.scale)) if isinstance(counts, Counts) else None
    return Row(
        index, seed, sample.name, plant, size,
        counted=more.decision.value if more else "",
        timed=said.decision.value,
        other=", ".join(objections),
        more=_share(more), slower=_share(said), floor=said.reading.floor if said.reading else 0.0,
        rounds=len(session.rounds), count_cpu=meter.spent(), time_cpu=time_cpu,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Trials:
    """Extra work of one kind in one workload, tried out."""

    sample: Sample
    plant: str
    meter: Metered
    valgrind: Valgrind | None
    folder: Path

    def counted(self, times: int) -> int:
        """Instructions of a few passes with the extra work done so many times a call."""
        if self.valgrind is None:
            raise SystemExit("Slow-downs are calibrated by counting: install valgrind.")
        calls, place = self._laid(times)
        found = count(calls, place, self.valgrind, scale=_scale(self.sample), candidate=True)
        if isinstance(found, NoMeasure):
            raise SystemExit(f"{self.sample.name} cannot be counted: {found.reason}")
        return found

    def clocked(self, times: int) -> float:
        """How much slower it is by the clock, as a share."""
        calls, place = self._laid(times)
        found = interleaved(calls, place, rounds=CLOCK_ROUNDS)
        if isinstance(found, NoMeasure):
            raise SystemExit(f"{self.sample.name} cannot be timed: {found.reason}")
        return reading(found.rounds).slowdown

    def _laid(self, times: int) -> tuple[Workload, Ground]:
        recording = self.sample.recording()
        place = _ground(self.sample, self.plant, times, self.meter, self.folder)
        return Workload(recording, recording.functions), place


_known: dict[tuple[str, str, int], int] = {}


def _times(trials: _Trials, size: int) -> int:
    """How often extra work is done a call to make the size; found once."""
    key = (trials.sample.name, trials.plant, size)
    if key not in _known:
        _known[key] = _by_count(trials, size / 100) if size == BY_COUNT else _by_clock(trials, size / 100)
    return _known[key]


def _by_count(trials: _Trials, share: float) -> int:
    """By secants from the base and a clear trial: a first loop alone changes how a function is specialised."""
    base = trials.counted(0)

    def more(times: int) -> float:
        return trials.counted(times) / base - 1

    late, above = _clear(more, CLEAR["counts"])
    early, below = 1, more(1)
    best = min((abs(above - share), late), (abs(below - share), early))
    for _ in range(SECANTS):
        times = max(1, round(early + (share - below) * (late - early) / (above - below)))
        found = more(times)
        best = min(best, (abs(found - share), times))
        if best[0] < NEAR or times in {early, late}:
            break
        early, below, late, above = (times, found, late, above) if found < share else (early, below, times, found)
    return best[1]


def _by_clock(trials: _Trials, share: float) -> int:
    late, above = _clear(trials.clocked, CLEAR["clock"])
    return max(1, round(late * share / above))


def _clear(more: Callable[[int], float], enough: float) -> tuple[int, float]:
    """So many times over that it stands out, and how much it then is."""
    times = TRIAL_LOOP
    while (found := more(times)) < enough:
        times *= 2 if found > enough / 4 else 8
    return times, found


def _scale(sample: Sample) -> Scale:
    """A few passes over every call, each of which is one run of its function."""
    return Scale(len(sample.calls), TRIAL_PASSES * COUNTED_SHARE, len(sample.calls))


def _ground(sample: Sample, plant: str, times: int, meter: Metered, folder: Path) -> Ground:
    """A tree with the sample's files, and the candidate's file over it."""
    tree, env = folder / sample.name, folder / "env"
    if not tree.exists():
        for path, body in sample.files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(body)
        (tree / sample.path).write_bytes(planted(sample.files[sample.path], sample.function, plant, 0))
    if not env.exists():
        env.mkdir()
        (env / "venv").symlink_to(sys.prefix)
    own = own_interpreter()
    environment = Environment("own", env, own.path, own.prefix, own.version, (), ())
    candidate = planted(sample.files[sample.path], sample.function, plant, times)
    return Ground(tree, {sample.path: candidate}, COMMAND, environment, meter)


def told(rows: Iterable[Row]) -> Iterator[str]:
    """The table, read by a person."""
    every = [row for row in rows if not row.failed]
    yield f"{len(every)} runs; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    yield "planted | counted | runs | slower by counts | slower by time | undecided by time | memory or waits object"
    for size in sorted({row.size for row in every}):
        some = [row for row in every if row.size == size]
        open_ = sum(row.timed == Decision.OPEN.value for row in some)
        found = f"{_part(some, 'counted')} | {_part(some, 'timed')} | {open_} | {sum(bool(row.other) for row in some)}"
        yield f"{size:>5} % | {median(row.more for row in some):+.1%} | {len(some):>4} | {found}"
    if every:
        counted = [row.count_cpu for row in every if row.counted]
        floors = sorted(row.floor for row in every)
        yield f"noise of the time: median {median(floors):.1%}, nine in ten under {floors[len(floors) * 9 // 10]:.1%}"
        clocked = median(row.time_cpu for row in every)
        yield f"CPU-s a verdict, medians: time {clocked:.1f}, counts {median(counted or [0]):.1f}"
        equal = [abs(row.more) for row in every if not row.size and row.counted]
        yield f"base against base by counts: at most {max(equal, default=0):.3%} apart"
    yield from (f"not measured: {row.sample}: {row.failed}" for row in rows if row.failed)


def verdict(rows: Iterable[Row]) -> int:
    """The bars: at most 1 % false alarms, 5 % found by counts and 10 % by time nine times in ten."""
    every = [row for row in rows if not row.failed]
    equal = [row for row in every if not row.size]
    if len(equal) < LEAST_EQUAL:
        print(f"too little to say: {len(equal)} of {LEAST_EQUAL} runs of base against base")
        return 2
    slower = Decision.SLOWER.value
    alarms = [row for row in equal if slower in {row.counted, row.timed} or row.other]
    five = [row.counted == slower for row in every if row.size == 5]  # noqa: PLR2004 - the size of the bar
    ten = [row.timed == slower for row in every if row.size == 10]  # noqa: PLR2004 - the size of the bar
    found = all(sum(hits) >= LEAST_FOUND * len(hits) for hits in (five, ten))
    return 0 if found and len(alarms) <= MOST_ALARMS * len(equal) else 1


def _part(rows: list[Row], instrument: str) -> str:
    hits = sum(getattr(row, instrument) == Decision.SLOWER.value for row in rows)
    asked = sum(bool(getattr(row, instrument)) for row in rows)
    return f"{hits} of {asked}"


def _share(said: Answer | None) -> float:
    return said.reading.slowdown if said and said.reading else 0.0


def _read(out: Path) -> list[Row]:
    """The rows written so far; a line cut short by a kill is left out."""
    rows: list[Row] = []
    for line in out.read_text("utf-8").splitlines() if out.exists() else ():
        try:
            rows.append(Row(**json.loads(line)))
        except ValueError:
            continue
    return rows


def _append(out: Path, row: Row) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a", encoding="utf-8") as file:
        file.write("\n" * bool(file.tell() and not out.read_bytes().endswith(b"\n")) + json.dumps(asdict(row)) + "\n")


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=240.0, help="stop starting new runs after so many minutes")
    parser.add_argument("--runs", type=int, default=2 * LEAST_EQUAL, help="runs in all, half of them base against base")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="per cent of extra work, in turns, as 0,5,10")
    parser.add_argument("--state", type=Path, default=Path(".pyagent/falsify"))
    parser.add_argument("--tell", action="store_true", help="only print what was measured before")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
