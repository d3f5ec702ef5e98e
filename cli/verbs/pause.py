"""`pyagent pause`: stop merging."""

import click

from cli.frame import options
from cli.switch import switch


@click.command("pause")
@click.argument("targets", nargs=-1)
@options
def verb(targets: tuple[str, ...]) -> None:
    """Stop merging in TARGETS, or everywhere. A train under way stops before its next merge."""
    switch(targets, paused=True)
