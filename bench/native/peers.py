"""Other programs run for their cost: CPU seconds and peak memory as the system accounts them.

Wall time says little on a shared machine; user plus system time of a child and its children does.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: user plus system seconds, and the peak resident memory in MB."""

    cpu: float
    rss: float

    def __str__(self) -> str:
        """As the tables show it."""
        return f"{self.cpu:8.2f} CPU-s {self.rss:6.0f} MB"


def cost(argv: Sequence[str], *, output: Path, cwd: Path | None = None) -> Cost:
    """Run `argv` to its end, its output going to a file; linters may exit with anything but a signal."""
    with output.open("wb") as sink:
        process = subprocess.Popen(list(argv), stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode < 0:
        raise SystemExit(f"{argv[0]} ended by signal {-process.returncode}; see {output}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def alternating(commands: Mapping[str, Sequence[str]], *, runs: int, folder: Path) -> dict[str, Cost]:
    """The least of `runs` runs of each command, one after the other in turn, so that load hits all alike."""
    least: dict[str, Cost] = {}
    for number in range(runs):
        for name, argv in commands.items():
            print(f"  run {number + 1} of {runs}: {name}", file=sys.stderr, flush=True)
            found = cost(argv, output=folder / f"{name.replace(' ', '-')}.out")
            before = least.get(name, found)
            least[name] = Cost(min(before.cpu, found.cpu), min(before.rss, found.rss))
    return least
