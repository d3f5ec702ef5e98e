"""What an asset's page shows: values, tables and pictures as Dagster's metadata."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import dagster as dg

from assets.runs import COLUMNS, RunRow
from pyagent.ledger.views import Wish
from pyagent.model import Finding, Ticket
from pyagent.pictures import Tile, distributions, treemap
from repos.survey import FunctionRow

Metadata = Mapping[str, dg.MetadataValue | str | int | float]

MOST_TILES = 400
"""Functions drawn, the largest first: a picture is stored with every materialization."""
MOST_ROWS = 20
MOST_RUNS = 10


def of_metrics(totals: Iterable[tuple[str, float]], functions: Sequence[FunctionRow], commit: str) -> Metadata:
    """The figures of a survey, drawn and listed."""
    values = [float(row.cyclomatic) for row in functions]
    worst = sorted(functions, key=lambda row: -row.cyclomatic)[:MOST_ROWS]
    largest = sorted(functions, key=lambda row: row.line - row.end_line)[:MOST_TILES]
    tiles = [Tile(row.path, row.name, float(row.end_line - row.line + 1), float(row.cyclomatic)) for row in largest]
    return {
        # First what is looked at, then what is read.
        "functions by size and complexity": picture(treemap(tiles), "Functions by size, coloured by complexity"),
        "functions by complexity": picture(distributions(values, values), "Functions by cyclomatic complexity"),
        "most complex": table(
            ("function", "file", "cyclomatic", "cognitive", "lines"),
            ((row.name, row.path, row.cyclomatic, row.cognitive, row.end_line - row.line + 1) for row in worst),
        ),
        "commit": commit,
        **{name: int(value) for name, value in totals},
    }


def of_findings(findings: Sequence[Finding]) -> Metadata:
    """How many of each kind, and the first of them."""
    kinds = Counter(finding.kind for finding in findings)
    return {
        "findings": len(findings),
        "by kind": table(("kind", "findings"), kinds.most_common()),
        "first of each kind": table(
            ("kind", "where", "what", "value", "limit"),
            ((each.kind, f"{each.path}:{each.line}", each.name, each.value, each.limit) for each in _first(findings)),
        ),
    }


def of_tickets(raised: Sequence[Ticket], waiting: Sequence[Ticket]) -> Metadata:
    """What was raised now, and the most promising that wait for an author."""
    best = sorted(waiting, key=lambda ticket: -ticket.score)[:MOST_ROWS]
    return {
        "raised": len(raised),
        "waiting": len(waiting),
        "most promising": table(
            ("change", "transform", "where", "why", "score"),
            ((t.change, t.transform, t.name or t.path, t.why, round(t.score, 2)) for t in best),
        ),
    }


def of_ideas(new: int, wishes: Iterable[Wish]) -> Metadata:
    """Every wish and what became of it."""
    every = tuple(wishes)
    return {
        "new": new,
        "ideas": len(every),
        "wishes": table(("wish", "status", "reason"), ((w.idea.title, w.status, w.reason) for w in every)),
    }


def of_request(asked: str, left: int, runs: Sequence[RunRow], flows: str) -> Metadata:
    """The run that was asked for, where it can be watched, and the runs before it, newest first."""
    shown = reversed(runs[-MOST_RUNS:])
    link = {"work in flight": dg.MetadataValue.url(flows)} if flows else {}
    return {"run": asked, "tickets left": left, **link, "last runs": table(COLUMNS, (row.cells for row in shown))}


def _first(findings: Sequence[Finding]) -> list[Finding]:
    seen: dict[str, Finding] = {}
    for finding in findings:
        seen.setdefault(finding.kind, finding)
    return list(seen.values())


def picture(svg: str, title: str) -> dg.MetadataValue:
    """An SVG as a Markdown image that needs no file and no network."""
    body = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{body})")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MetadataValue:
    """A Markdown table; cells come from targets, so nothing in them is markup."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    """One line of text in which neither HTML nor Markdown means anything."""
    text = escape(" ".join(str(value).split()), quote=False)
    return "".join(f"\\{letter}" if letter in "\\|`*_[]<>#!~" else letter for letter in text)
