"""A report as one HTML page: no script, no request, readable in dark and light (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from cli.answers import printable
from cli.report.contents import ChangePage, Place, Report
from cli.report.project import coverage, tables
from pyagent.model import Claim, Level
from pyagent.pictures import BANDS, COLOURS, Tile, distributions, treemap
from pyagent.sandbox.levels import HOLES
from repos.pull_requests import WORDS

TILES = 160
"""Functions on the treemap; beyond this the tiles are too small to read."""

WORST = 12
"""Functions in the table of the most complex ones."""

FEW = 12
"""Rows that stand open; a longer list folds."""

SHOWN = 80
"""Diff lines shown at once; the rest folds."""

LEVELS = {
    "full": "full: every wall was proven by the self-test before anything ran",
    "reduced": "reduced, which does not hold everything: " + "; ".join(HOLES[Level.REDUCED]),
    "unsafe": "NONE: the operator allowed it with --unsafe-local",
    "not used": "not used: nothing of the target was run",
}

GROUPS = (
    ("Merged", ("merged",), "On the branch, one commit each."),
    (
        "Proven, waiting to merge",
        ("queued", "held", "offered"),
        "Every required gate passed; they merge when a person lets them and enough wait.",
    ),
    (
        "Waiting for tests",
        ("needs-tests",),
        "Sound as far as the suite can see, but no test runs the lines they edit: a test of these is all they need.",
    ),
    (
        "Waiting for a name",
        ("needs-a-name",),
        "Moves that are proven, into helpers for which the moved text offers no decent name.",
    ),
    ("Stopped by a gate", ("failed", "ejected"), "Written, and then found wanting; the verdict says by what."),
    ("Not settled yet", ("open", "proposed", "superseded"), "The next run goes on with them."),
    ("Refused or taken back", ("refused", "reverted"), "A person said no."),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Changes under one headline."""

    id: str
    title: str
    says: str
    mixed: bool
    """Its changes stand at different statuses, so each says its own."""
    changes: tuple[ChangePage, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture for a screen, and one for a telephone."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Diff:
    """A diff's lines as (kind, text); kind is `add`, `del`, `hunk`, `file` or `same`."""

    shown: tuple[tuple[str, str], ...]
    folded: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """A row of the table of the most complex functions."""

    name: str
    path: str
    lines: int
    change: str
    """`31 → 12`, or one figure where nothing changed."""


def page(report: Report) -> str:
    """The whole HTML document."""
    environment = Environment(
        loader=FunctionLoader(lambda name: files("cli.report").joinpath(name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    environment.filters["word"] = WORDS.__getitem__
    groups, tiles = _groups(report.changes), _tiles(report)
    before, after = ([point.cyclomatic for point in side] for side in (report.before, report.after))
    text = environment.get_template("page.html.j2").render(
        report=report,
        groups=groups,
        sections=_sections(report, groups),
        numbers=_numbers(report),
        distribution=Picture(_svg(distributions(before, after)), _svg(distributions(before, after, width=340))),
        map=Picture(_svg(treemap(tiles)), _svg(treemap(tiles, width=340, height=480))),
        mapped=_mapped(len(tiles), len(report.after)),
        marked=any(tile.marked for tile in tiles),
        bands=[(f"var(--band{i},{COLOURS[i]})", label) for i, (_, label) in enumerate(BANDS)],
        worst=_worst(report),
        tables=tables(report),
        coverage=coverage(report),
        declined=_declined(report),
        level=LEVELS.get(report.level, report.level),
        merged=_standing(report.changes, "merged"),
        few=FEW,
        diff_parts=diff_parts,
        measured=measured,
    )
    return printable(text.lstrip())


def diff_parts(diff: str) -> Diff:
    """A diff's lines, the first ones shown and the rest folded."""
    lines = tuple(_told(diff.removesuffix("\n").split("\n"))) if diff else ()
    return Diff(lines[:SHOWN], lines[SHOWN:])


def _told(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    heading = True  # `+++` and `---` are headings only before a file's first hunk
    for line in lines:
        heading = line.startswith("diff --git ") or (heading and not line.startswith("@@"))
        yield "file" if heading else {"+": "add", "-": "del", "@": "hunk"}.get(line[:1], "same"), line


def measured(claims: Iterable[Claim]) -> list[tuple[str, list[str]]]:
    """A row for each place: its name and its figures, `cyclomatic 33 → 25`."""
    rows: dict[str, list[str]] = {}
    for claim in claims:
        figures = f"{claim.metric} {_arrow(claim.before, claim.after)}"
        rows.setdefault(claim.name or claim.path, []).append(figures)
    return list(rows.items())


def _code(text: str) -> Markup:
    """What stands between backticks, set as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup().join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _svg(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704 - our own SVG, every label escaped in pictures.py


def _groups(changes: Sequence[ChangePage]) -> tuple[Group, ...]:
    groups = (
        Group(f"group-{wanted[0]}", title, says, len(wanted) > 1, tuple(c for c in changes if c.status in wanted))
        for title, wanted, says in GROUPS
    )
    return tuple(group for group in groups if group.changes)


def _declined(report: Report) -> list[Place]:
    """Every declined ticket, its reason's word in front."""
    return [
        replace(place, says=f"{group.word.replace('-', ' ')}: {place.says}".removesuffix(": "))
        for group in report.declined
        for place in group.places
    ]


def _sections(report: Report, groups: Iterable[Group]) -> list[tuple[str, str]]:
    """(id, title) of the sections that are there, in the page's order."""
    listed = [("next", "Next", report.steps), ("complexity", "Complexity", "always")]
    listed += [("project", "Project", report.findings or coverage(report))]
    listed += [(group.id, f"{group.title} ({len(group.changes)})", group.changes) for group in groups]
    listed += [
        ("declined", "Declined", report.declined),
        ("left", f"Left ({len(report.left)})", report.left),
        ("wishes", "Wishes", report.ideas),
        ("quarantine", "Quarantine", report.quarantined),
        ("trust", "Trust", "always"),
    ]
    return [(name, title) for name, title, there in listed if there]


def _tiles(report: Report) -> list[Tile]:
    changed = {(c.path, c.name) for c in report.changes if c.status == "merged"}
    worst = sorted(report.after, key=lambda p: (-p.lines * p.cyclomatic, p.path, p.name))[:TILES]
    return [Tile(p.path, p.name, p.lines, p.cyclomatic, marked=(p.path, p.name) in changed) for p in worst]


def _mapped(shown: int, functions: int) -> str:
    if shown == functions:
        return "One tile a function, grouped by file."
    return f"One tile a function, grouped by file; the {shown} with most lines times complexity of {functions}."


def _worst(report: Report) -> list[Worst]:
    was = {(p.path, p.name): p.cyclomatic for p in report.before}
    rows = sorted(report.after, key=lambda p: (-p.cyclomatic, p.path, p.name))[:WORST]
    return [Worst(p.name, p.path, p.lines, _arrow(was.get((p.path, p.name)), p.cyclomatic)) for p in rows]


def _arrow(before: float | None, after: float) -> str:
    """`31 → 12`, or one figure where there was none before or where nothing changed."""
    return f"{before:g} \u2192 {after:g}" if before and before != after else f"{after:g}"


def _standing(changes: Iterable[ChangePage], *statuses: str) -> int:
    return sum(change.status in statuses for change in changes)


def _numbers(report: Report) -> list[tuple[str, str]]:
    """(label, value) of the headline figures."""
    merged = _standing(report.changes, "merged")
    rows = [("validated changes merged", str(merged))]
    for limit in sorted({report.limit, 10}, reverse=True):
        was, now = (sum(p.cyclomatic > limit for p in side) for side in (report.before, report.after))
        rows.append((f"functions over {limit}", f"{was} \u2192 {now}"))
    rows.append(("proven, waiting to merge", str(_standing(report.changes, "queued", "held", "offered"))))
    rows.append(("waiting for tests or a name", str(_standing(report.changes, "needs-tests", "needs-a-name"))))
    return rows
