"""`pyagent status`: where everything stands."""

from collections import Counter

import click

from cli.answers import rows
from cli.frame import options
from cli.opening import opened

COLUMNS = ("repository", "branch", "merging", "untried", "queued", "merged", "needs", "last run")


@click.command("status")
@options
def verb() -> None:
    """One line for each repository under care."""
    with opened() as wiring:
        view = wiring.view()
        ends = {run.started.repository: run for run in view.runs.values()}
        listed: list[dict[str, object]] = []
        for slug, each in view.repositories.items():
            statuses = Counter(standing.status.value for standing in each.standings.values())
            last = ends.get(slug)
            listed.append(
                {
                    "repository": slug,
                    "branch": each.repository.branch if each.repository else "",
                    "merging": "paused"
                    if each.paused
                    else (",".join(c.value for c in each.unlocked) or "nothing ticked"),
                    "untried": len(each.untried),
                    "queued": len(each.queued),
                    "merged": statuses["merged"],
                    "needs": statuses["needs-tests"] + statuses["needs-a-name"],
                    "last run": "none"
                    if last is None
                    else (last.ended.reason if last.ended else "going on, or killed"),
                }
            )
    rows(listed, COLUMNS, empty="no repository is under care")
