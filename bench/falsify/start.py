"""What a start of the sandbox costs, in CPU milliseconds: `make falsify-start`; START="--rounds 100" passes flags on.

Every round starts each of these once, as root and as an ordinary user, so that load and clock speed fall on all alike:

- `bare`: the command alone, what any start pays;
- `setpriv`: a program of its own before it, what any launcher of one step pays;
- `bwrap`: bubblewrap's least, all namespaces over the host's own tree;
- `sandbox`: the product's full level, freight, jail, filter and supervision included;
- `groups`: the same in control groups of its own, where this person can make them here, else without.

A figure is the median over the rounds. `children` is what the kernel charged to the processes that were
started, `ours` what the starting process itself spent, `net` their sum without `bare`. What the kernel
does later in threads of its own, tearing namespaces down, is charged to nobody and not in any column.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.falsify.ordinary import as_ordinary_user  # noqa: E402 - run as a script
from pyagent.model import Level  # noqa: E402
from pyagent.ports import Job  # noqa: E402
from pyagent.sandbox.cgroups import groups_of_this_machine  # noqa: E402
from pyagent.sandbox.execution import OUTER_ENVIRONMENT  # noqa: E402
from pyagent.sandbox.privileges import identity  # noqa: E402
from pyagent.sandbox.runner import DEDICATED_UID, BubblewrapRunner, parts_of_this_machine  # noqa: E402

COMMAND = shutil.which("true") or "/bin/true"
ROUNDS = 60
PEERS: Mapping[str, tuple[str, ...]] = {
    "bare": (),
    "setpriv": ("setpriv", "--no-new-privs", "--"),
    # Without --as-pid-1 bubblewrap leaves before its child does, whose time is then charged to nobody.
    "bwrap": ("bwrap", "--unshare-all", "--as-pid-1", "--ro-bind", "/", "/", "--"),
}
SANDBOX, GROUPS = "sandbox", "groups"


def main() -> None:
    """The table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--worker", action="store_true", help="answer requests on standard input")
    options = asked.parse_args()
    if options.worker:
        serve()
        return
    people = {"root": [], "user": as_ordinary_user()} if os.geteuid() == 0 else {"user": []}
    show(measured(people, options.rounds), options.rounds)


def measured(people: Mapping[str, list[str]], rounds: int) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """(children, ours) in milliseconds of every start, by person and kind."""
    argv = [sys.executable, __file__, "--worker"]
    workers = {
        person: subprocess.Popen(
            [*before, *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", text=True, bufsize=1
        )
        for person, before in people.items()
    }
    order = [(person, kind) for kind in (*PEERS, SANDBOX, GROUPS) for person in people]
    costs: dict[tuple[str, str], list[tuple[float, float]]] = {one: [] for one in order}
    for number in range(-1, rounds):  # the first warms caches and is not counted
        for person, kind in order:
            cost = asked_of(workers[person], kind)
            if number >= 0:
                costs[person, kind].append(cost)
    for worker in workers.values():
        worker.communicate()
    return costs


def asked_of(worker: "subprocess.Popen[str]", kind: str) -> tuple[float, float]:
    """What one start of `kind` cost: children and ours."""
    if worker.stdin is None or worker.stdout is None:
        raise ValueError(kind)
    worker.stdin.write(f"{kind}\n")
    children, ours = worker.stdout.readline().split()
    return float(children), float(ours)


def serve() -> None:
    """One start for each line that names its kind."""
    runner = BubblewrapRunner(Level.FULL, parts_of_this_machine(identity(DEDICATED_UID)))
    grouped = replace(runner, groups=groups_of_this_machine(runner.parts.jail))
    kinds: dict[str, Callable[[], int]] = {kind: peer(before) for kind, before in PEERS.items()}
    kinds[SANDBOX] = lambda: runner.run(Job((COMMAND,))).code
    kinds[GROUPS] = lambda: grouped.run(Job((COMMAND,))).code
    for line in sys.stdin:
        before = spent()
        code = kinds[line.strip()]()
        after = spent()
        if code != 0:
            raise SystemExit(f"{line.strip()} ended with {code}.")
        print(*((late - early) * 1000 for early, late in zip(before, after, strict=True)), flush=True)


def peer(before: tuple[str, ...]) -> Callable[[], int]:
    """Starts the command behind `before`, as the product starts its processes."""
    argv = [*before, COMMAND]
    return lambda: subprocess.run(argv, env=OUTER_ENVIRONMENT, check=False, start_new_session=True).returncode


def spent() -> tuple[float, float]:
    """User and system seconds of all children that ended, and of this process."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    children, ours = (usage.ru_utime + usage.ru_stime for usage in usages)
    return children, ours


def show(costs: Mapping[tuple[str, str], list[tuple[float, float]]], rounds: int) -> None:
    """Medians, a row for each person and kind."""
    print(f"CPU-ms a start of {COMMAND}, medians of {rounds} rounds; load {os.getloadavg()[0]:.1f}")
    print(f"{'':8}{'':10}{'children':>10}{'ours':>8}{'net':>8}")
    for (person, kind), rows in costs.items():
        children, ours = (statistics.median(column) for column in zip(*rows, strict=True))
        bare = statistics.median(sum(row) for row in costs[person, "bare"])
        net = statistics.median(sum(row) for row in rows) - bare
        print(f"{person:8}{kind:10}{children:10.2f}{ours:8.2f}{net:8.2f}")


if __name__ == "__main__":
    main()
