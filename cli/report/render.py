"""A report as one HTML page: no script, no request, readable in dark and light (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cli.report.contents import ChangePage, FunctionPoint, Report
from pyagent.pictures import Tile, distributions, treemap

TILES = 160
"""Functions on the treemap; beyond this the tiles are too small to read."""

GROUPS = (
    ("Merged", ("merged",), "On the branch, one commit each."),
    (
        "Waiting for the train",
        ("queued", "held", "offered"),
        "Proven; they leave when enough wait or a person lets them.",
    ),
    (
        "Needs tests",
        ("needs-tests",),
        "Proven as far as the suite can see: edited lines that no test runs stay in the way.",
    ),
    ("Needs a name", ("needs-a-name",), "Proven moves whose helpers found no decent name in the text they hold."),
    ("Failed a gate", ("failed", "ejected"), "Written and stopped; the verdict says by what."),
    ("Open", ("open", "proposed", "superseded"), "Not settled yet; the next run goes on."),
    ("Refused or taken back", ("refused", "reverted"), "A person said no."),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Changes under one headline."""

    title: str
    says: str
    changes: tuple[ChangePage, ...]


def page(report: Report) -> str:
    """The whole HTML document."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("cli.report").joinpath("page.html.j2").read_text("utf-8"))
    return template.render(
        report=report,
        groups=_groups(report.changes),
        numbers=_numbers(report),
        distribution=Markup(  # noqa: S704 - our own SVG, every label escaped in pictures.py
            distributions([p.cyclomatic for p in report.before], [p.cyclomatic for p in report.after])
        ),
        map=Markup(treemap(_tiles(report.after))),  # noqa: S704 - as above
        diff_lines=diff_lines,
    )


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """(kind, text) of each diff line; kind is `add`, `del`, `hunk`, `file` or `same`."""
    return [(_kind(line), line) for line in diff.splitlines()]


def _kind(line: str) -> str:
    if line.startswith(("+++", "---", "diff ", "index ")):
        return "file"
    return {"+": "add", "-": "del", "@": "hunk"}.get(line[:1], "same")


def _groups(changes: Iterable[ChangePage]) -> tuple[Group, ...]:
    listed = tuple(changes)
    groups = (Group(title, says, tuple(c for c in listed if c.status in wanted)) for title, wanted, says in GROUPS)
    return tuple(group for group in groups if group.changes)


def _tiles(points: Iterable[FunctionPoint]) -> list[Tile]:
    worst = sorted(points, key=lambda p: (-p.lines * p.cyclomatic, p.path, p.name))[:TILES]
    return [Tile(p.path, p.name, p.lines, p.cyclomatic) for p in worst]


def _numbers(report: Report) -> list[tuple[str, str, str]]:
    """(label, value, remark) of the headline figures."""
    merged = sum(1 for c in report.changes if c.status == "merged")
    rows = [("merged, validated changes", str(merged), "")]
    for limit in (25, 10):
        was, now = (sum(1 for p in side if p.cyclomatic > limit) for side in (report.before, report.after))
        rows.append((f"functions over {limit}", f"{was} \u2192 {now}", ""))
    waiting = sum(1 for c in report.changes if c.status in {"queued", "held", "offered"})
    rows.append(("proven and waiting", str(waiting), ""))
    rows.append(("wait for tests or a name", str(sum(1 for c in report.changes if c.status.startswith("needs"))), ""))
    return rows
