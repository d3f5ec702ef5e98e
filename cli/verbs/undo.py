"""`pyagent undo CHANGE`: take one merged change back."""

import getpass

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from stages.decisions import owner, undo
from stages.desk import lay
from stages.opening import section_of


@click.command("undo")
@click.argument("change")
@click.option("--reason", default="taken back", help="Why; part of the commit's message.")
@options
def verb(change: str, reason: str) -> None:
    """Take merged CHANGE back by one commit on the branch."""
    with opened() as wiring:
        view = wiring.of(owner(wiring.view(), change))
        desk = lay(wiring, section_of(wiring.settings, view))
        commit = undo(wiring, desk, change, by=getpass.getuser(), reason=reason)
    answer({"undone": change, "commit": commit}, f"took {change} back by {commit[:10]}")
