"""`pyagent history TARGET`: one figure of the product code over the last commits."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from cli.answers import answer, as_json, rows, say
from cli.frame import current, options
from cli.opening import opened, sections
from cli.stage_verbs import say_notes
from repos.history import FIGURES, Point, chart
from repos.suites.layout import layout
from stages.desk import Desk, lay, tip
from stages.wiring import Wiring

ROWS = 12
"""Commits a person sees as numbers; a program gets all."""

WIDTH = 60
"""Characters of the line of bars."""

BARS = "▁▂▃▄▅▆▇█"


@click.command("history")
@click.argument("target", default=".")
@click.option("--metric", type=click.Choice(FIGURES), default="cyclomatic", show_default=True, help="What to chart.")
@click.option("--last", type=click.IntRange(1), default=200, show_default=True, help="How many commits.")
@click.option("--branch", help="Branch to look at.")
@options
def verb(target: str, metric: str, last: int, branch: str | None) -> None:
    """Chart one figure of TARGET's product code (default: the current folder) over its last commits.

    Product code is what the newest commit lays out as such; merges count as one step. What was
    measured once is kept, so asking again costs little.
    """
    with opened() as wiring:
        for section in sections(wiring, (target,), branch=branch):
            desk = lay(wiring, section)
            say_notes(desk)
            points = _points(wiring, desk, last)
            _show(desk.slug, metric, points)


def _points(wiring: Wiring, desk: Desk, last: int) -> tuple[Point, ...]:
    newest = tip(wiring, desk)
    places = layout(newest)

    def wanted(path: str) -> bool:
        return _under(path, places.source) and not _under(path, places.tests)

    return chart(desk.store, newest.commit, last=last, wanted=wanted, cache=wiring.state / "metrics.cache")


def _under(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _show(slug: str, metric: str, points: Sequence[Point]) -> None:
    listed = [{"commit": each.commit, "committed": _date(each), **each.figures} for each in points]
    if current().format == "ndjson":
        for row in listed:
            say(as_json({"repository": slug, **row}))
        return
    values = [each.figures[metric] for each in points]
    if not current().machine:
        say(f"{slug}: {metric} over {len(points)} commits, {values[0]} to {values[-1]}\n{sparkline(values)}")
        rows(
            [_row(points, at, metric) for at in _chosen(len(points))],
            ("commit", "committed", metric, "since"),
            empty="",
        )
        return
    answer({"repository": slug, "metric": metric, "points": listed}, "")


def _date(point: Point) -> str:
    return datetime.fromtimestamp(point.committed, UTC).strftime("%Y-%m-%d")


def _row(points: Sequence[Point], at: int, metric: str) -> dict[str, object]:
    point = points[at]
    change = point.figures[metric] - points[0].figures[metric]
    return {
        "commit": point.commit[:10],
        "committed": _date(point),
        metric: point.figures[metric],
        "since": f"{change:+}",
    }


def _chosen(count: int) -> list[int]:
    """Evenly spread places, the first and the last among them."""
    shown = min(count, ROWS)
    return sorted({round(number * (count - 1) / max(shown - 1, 1)) for number in range(shown)})


def sparkline(values: Sequence[int]) -> str:
    """A bar a value, at most `WIDTH`: the lowest bar is the least value, the highest the largest."""
    shown = min(len(values), WIDTH)
    taken = [values[round(number * (len(values) - 1) / max(shown - 1, 1))] for number in range(shown)]
    least, spread = min(taken), max(taken) - min(taken)
    return "".join(BARS[(value - least) * (len(BARS) - 1) // spread if spread else 0] for value in taken)
