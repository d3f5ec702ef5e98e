"""`pyagent resume`: go on merging."""

import getpass

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened, slugs
from stages.decisions import pause


@click.command("resume")
@click.argument("targets", nargs=-1)
@options
def verb(targets: tuple[str, ...]) -> None:
    """Go on merging in TARGETS, or everywhere."""
    with opened() as wiring:
        names = slugs(wiring, targets)
        for slug in names:
            pause(wiring, slug, paused=False, by=getpass.getuser())
    answer({"resumed": names}, f"resumed: {', '.join(name or 'everywhere' for name in names)}")
