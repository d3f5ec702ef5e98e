"""How strong are the tests on the lines our own changes touch, and what does asking cost?

    python bench/falsify/strength.py [--state FOLDER] [--most N] [--seed N] [NAME ...]

For each bed: the base suite with and without measuring, then every class A change of ours (and of other
hands) whose touched lines all run: edits caught, CPU seconds. At the end: how many pass at which share.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from rich.console import Console

from bench.beds import BEDS
from bench.falsify.authors import Candidate, by_hand, ours
from cli.progress import LineProgress
from pyagent.errors import PyagentError
from pyagent.model import Answer, ChangeClass, Verdict
from pyagent.settings import RepositorySection, Settings
from repos.gates import executed, strength
from repos.gates.ladder import judged
from repos.gates.trial import Trial
from repos.suites.outcomes import SuiteRun
from stages.desk import lay
from stages.ground import Ground, Grounds
from stages.plan import plan
from stages.survey import split
from stages.wiring import Wiring, wired

SHARES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Asked:
    """One change's answer."""

    bed: str
    verdict: Verdict
    caught: int
    judged: int


def main() -> int:
    """Ask, a line each, then tell the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["tomlkit", "lark", "boltons"])
    parser.add_argument("--state", type=Path, default=Path(".pyagent/strength"))
    parser.add_argument("--most", type=int, default=20, help="most changes of each bed")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: list[Asked] = []
    with wired(
        Settings(), given.state.absolute(), progress=LineProgress(Console(stderr=True)), offline=False
    ) as wiring:
        for bed in [bed for bed in BEDS if bed.partition("==")[0] in given.names]:
            try:
                rng = random.Random(f"{given.seed} {bed}")  # noqa: S311 - to be repeatable
                found += asked(wiring, bed, given.most, rng)
            except PyagentError as error:
                print(f"{bed}: left out: {error}", flush=True)
    tell(found)
    return 0


def asked(wiring: Wiring, bed: str, most: int, rng: random.Random) -> Iterator[Asked]:
    """Every change of one bed whose touched lines all run."""
    desk = lay(wiring, RepositorySection(target=f"sdist:{bed}"))
    ground = Grounds(wiring, desk).at_tip()
    covered, plain = ground.bench.bases.covered(), _plain(ground)
    lines = covered.coverage or {}
    sets = {id(bits) for file in lines.values() for bits in file.ran_by.values()}
    print(
        f"{bed}: suite {plain.cpu_seconds:.1f} CPU-s, measured with its tests {covered.cpu_seconds:.1f}; "
        f"{len(covered.measured)} tests, {len(sets)} sets of them over "
        f"{sum(len(file.ran_by) for file in lines.values())} lines",
        flush=True,
    )
    plan(wiring, desk)
    tickets = tuple(wiring.of(desk.slug).tickets.values())
    hand = by_hand(ground, rng, split(ground.checkout)[0])
    for made in islice(_class_a(ground, chain(ours(ground, tickets, rng), islice(hand, most // 2))), most):
        trial = _trial(ground, made)
        verdict = judged(strength.GATE, strength.judge, trial)
        count = dict(verdict.facts).get("wrong edits caught", "0 of 0").split(" of ")
        print(
            f"  {made.route:28} {made.proposal.path} {made.proposal.name[:30]:30} {verdict.cpu_seconds:6.1f} CPU-s",
            end="",
        )
        print(f"  {verdict.answer.value}: {verdict.reason}", flush=True)
        for name, fact in verdict.facts:
            if name != "wrong edits caught":
                print(f"      {name}: {fact}", flush=True)
        yield Asked(bed, verdict, int(count[0]), int(count[1]))


def _plain(ground: Ground) -> SuiteRun:
    """A base run without measuring."""
    ground.bench.bases.fresh()
    return ground.bench.bases.latest()


def _class_a(ground: Ground, found: Iterator[Candidate]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for made in found:
        if made.proposal.change_class is ChangeClass.A and made.proposal.id not in seen:
            seen.add(made.proposal.id)
            if executed.judge(_trial(ground, made)).answer is Answer.PASSED:
                yield made


def _trial(ground: Ground, made: Candidate) -> Trial:
    bench = ground.bench
    trial = Trial(made.proposal, bench.base, bench.command, bench.runner, bench.environment)
    return replace(trial, covered=bench.bases.covered(), quarantined=bench.bases.quarantined)


def tell(found: list[Asked]) -> None:
    """The sums by bed."""
    for bed in dict.fromkeys(one.bed for one in found):
        rows = [one for one in found if one.bed == bed]
        answered = [one for one in rows if one.judged]
        costs = sorted(one.verdict.cpu_seconds for one in rows)
        print(f"\n{bed}: {len(rows)} changes, {len(answered)} with wrong edits that came to an answer")
        print(f"  caught {sum(o.caught for o in answered)} of {sum(o.judged for o in answered)} wrong edits")
        print(f"  CPU-s a change: median {costs[len(costs) // 2]:.1f}, most {costs[-1]:.1f}")
        counts = [f"{sum(o.caught >= share * o.judged for o in answered)} at {share:.0%}" for share in SHARES]
        print(f"  changes that pass: {', '.join(counts)}")


if __name__ == "__main__":
    sys.exit(main())
