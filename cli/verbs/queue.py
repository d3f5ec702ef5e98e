"""`pyagent queue`: proven changes that wait."""

import click

from cli.answers import rows
from cli.frame import options
from cli.opening import opened

COLUMNS = ("change", "repository", "class", "status", "score", "title")


@click.command("queue")
@options
def verb() -> None:
    """List proven changes that wait for a train or for a person."""
    with opened() as wiring:
        listed = [
            {
                "change": queued.change,
                "repository": slug,
                "class": queued.change_class.value,
                "status": view.standings[queued.change].status.value,
                "score": round(queued.score, 2),
                "title": view.proposals[queued.proposal].title,
            }
            for slug, view in wiring.view().repositories.items()
            for queued in view.queued
        ]
    rows(listed, COLUMNS, empty="nothing waits")
