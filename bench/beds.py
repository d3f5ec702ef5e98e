"""`make beds`: the loop over eight released projects; a line each, then the sums the bar is set on.

    python bench/beds.py [--proposals N] [NAME ...]

Each bed runs in a state folder of its own under `.pyagent/beds`, so a second call costs little.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cli.progress import LineProgress
from pyagent.errors import PyagentError
from pyagent.ledger.facts import ProposalDeclined
from pyagent.ledger.views import RepositoryView
from pyagent.model import ChangeClass, Status
from pyagent.settings import RepositorySection, Settings
from stages.decisions import unlock
from stages.desk import Desk, lay
from stages.ground import Grounds
from stages.loop import Budget, run
from stages.survey import load_survey
from stages.wiring import Wiring, wired

BEDS = (
    "tomlkit==0.15.2",
    "parso==0.8.7",
    "pyparsing==3.3.3",
    "jinja2==3.1.6",
    "click==8.5.1",
    "bottle==0.13.4",
    "boltons==26.2.0",
    "lark==1.3.1",
)
EXTRACT = "extract-function"


@dataclass(frozen=True, slots=True)
class Result:
    """One bed's figures."""

    bed: str
    over_25: tuple[int, int]
    over_10: tuple[int, int]
    tickets: int
    proven: int
    named: int
    extracted: int
    """Functions with a cut merged; those cut part of the way have a ticket again, for the rest."""
    proposals: int
    statuses: Counter[str]
    merged: Counter[str]
    declined: Counter[str]
    tests: tuple[int, int]
    lost: int
    wall: float
    note: str = ""


def main() -> int:
    """Run the beds named, print what came of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=40, help="most proposals for each bed")
    parser.add_argument("--state", type=Path, default=Path(".pyagent/beds"))
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    beds = [bed for bed in BEDS if not given.names or bed.partition("==")[0] in given.names]
    results: list[Result] = []
    for bed in beds:
        try:
            results.append(one(bed, given.state / bed.partition("==")[0], given.proposals))
        except PyagentError as error:
            print(f"{bed}: {error}", flush=True)
            continue
        show(results[-1])
    sums(results)
    return 0 if len(results) == len(beds) and not any(result.lost for result in results) else 1


def one(bed: str, state: Path, proposals: int) -> Result:
    """The whole loop on one bed, classes H, A and T ticked."""
    start = time.monotonic()
    progress = LineProgress(Console(stderr=True))
    with wired(Settings(), state.absolute(), progress=progress, offline=False) as wiring:
        desk = lay(wiring, RepositorySection(target=f"sdist:{bed}"))
        unlock(wiring, desk.slug, frozenset({ChangeClass.H, ChangeClass.A, ChangeClass.T}), by="bench/beds.py")
        run(wiring, desk, Budget(proposals, 4 * 3600.0), train_now=True)
        return figures(bed, wiring, desk, time.monotonic() - start)


def figures(bed: str, wiring: Wiring, desk: Desk, wall: float) -> Result:
    """What the ledger and two suite runs say about a bed."""
    view = wiring.of(desk.slug)
    surveys = list(view.surveys.values())
    first, last = (load_survey(wiring, fact).measured.functions for fact in (surveys[0], surveys[-1]))
    cuts = [change for change, ticket in view.tickets.items() if ticket.transform == EXTRACT]
    answers = [fact for (change, _), fact in view.tried.items() if change in cuts]
    unnamed = {f.change for f in answers if isinstance(f, ProposalDeclined) and f.status is Status.NEEDS_A_NAME}
    written = {fact.change for fact in view.proposals.values()} & set(cuts)
    before = Grounds(wiring, desk).at(surveys[0].commit).bench.bases.latest()
    after = Grounds(wiring, desk).at(desk.forge.tip(desk.repository)).bench.bases.latest()
    quarantined = {name for fact in view.quarantined.values() for name in fact.ids}
    return Result(
        bed=bed,
        over_25=(over(first, 25), over(last, 25)),
        over_10=(over(first, 10), over(last, 10)),
        tickets=len(cuts),
        proven=len(unnamed | written),
        named=len(written),
        extracted=len(set(cuts) & set(view.merged)),
        proposals=len(view.proposals),
        statuses=Counter(standing.status.value for standing in view.standings.values()),
        merged=merged(view),
        declined=Counter(f.reason.partition(":")[0] for f in view.tried.values() if isinstance(f, ProposalDeclined)),
        tests=(len(before.passed()), len(after.passed())),
        lost=len(before.passed() - after.passed() - quarantined),
        wall=wall,
    )


def over(functions: tuple, limit: int) -> int:
    """How many functions are over a limit."""
    return sum(function.cyclomatic > limit for function in functions)


def merged(view: RepositoryView) -> Counter[str]:
    """Merged changes by transform."""
    return Counter(view.tickets[change].transform for change in view.merged)


def show(result: Result) -> None:
    """One bed, a few lines."""
    print(f"\n{result.bed}  ({result.wall:.0f} s)")
    print(
        f"  over 25: {result.over_25[0]} -> {result.over_25[1]}   over 10: {result.over_10[0]} -> {result.over_10[1]}"
    )
    print(
        f"  extract-function: {result.tickets} tickets, {result.proven} proven, {result.named} named and proposed, "
        f"{result.extracted} merged"
    )
    print(f"  proposals: {result.proposals}; changes: {listed(result.statuses)}")
    print(f"  declined: {listed(result.declined) or 'none'}")
    print(f"  merged: {listed(result.merged) or 'none'}")
    print(f"  tests passing: {result.tests[0]} -> {result.tests[1]}, lost {result.lost}", flush=True)


def listed(counts: Counter[str]) -> str:
    """Counts as words."""
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


def sums(results: list[Result]) -> None:
    """The figures the bar is set on."""
    print("\nall beds")
    print(f"  functions over 25: {sum(r.over_25[0] for r in results)} -> {sum(r.over_25[1] for r in results)}")
    print(f"  functions over 10: {sum(r.over_10[0] for r in results)} -> {sum(r.over_10[1] for r in results)}")
    for name in ("tickets", "proven", "named", "extracted"):
        print(f"  extract-function {name}: {sum(getattr(r, name) for r in results)}")
    print(f"  merged: {listed(sum((r.merged for r in results), Counter())) or 'none'}")
    print(f"  beds with a merged change: {sum(bool(r.merged) for r in results)} of {len(results)}")
    print(f"  tests lost: {sum(r.lost for r in results)}")


if __name__ == "__main__":
    sys.exit(main())
