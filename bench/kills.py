"""`make kill-test`: the loop is killed at every named step and at random times; nothing may be lost or doubled.

Each scenario starts the real command on a small real project, kills it, starts it again (and often
kills it again) until it completes, and then asks git: every change of a run without kills is on the
branch once, the tree is that run's tree, `git fsck` is clean; besides, `pyagent audit` is sound and
nothing that was started outlives its process.
"""

import argparse
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
from pathlib import Path

from bench.killing.blows import adopt_orphans, hear_interrupts
from bench.killing.plans import Plan, Script
from bench.killing.scenarios import Played, Reference, play, refer
from bench.killing.target import make
from bench.killing.telling import kills, report
from pyagent.failpoints import POINTS
from tests.plugins.postgres import postgres_server

EACH = 10
"""Kills at each named step in the full form."""
SHORT = (
    "coverage.recorded",
    "propose.written",
    "validate.recorded",
    "deliver.committed",
    "merge.before-ref",
    "merge.after-ref",
    "merge.after-fact",
    "merge.before-eject",
    "undo.after-ref",
    "undo.before-fact",
)
"""The steps of the short form: the windows where a fact and the world may disagree."""
MOST_FAULTY = 5
"""Scenarios with faults after which nothing more is learnt."""


def main() -> int:
    """Exit 0 when every wanted blow fell and nothing was wrong, else 1; the folders of faulty scenarios are kept."""
    given = _arguments()
    plan = _short() if given.short else _full(given.kills)
    base = Path(tempfile.mkdtemp(prefix="pyagent-kills-"))
    base.chmod(0o755)  # the sandbox enters as another user
    print(f"seed {given.seed}, {given.workers} scenarios side by side, below {base}", flush=True)
    _prepare()
    with postgres_server() as server:
        fulfilled = _judged(plan, refer(make(base, postgres=server.url("postgres"))), given)
    if fulfilled:
        shutil.rmtree(base)
    return 0 if fulfilled else 1


def _prepare() -> None:
    adopt_orphans()
    hear_interrupts()


def _judged(plan: Plan, reference: Reference, given: argparse.Namespace) -> bool:
    """Play the plan and tell; True when every wanted blow fell and nothing was wrong."""
    usual = reference.usual
    print(f"a run without kills: {usual.cold:.1f} s from nothing, {usual.warm:.1f} s warm; ", end="")
    print(f"{len(reference.done.changes)} changes merged, each once", flush=True)
    begun = time.monotonic()
    played = _played(plan, reference, random.Random(given.seed), workers=given.workers)  # noqa: S311 - to be repeatable
    print(*report(played), sep="\n")
    print(f"{time.monotonic() - begun:.0f} s")
    if plan.left:
        print(f"not struck often enough: {plan.left}")
    return not plan.left and not any(each.faults for each in played)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300, help="at least so many kills; the named steps come first")
    parser.add_argument("--short", action="store_true", help="a dozen kills at the steps that matter most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="new each time unless given")
    return parser.parse_args()


def _full(wanted: int) -> Plan:
    steps = Counter(dict.fromkeys(POINTS, EACH))
    return Plan(steps, moments=max(wanted - steps.total(), wanted // 5), gits=2 * EACH, interrupts=EACH, disks=EACH)


def _short() -> Plan:
    return Plan(Counter(dict.fromkeys(SHORT, 1)), moments=2, gits=1, interrupts=1, disks=1)


def _played(plan: Plan, reference: Reference, rng: random.Random, *, workers: int) -> list[Played]:
    """Scenarios until the plan is fulfilled; no more than it has blows, so that a step never reached ends it."""
    most = plan.steps.total() + plan.moments + plan.gits + plan.interrupts + plan.disks
    played: list[Played] = []
    numbers = count(1)
    pending: dict[Future[Played], Script] = {}
    with ProcessPoolExecutor(workers, initializer=_prepare) as pool:
        while True:
            while len(pending) < workers and len(played) + len(pending) < most and _bearable(played):
                script = plan.next(rng, reference.usual)
                if script is None:
                    break
                pending[pool.submit(play, script, reference, next(numbers))] = script
            if not pending:
                return played
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                done = future.result()
                plan.settle(pending.pop(future), tuple(each.blow for each in done.struck))
                played.append(done)
                _progress(played)


def _bearable(played: list[Played]) -> bool:
    return sum(bool(each.faults) for each in played) < MOST_FAULTY


def _progress(played: list[Played]) -> None:
    last = played[-1]
    blows = [each.blow for each in last.struck]
    fell = ", ".join(blow.failpoint or blow.order or f"{blow.how.name} {blow.seconds:.2f} s" for blow in blows)
    print(f"{kills(played):>4} kills | {fell or 'nothing fell'} | {last.seconds:.0f} s", file=sys.stderr, flush=True)
    for fault in last.faults:
        print(f"  FAULT {fault}", f"    {last.script}", sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
