"""`pyagent queue`: proven changes that wait."""

from collections.abc import Iterator

import click

from cli.advice import parted
from cli.answers import rows
from cli.frame import options
from cli.opening import opened
from pyagent.ledger.views import RepositoryView
from pyagent.settings import PolicySection
from stages.opening import section_of

COLUMNS = ("change", "repository", "class", "waits for", "score", "title")


@click.command("queue")
@options
def verb() -> None:
    """List proven changes that wait for a train or for a person."""
    with opened() as wiring:
        settings = wiring.settings
        listed = [
            row
            for view in wiring.view().repositories.values()
            if view.repository is not None
            for row in _rows(view, settings.policy_of(section_of(settings, view)))
        ]
    rows(listed, COLUMNS, empty="nothing waits")


def _rows(view: RepositoryView, policy: PolicySection) -> Iterator[dict[str, object]]:
    held = parted(view, policy).held
    for queued in view.queued:
        yield {
            "change": queued.change,
            "repository": view.slug,
            "class": queued.change_class.value,
            "waits for": "a person" if queued in held else "the train",
            "score": round(queued.score, 2),
            "title": view.proposals[queued.proposal].title,
        }
