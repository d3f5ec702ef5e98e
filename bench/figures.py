"""`make bench`: what the loop costs, in CPU seconds. Figures are printed and read by a person, never asserted."""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from unittest.mock import patch

from cli.progress import Silence
from pyagent.model import ChangeClass
from pyagent.ports import Job
from pyagent.sandbox.runner import open_runner
from pyagent.settings import RepositorySection, Settings
from stages import ground
from stages.decisions import unlock
from stages.desk import lay
from stages.ground import Grounds
from stages.loop import Budget, run
from stages.wiring import wired

LINES = 50_000
"""Size of the day-0 project."""
TARGET = "sdist:tomlkit==0.15.2"
SKIPPED = {"test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__"}


def cpu() -> float:
    """User and system seconds of this process and of every child that ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def project(folder: Path) -> int:
    """A repository of standard-library modules with about LINES lines; how many it has."""
    package = folder / "library"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    count = 0
    for source in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if SKIPPED & set(source.parts) or count >= LINES:
            continue
        body = source.read_bytes()
        (package / f"m{count}_{source.stem.strip('_')}.py").write_bytes(body)
        count += body.count(b"\n")
    git = ["git", "-C", str(folder), "-c", "user.name=b", "-c", "user.email=b@localhost"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "library"]):
        subprocess.run([*git, *command], check=True)
    return count


def survey(state: Path, folder: Path) -> float:
    """CPU seconds of one `pyagent survey`."""
    before = cpu()
    command = [sys.executable, "-m", "cli", "--state", str(state), "--quiet", "survey", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return cpu() - before


def day_zero(scratch: Path) -> None:
    """A survey of a project never seen, then the same again."""
    lines = project(scratch / "library")
    cold, warm = (survey(scratch / "state", scratch / "library") for _ in range(2))
    print(f"day-0 report on {lines:,} lines: cold {cold:.1f} CPU-s (aim 60), warm {warm:.1f} CPU-s (aim 2)", flush=True)


def sandbox() -> None:
    """Twenty starts of `true`."""
    runner = open_runner()
    costs: list[float] = []
    for _ in range(20):
        before = cpu()
        runner.run(Job(argv=("/bin/true",)))
        costs.append(cpu() - before)
    print(f"sandbox start: median {statistics.median(costs) * 1000:.1f} CPU-ms of 20", flush=True)


def loop(scratch: Path, proposals: int) -> None:
    """The loop on tomlkit with its environment made before, beside the CPU of the suite runs alone."""
    state = scratch / "loop"
    suites: list[float] = []
    plain = ground.run_suite

    def counted(*given: object, **named: object) -> object:
        done = plain(*given, **named)
        suites.append(done.cpu_seconds)
        return done

    with wired(Settings(), state, progress=Silence(), offline=False) as wiring:
        Grounds(wiring, lay(wiring, RepositorySection(target=TARGET))).at_tip()
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (state / name).unlink(missing_ok=True)
    before = cpu()
    with (
        patch.object(ground, "run_suite", counted),
        wired(Settings(), state, progress=Silence(), offline=True) as wiring,
    ):
        desk = lay(wiring, RepositorySection(target=TARGET))
        unlock(wiring, desk.slug, frozenset({ChangeClass.H, ChangeClass.A}), by="bench/figures.py")
        done = run(wiring, desk, Budget(proposals, 3600.0), train_now=True)
        judged = len(wiring.of(desk.slug).validations)
    total, tests = cpu() - before, sum(suites)
    print(f"loop on {TARGET}: {done.proposals} proposals, {judged} judged, {done.merged} merged")
    print(f"  {total:.0f} CPU-s in all, {tests:.0f} of them in {len(suites)} suite runs")
    print(f"  overhead beyond the suite runs: {(total - tests) / tests:.0%} (aim 25 %)")
    print(f"  per verified proposal: {total / max(judged, 1):.1f} CPU-s (aim 60)", flush=True)


def main() -> int:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=40)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; CPU seconds, one run each", flush=True)
    scratch = Path(tempfile.mkdtemp(prefix="pyagent-bench-"))
    try:
        day_zero(scratch)
        sandbox()
        loop(scratch, given.proposals)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
