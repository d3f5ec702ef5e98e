"""How many complex functions can the gates judge: are the lines that our extraction edits all run by tests?

    python bench/falsify/reach.py [--search-only] [--minutes N] [--state FOLDER] [NAME ...]

For every function over cyclomatic 25 of the beds that our extraction has a proven cut for: its edited and moved
lines run by the base suite, before, and with our generated tests, after. Tests count where all gates of class T keep
them; with `--search-only`, lines that the search ran count. A line for each bed, rows in STATE/reach.jsonl: a second
call goes on where the first ended. Cost: a search of 20 CPU-seconds a function, and the ladder for tests it finds.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from agents.characterisation.proposing import propose_tests
from agents.deterministic import DeterministicProposer, facts_of
from agents.triage import EXTRACT, tickets_for_tests
from bench.beds import BEDS
from cli.progress import LineProgress
from pyagent.errors import PyagentError
from pyagent.model import Declined, Proposal, Status, Ticket
from pyagent.settings import RepositorySection, Settings
from repos.gates.executed import unexecuted
from repos.replay.exploring import Quarry
from repos.suites.outcomes import FileCoverage
from repos.validation import validate
from stages.characterisation import search, style_of, unrun
from stages.desk import Desk, lay
from stages.ground import Ground, Grounds, Suite
from stages.plan import evidence, triage
from stages.survey import survey
from stages.wiring import Wiring, wired

OVER = 25
SECONDS = 20.0
"""Processor time of one search, as the default policy allows it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One function; the counts are of statements that the cut edits or moves and no test runs."""

    bed: str
    mode: str
    """`search` or `gates`."""
    path: str
    name: str
    cut: bool
    """Whether our extraction has a proven cut of it; all else is empty where not."""
    before: int = 0
    after: int = 0
    said: str = ""
    """What became of the tests, or why there is no cut."""


def main() -> int:
    """Measure within the minutes, then tell a line for each bed and the sums; 2 where a bed could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--search-only", action="store_true")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--state", type=Path, default=Path(".pyagent/reach"))
    given = parser.parse_args()
    end = time.monotonic() + given.minutes * 60
    mode, rows = "search" if given.search_only else "gates", given.state.absolute() / "reach.jsonl"
    beds = [bed for bed in BEDS if not given.names or bed.partition("==")[0] in given.names]
    broken = 0
    progress = LineProgress(Console(stderr=True))
    with wired(Settings(), given.state.absolute(), progress=progress, offline=False) as wiring:
        for bed in beds:
            try:
                whole = measure(wiring, bed, mode, rows, end)
            except PyagentError as error:
                broken += 1
                print(f"{bed}: left out: {error}", flush=True)
                continue
            print(f"{bed}: {told(of(rows, mode, {bed}))}{'' if whole else ' (not all: out of time)'}", flush=True)
    print(f"all: {told(of(rows, mode, set(beds)))}")
    return 2 if broken else 0


def measure(wiring: Wiring, bed: str, mode: str, rows: Path, end: float) -> bool:
    """Write a row for every function of a bed that has none yet; whether the time was enough for all."""
    desk = lay(wiring, RepositorySection(target=f"sdist:{bed}"))
    due = tuple(complex_functions(wiring, desk))
    known = {(row.path, row.name) for row in of(rows, mode, {bed})}
    left = [ticket for ticket in due if (ticket.path, ticket.name) not in known]
    if not left:
        return True
    ground = Grounds(wiring, desk).at_tip()
    facts = facts_of(ground.checkout, ground.executed())
    proposer = DeterministicProposer(facts=lambda _: facts)
    for ticket in left:
        if time.monotonic() > end:
            return False
        answer = proposer.propose(ticket, ground.checkout)
        cut = answer.proven if isinstance(answer, Declined) else answer
        if cut is None:
            reason = answer.reason if isinstance(answer, Declined) else ""
            append(rows, Row(bed, mode, ticket.path, ticket.name, cut=False, said=reason))
        else:
            append(rows, one(wiring, desk, ground, ticket, cut, bed=bed, mode=mode))
    return True


def complex_functions(wiring: Wiring, desk: Desk) -> Iterator[Ticket]:
    """The extraction tickets of functions over the limit."""
    taken = survey(wiring, desk)
    over = {(row.path, row.name) for row in taken.measured.functions if row.cyclomatic > OVER}
    for ticket in triage(wiring, wiring.of(desk.slug), taken).tickets:
        if ticket.transform == EXTRACT and (ticket.path, ticket.name) in over:
            yield ticket


def one(wiring: Wiring, desk: Desk, ground: Ground, ticket: Ticket, cut: Proposal, *, bed: str, mode: str) -> Row:
    """The row of one function with a cut."""
    coverage = (ground.bench.bases.covered().coverage or {}).get(ticket.path)
    before = len(missed(cut, coverage))
    after, said = before, "nothing to do"
    if before:
        found, said = reached(wiring, desk, ground, ticket, mode)
        old = coverage or FileCoverage(frozenset(), frozenset())
        after = len(missed(cut, FileCoverage(old.statements, old.executed | found)))
    return Row(bed, mode, ticket.path, ticket.name, cut=True, before=before, after=after, said=said)


def missed(cut: Proposal, coverage: FileCoverage | None) -> frozenset[int]:
    """First lines of statements under the cut that did not run; of all its files."""
    known = coverage or FileCoverage(frozenset(), frozenset())
    texts = [(change.before or b"", change.after or b"") for change in cut.patch.files]
    return frozenset(line for before, after in texts for line in unexecuted(before, after, coverage=known)[1])


def reached(wiring: Wiring, desk: Desk, ground: Ground, ticket: Ticket, mode: str) -> tuple[frozenset[int], str]:
    """(lines that run now, in a word why)."""
    (asked,) = tickets_for_tests(desk.slug, [ticket], lessons=(), grounds=evidence(survey(wiring, desk)))
    wanted = unrun(ground, ticket.path, ticket.name)
    found = search(ground, Quarry(ticket.path, ticket.name, wanted), seed=asked.evidence, seconds=SECONDS)
    lines = frozenset(line for each in found for line in each.lines)
    if mode == "search" or not found:
        return lines, f"{len(found)} calls, {len(lines & wanted)} of {len(wanted)} lines"
    style = style_of(ground.command, ground.checkout)
    if style is None:
        return frozenset(), "no-test-folder"
    paths = frozenset(ground.checkout.paths())
    made = propose_tests(asked, found, style=style, commit=ground.checkout.commit, taken=paths)
    if isinstance(made, Declined):
        return frozenset(), made.reason
    (judged,) = validate([made], ground.bench)
    if judged.status is not Status.PROPOSED:
        return frozenset(), f"{judged.status.value}: {judged.reason}"
    overlay = {change.path: change.after for change in made.patch.files}
    suite = Suite(wiring, ground.command, ground.environment)
    ran = (suite(ground.checkout.root, overlay=overlay, coverage=True).coverage or {}).get(ticket.path)
    return ran.executed if ran else frozenset(), "kept by the gates"


def of(rows: Path, mode: str, beds: set[str]) -> tuple[Row, ...]:
    """Rows written so far; a line that a kill cut short is left out."""
    found: list[Row] = []
    for line in rows.read_text("utf-8").splitlines() if rows.exists() else ():
        try:
            row = Row(**json.loads(line))
        except (ValueError, TypeError):
            continue
        if row.mode == mode and row.bed in beds:
            found.append(row)
    return tuple(found)


def append(rows: Path, row: Row) -> None:
    """One row on a line of its own, whatever a kill left behind."""
    rows.parent.mkdir(parents=True, exist_ok=True)
    cut = rows.exists() and rows.stat().st_size > 0 and not rows.read_bytes().endswith(b"\n")
    with rows.open("a", encoding="utf-8") as out:
        out.write(("\n" if cut else "") + json.dumps(asdict(row)) + "\n")


def told(rows: tuple[Row, ...]) -> str:
    """The share whose edited lines all run, before and after."""
    cuts = [row for row in rows if row.cut]
    if not cuts:
        return f"{len(rows)} functions over {OVER}, no cut of them"
    before, after = (sum(not getattr(row, side) for row in cuts) for side in ("before", "after"))
    shares = f"{before} of {len(cuts)} ({before / len(cuts):.0%}) -> {after} ({after / len(cuts):.0%})"
    lines = f"{sum(row.before for row in cuts)} -> {sum(row.after for row in cuts)}"
    return f"{len(rows)} functions over {OVER}; all edited lines run: {shares}; lines never run: {lines}"


if __name__ == "__main__":
    sys.exit(main())
