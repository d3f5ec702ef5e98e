"""`pyagent resume`: go on merging."""

import click

from cli.frame import options
from cli.switch import switch


@click.command("resume")
@click.argument("targets", nargs=-1)
@options
def verb(targets: tuple[str, ...]) -> None:
    """Go on merging in TARGETS, or everywhere."""
    switch(targets, paused=False)
