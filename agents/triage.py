"""Findings, wishes and lessons become ranked tickets: expected gain per review effort (pure).

    score = gain x P(survives) x P(accepted) / effort x hot x boost

Each factor is kept on the ticket, for `pyagent why`. `hot` is HOT for a function that is also a
hotspot, else 1: a complex place that is often changed and poorly tested pays back sooner. Findings of
other kinds than those below raise no ticket, for no transform can act on them.

    finding     gain, in points of cyclomatic complexity     effort, in lines a reviewer reads
    cyclomatic  excess over its limit + a quarter of the     per helper: 12 changed lines and 5 per
                excess over 10                               parameter (4.1 measured on average)
    shape       half a point per place (a level less deep),  6 lines per place
                a whole one for a guard clause
    lint        a tenth of a point per finding               2 lines per finding

A change that stands at needs-tests raises a ticket of its own for tests of its function (`tickets_for_tests`):
its gain is that of the change that waits, its effort a test file's lines.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from agents.characterisation.proposing import TRANSFORM as CHARACTERISE
from agents.lessons import accepted, survives
from agents.targets import dotted, points_at
from agents.transforms.registry import LOCAL
from agents.transforms.source import Source
from pyagent.ids import change_id, digest
from pyagent.model import ChangeClass, Finding, Idea, Lesson, Ticket

EXTRACT = "extract-function"
RUFF = "ruff"
VERSION = "1"
"""Raised when a transform learns something: declined evidence is then tried again."""

BOOST = 10.0
"""What a person's wish multiplies its target's score by: an order of magnitude, so that it leads its kind."""

HOT = 2.0
"""What being a hotspot multiplies a function's score by: among equals it goes first, and a wish still leads."""

COMFORTABLE = 10
"""Cyclomatic complexity below which nothing is gained."""
SHARE_OVER_COMFORTABLE = 0.25
HELPER_TAKES = 12
"""Points one extracted helper carries away."""
HELPER_LINES = 12
PARAMETERS_PER_HELPER = 4.1
LINES_PER_PARAMETER = 5
LINES_PER_PLACE = 6
LINES_PER_FIX = 2
LINES_PER_TEST_FILE = 40.0
"""Guessed: a handful of tests of five lines with their imports."""
GAIN_PER_PLACE: Mapping[str, float] = {"guard-clause": 1.0}
USUAL_GAIN_PER_PLACE = 0.5
GAIN_PER_FIX = 0.1
LEAST_EFFORT = 10.0
"""Opening any change at all costs a reviewer as much as ten lines."""
MOST_LINES = 100
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class Grounds:
    """What tickets rest on: the same grounds are never tried twice."""

    functions: Mapping[tuple[str, str], str]
    """(path, qualified name) -> fingerprint of the function."""
    files: Mapping[str, str]
    """Path -> digest of every product file's content."""
    tests: str
    """Digest of all tests: new ones may prove what old ones could not."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A wish that no ticket answers."""

    idea: Idea
    reason: str
    """Starts with a stable kebab-case word."""


@dataclass(frozen=True, slots=True)
class Triage:
    """Tickets, most promising first, and the wishes nothing can be done about."""

    tickets: tuple[Ticket, ...]
    unanswered: tuple[Unanswered, ...]


def shape_findings(sources: Iterable[Source]) -> tuple[Finding, ...]:
    """A finding per function and local transform with a place there; `value` counts the places."""
    return tuple(
        Finding("shape", source.path, site.name, site.line, site.count, 0.0, each.NAME)
        for source in sources
        for each in LOCAL
        for site in each.sites(source)
    )


def tickets(
    slug: str, findings: Iterable[Finding], *, ideas: Iterable[Idea], lessons: Iterable[Lesson], grounds: Grounds
) -> Triage:
    """Every finding a transform can act on as part of exactly one ticket, ranked.

    Equal scores stand by change id, whatever the input's order.
    """
    given = tuple(findings)
    hot = frozenset((finding.path, finding.name) for finding in given if finding.kind == "hotspot")
    raw = (_heated(ticket, hot) for ticket in _raised(slug, given, tuple(lessons), grounds))
    found = sorted(raw, key=lambda ticket: ticket.score)
    # Functions that share a name share a ticket: the one with more to gain speaks for all.
    raised = {ticket.change: ticket for ticket in found}
    wishes = tuple(sorted(ideas, key=lambda idea: idea.id))
    boosted = [_boosted(ticket, wishes) for ticket in raised.values()]
    ranked = tuple(sorted(boosted, key=lambda ticket: (-ticket.score, ticket.change)))
    return Triage(ranked, tuple(_unanswered(wishes, ranked, grounds)))


def _raised(
    slug: str, findings: tuple[Finding, ...], lessons: tuple[Lesson, ...], grounds: Grounds
) -> Iterator[Ticket]:
    for finding in findings:
        if finding.kind == "cyclomatic" and finding.value > finding.limit:
            yield _function_ticket(slug, finding, EXTRACT, lessons, grounds)
        elif finding.kind == "shape":
            yield _function_ticket(slug, finding, finding.detail, lessons, grounds)
    lint = sorted((f for f in findings if f.kind == "lint"), key=lambda f: (f.name, f.path))
    for _, group in groupby(lint, key=lambda f: f.name):
        for chunk in chunks(group):
            yield _lint_ticket(slug, chunk, lessons, grounds)


def tickets_for_tests(
    slug: str, waiting: Iterable[Ticket], *, lessons: Iterable[Lesson], grounds: Grounds
) -> tuple[Ticket, ...]:
    """A ticket for tests of each function that any of the `waiting` changes edits, by change id.

    They rest on the function and all tests, so what no search reached is tried again only when either differs.
    """
    learnt, best = tuple(lessons), dict[tuple[str, str], Ticket]()
    for ticket in waiting:
        place = ticket.path, ticket.name
        if place in grounds.functions and ticket.score > getattr(best.get(place), "score", -math.inf):
            best[place] = ticket
    found = (_test_ticket(slug, ticket, learnt, grounds) for ticket in best.values())
    return tuple(sorted(found, key=lambda ticket: ticket.change))


def _test_ticket(slug: str, waiting: Ticket, lessons: tuple[Lesson, ...], grounds: Grounds) -> Ticket:
    path, name = waiting.path, waiting.name
    parts = _parts(dict(waiting.parts)["gain"], LINES_PER_TEST_FILE, CHARACTERISE, lessons)
    return Ticket(
        change=change_id(slug, path, name, CHARACTERISE),
        repository=slug,
        path=path,
        name=name,
        transform=CHARACTERISE,
        change_class=ChangeClass.T,
        evidence=digest("evidence", VERSION, CHARACTERISE, path, name, grounds.functions[path, name], grounds.tests),
        why=f"{waiting.transform} on {name} waits for tests",
        score=_score(parts),
        parts=parts,
    )


def chunks(findings: Iterable[Finding]) -> Iterator[tuple[Finding, ...]]:
    """Findings of one rule, in path order, cut where a change would grow beyond its ceilings."""
    chunk: list[Finding] = []
    lines = 0.0
    for finding in findings:
        cost = finding.value * LINES_PER_FIX
        if chunk and (lines + cost > MOST_LINES or len(chunk) >= MOST_FILES):
            yield tuple(chunk)
            chunk, lines = [], 0.0
        chunk.append(finding)
        lines += cost
    if chunk:
        yield tuple(chunk)


def _function_ticket(
    slug: str, finding: Finding, transform: str, lessons: tuple[Lesson, ...], grounds: Grounds
) -> Ticket:
    extraction = transform == EXTRACT
    gain, effort = _extraction(finding) if extraction else _reshaping(finding, transform)
    fingerprint = grounds.functions.get((finding.path, finding.name)) or grounds.files.get(finding.path, "")
    why = (
        f"{finding.name} has cyclomatic complexity {finding.value:g}, limit {finding.limit:g}"
        if extraction
        else f"{finding.name} has {finding.value:g} place{'s' * (finding.value != 1)} for {transform}"
    )
    parts = _parts(gain, effort, transform, lessons)
    return Ticket(
        change=change_id(slug, finding.path, finding.name, transform),
        repository=slug,
        path=finding.path,
        name=finding.name,
        transform=transform,
        change_class=ChangeClass.A,
        evidence=digest("evidence", VERSION, transform, finding.path, finding.name, fingerprint, grounds.tests),
        why=why,
        score=_score(parts),
        parts=parts,
    )


def _extraction(finding: Finding) -> tuple[float, float]:
    over = finding.value - finding.limit
    helpers = math.ceil(over / HELPER_TAKES)
    gain = over + SHARE_OVER_COMFORTABLE * max(finding.value - COMFORTABLE, 0)
    return gain, helpers * (HELPER_LINES + LINES_PER_PARAMETER * PARAMETERS_PER_HELPER)


def _reshaping(finding: Finding, transform: str) -> tuple[float, float]:
    return finding.value * GAIN_PER_PLACE.get(transform, USUAL_GAIN_PER_PLACE), finding.value * LINES_PER_PLACE


def _lint_ticket(slug: str, chunk: tuple[Finding, ...], lessons: tuple[Lesson, ...], grounds: Grounds) -> Ticket:
    first, paths = chunk[0], tuple(finding.path for finding in chunk)
    count = sum(finding.value for finding in chunk)
    contents = [part for path in paths for part in (path, grounds.files.get(path, ""))]
    where = first.path if len(paths) == 1 else f"{len(paths)} files"
    parts = _parts(count * GAIN_PER_FIX, count * LINES_PER_FIX, RUFF, lessons)
    return Ticket(
        change=change_id(slug, first.path, first.name, RUFF),
        repository=slug,
        path=first.path,
        name=first.name,
        transform=RUFF,
        change_class=ChangeClass.H,
        evidence=digest("evidence", VERSION, RUFF, first.name, grounds.tests, *contents),
        why=f"{count:g} safe fix{'es' * (count != 1)} of {first.name} in {where}",
        score=_score(parts),
        parts=parts,
        paths=paths,
    )


def _parts(gain: float, effort: float, transform: str, lessons: tuple[Lesson, ...]) -> tuple[tuple[str, float], ...]:
    return (
        ("gain", gain),
        ("survives", survives(transform, lessons)),
        ("accepted", accepted(transform, lessons)),
        ("effort", max(effort, LEAST_EFFORT)),
        ("hot", 1.0),
        ("boost", 1.0),
    )


def _score(parts: tuple[tuple[str, float], ...]) -> float:
    part = dict(parts)
    return part["gain"] * part["survives"] * part["accepted"] / part["effort"] * part["hot"] * part["boost"]


def _heated(ticket: Ticket, hot: frozenset[tuple[str, str]]) -> Ticket:
    """The ticket with its factor as a hotspot; a lint ticket names no function."""
    return _with(ticket, "hot", HOT) if ticket.transform != RUFF and (ticket.path, ticket.name) in hot else ticket


def _with(ticket: Ticket, part: str, value: float) -> Ticket:
    parts = tuple((name, value if name == part else old) for name, old in ticket.parts)
    return replace(ticket, parts=parts, score=_score(parts))


def _boosted(ticket: Ticket, wishes: tuple[Idea, ...]) -> Ticket:
    wish = next((idea for idea in wishes if idea.target and _answers(ticket, idea.target)), None)
    if wish is None:
        return ticket
    return replace(_with(ticket, "boost", BOOST), idea=wish.id)


def _answers(ticket: Ticket, target: str) -> bool:
    name = "" if ticket.transform == RUFF else ticket.name
    return any(points_at(target, path, name) for path in ticket.paths or (ticket.path,))


def _unanswered(wishes: tuple[Idea, ...], ranked: tuple[Ticket, ...], grounds: Grounds) -> Iterator[Unanswered]:
    for idea in wishes:
        if not idea.target:
            yield Unanswered(idea, "no-target: it names no path or `module.function` in backticks")
        elif not any(_answers(ticket, idea.target) for ticket in ranked):
            yield Unanswered(idea, _why_nothing(idea.target, grounds))


def with_likely(unanswered: Unanswered, likely: Iterable[tuple[str, str]]) -> Unanswered:
    """A wish without a target, with the functions it is most likely about: a hint, for a guess raises no ticket."""
    names = ", ".join(f"`{dotted(path, name)}`" for path, name in likely)
    return replace(unanswered, reason=f"{unanswered.reason}; by its words: {names}") if names else unanswered


def _why_nothing(target: str, grounds: Grounds) -> str:
    places = [(path, "") for path in grounds.files] + list(grounds.functions)
    if any(points_at(target, path, name) for path, name in places):
        return f"nothing-applies: no transform has anything to do at {target}"
    return f"unknown-target: no product code is called {target}"
