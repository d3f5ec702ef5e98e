"""One project examined: honest changes and faults climb the ladder, a row each as soon as it is known."""

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from agents.transforms.source import Source, functions, parse_source
from bench.falsify.authors import Candidate, by_hand, faulty, ours, varied
from bench.falsify.rows import Row, append, known, read
from bench.falsify.steady import Steady
from bench.falsify.texts import old_lines
from pyagent.model import Answer, Proposal, Status, Validation
from pyagent.settings import RepositorySection
from repos.diffs import unified_diff
from repos.gates import benchmark, executed, tests
from repos.validation import Bench, validate
from stages.desk import Desk, lay
from stages.ground import Ground, Grounds
from stages.plan import plan
from stages.survey import split
from stages.wiring import Wiring

PER_BASE = 3
"""Faults tried on one honest change before the next one's turn."""
AT_ONCE = 4
"""Candidates between two looks at the clock."""
PER_FILE = 2
"""Refactors of one route in one file."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of each project is examined, and until when."""

    faults: int
    honest: int
    suite_seconds: float
    """CPU seconds of the base suite beyond which a project is left out."""
    until: float
    """Monotonic seconds; the first half of what is left of them goes to honest changes."""


@dataclass(frozen=True, slots=True)
class _Examined:
    """One project ready for the exam."""

    pin: str
    ground: Ground
    out: Path
    seen: frozenset[str]


def examine(wiring: Wiring, pin: str, wanted: Wanted, out: Path, rng: random.Random) -> None:
    """Judge what is wanted of one project (a release, or a folder) and was not judged before.

    Raises PyagentError, which names the project, when its tests cannot judge anything here.
    """
    rows = list(known(read(out), pin))
    wrong = sum(bool(row.fault) for row in rows)
    if wrong >= wanted.faults and len(rows) - wrong >= wanted.honest:
        return
    desk = lay(wiring, RepositorySection(target=f"sdist:{pin}" if "==" in pin else pin))
    ground = Grounds(wiring, desk).at_tip()
    base = ground.bench.bases.latest()
    print(f"{pin}: suite {base.cpu_seconds:.1f} CPU-s, {len(base.passed())} tests pass", flush=True)
    if base.cpu_seconds > wanted.suite_seconds:
        print(f"{pin}: left out: its suite costs more than {wanted.suite_seconds:g} CPU-s", flush=True)
        return
    honest = _honest(wiring, desk, ground, rng, wanted.honest)
    examined = _Examined(pin, ground, out, frozenset(row.id for row in rows))
    _judge(examined, honest, ground.bench, until=(time.monotonic() + wanted.until) / 2)
    accepted = frozenset(row.id for row in known(read(out), pin) if row.accepted)
    faults = islice(_faults(ground, _dangerous(honest, accepted), rng), wanted.faults)
    _judge(examined, faults, replace(ground.bench, bases=Steady(ground.bench.bases)), until=wanted.until)


def _honest(wiring: Wiring, desk: Desk, ground: Ground, rng: random.Random, most: int) -> tuple[Candidate, ...]:
    """A third ours, a third by other hands on the project's own text, a third variations of these."""
    plan(wiring, desk)
    tickets = tuple(wiring.of(desk.slug).tickets.values())
    product = split(ground.checkout)[0]
    third = max(most // 3, 1)
    mine = list(islice(ours(ground, tickets, rng), third))
    hand = list(islice(_spread(by_hand(ground, rng, product)), third))
    spun = [made for one in (*mine, *hand) for made in islice(varied(ground, one, rng), 2)]
    more = ours(ground, tickets, rng)
    every = {made.id: made for made in chain(mine, hand, rng.sample(spun, min(third, len(spun))))}
    for made in more:
        if len(every) >= most:
            break
        every.setdefault(made.id, made)
    return tuple(every.values())


def _spread(found: Iterator[Candidate]) -> Iterator[Candidate]:
    """At most two of one route in one file."""
    seen: dict[tuple[str, str], int] = {}
    for made in found:
        key = (made.route, made.proposal.path)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= PER_FILE:
            yield made


def _dangerous(honest: tuple[Candidate, ...], accepted: frozenset[str]) -> tuple[Candidate, ...]:
    """Every accepted change and a third as many others: where the right change passes, a wrong one may."""
    good = [made for made in honest if made.id in accepted]
    other = [made for made in honest if made.id not in accepted]
    return (*good, *other[: max(len(good) // 3, 1)])


def _faults(ground: Ground, honest: tuple[Candidate, ...], rng: random.Random) -> Iterator[Candidate]:
    """Faults on every honest change in turn, a few at a time, each text once."""
    todo = [faulty(ground, one, rng) for one in rng.sample(honest, len(honest))]
    seen: set[str] = set()
    while todo:
        for stream in tuple(todo):
            fresh = [made for made in islice(stream, PER_BASE) if made.id not in seen]
            if not fresh:
                todo.remove(stream)
            seen |= {made.id for made in fresh}
            yield from fresh


def _judge(examined: _Examined, candidates: Iterable[Candidate], bench: Bench, *, until: float) -> None:
    """Climb the ladder with what was not judged before, a few at a time while there is time."""
    fresh = (made for made in candidates if made.id not in examined.seen)
    while time.monotonic() < until and (few := tuple(islice(fresh, AT_ONCE))):
        _climb(examined, few, bench)


def _climb(examined: _Examined, few: tuple[Candidate, ...], bench: Bench) -> None:
    """A row for each, as soon as it is known."""
    waiting = {made.proposal.id: made for made in few}
    for validation in validate([made.proposal for made in few], bench):
        made = waiting[validation.proposal]
        row = _row(examined, made, validation, bench)
        if not made.fault and row.gate == benchmark.GATE:
            row = replace(row, dearer=_again(made, bench))
        append(examined.out, row)
        if made.fault and row.accepted:
            _leave(made, examined.out.parent / "accepted" / f"{made.id}.diff")
        what = made.fault or "honest"
        told = f"{what:16} {made.route:34} {row.status:12} {row.gate:14} {row.cpu_seconds:6.1f} CPU-s"
        print(f"  {examined.pin} {told}", flush=True)


def _leave(made: Candidate, place: Path) -> None:
    """The whole wrong change for a person to read."""
    place.parent.mkdir(exist_ok=True)
    place.write_text(unified_diff(made.proposal.patch), "utf-8")


def _again(made: Candidate, bench: Bench) -> bool:
    """Whether a second measurement refuses it too: noise that is wrong once in a hundred is not wrong twice."""
    return any(found.reason.startswith(benchmark.GATE) for found in validate([made.proposal], bench))


def _row(examined: _Examined, made: Candidate, validation: Validation, bench: Bench) -> Row:
    alone, cost = _suite_alone(made, validation, bench)
    return Row(
        project=examined.pin,
        id=made.id,
        route=made.route,
        fault=made.fault,
        change_class=made.proposal.change_class.value,
        path=made.proposal.path,
        name=made.proposal.name,
        line=made.line,
        wrong=made.wrong,
        covered=covered(examined.ground, made.proposal),
        executed=next((v.answer.value for v in validation.verdicts if v.gate == executed.GATE), ""),
        status=validation.status.value,
        gate="" if validation.status is Status.PROPOSED else validation.reason.partition(":")[0].partition(" ")[0],
        reason=validation.reason[:500],
        suite_alone=alone,
        not_checked=tuple(
            v.gate for v in validation.verdicts if v.answer is Answer.SKIPPED and not v.reason.startswith("not reached")
        ),
        cpu_seconds=round(cost + sum(verdict.cpu_seconds for verdict in validation.verdicts), 2),
        gate_set=validation.gate_set,
    )


def _suite_alone(made: Candidate, validation: Validation, bench: Bench) -> tuple[str, float]:
    """What the suite says, and what asking cost; where a cheaper gate stopped a fault it is run for this alone."""
    reached = next((v for v in validation.verdicts if v.gate == tests.GATE), None)
    if reached is not None and reached.answer is not Answer.SKIPPED:
        return reached.answer.value, 0.0
    if not made.fault:
        return Answer.SKIPPED.value, 0.0
    files = {change.path: change.after for change in made.proposal.patch.files}
    ran = bench.bases.candidate(bench.base.root, overlay=files)
    found = tests.between(bench.bases.latest(), ran, quarantined=bench.bases.quarantined)
    return found.answer.value, ran.cpu_seconds


def covered(ground: Ground, proposal: Proposal) -> float:
    """Share of the statements that the base suite runs, over the functions whose base lines the patch touches."""
    lines = ground.bench.bases.covered().coverage or {}
    total = ran = 0
    for change in proposal.patch.files:
        source = parse_source(change.path, change.before or b"")
        row = lines.get(change.path)
        if not isinstance(source, Source) or row is None:
            continue
        touched = old_lines(source.text, (change.after or b"").decode("utf-8", "replace"))
        spans = [range(f.line, (f.node.end_lineno or f.line) + 1) for f in functions(source)]
        inside = {line for span in spans if touched & frozenset(span) for line in span} or touched
        total += len(row.statements & inside)
        ran += len(row.executed & row.statements & inside)
    return ran / total if total else 0.0
