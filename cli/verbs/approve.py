"""`pyagent approve`: one change, or a class."""

import getpass

import click

from cli.answers import answer
from cli.classes import ChangeClasses
from cli.frame import options
from cli.opening import opened, sections
from pyagent.errors import UsageError
from pyagent.model import ChangeClass
from stages.decisions import approve, unlock
from stages.desk import lay


@click.command("approve")
@click.argument("names", nargs=-1, required=True)
@click.option("--class", "classes", type=ChangeClasses(), help="Tick a class for the repositories named.")
@options
def verb(names: tuple[str, ...], classes: frozenset[ChangeClass] | None) -> None:
    """Approve changes NAMES, or with --class tick a class for the repositories NAMES."""
    by = getpass.getuser()
    with opened() as wiring:
        if classes is None:
            facts = [approve(wiring, change, by=by) for change in names]
            answer({"approved": [fact.change for fact in facts]}, f"approved {', '.join(f.change for f in facts)}")
            return
        ticked = {
            (desk := lay(wiring, section)).slug: [c.value for c in unlock(wiring, desk.slug, classes, by=by)]
            for section in sections(wiring.settings, names)
        }
    if not ticked:
        raise UsageError("No repository is named.", "Name the targets to tick the class for.")
    answer(
        {"ticked": ticked}, "\n".join(f"{slug}: {', '.join(new) or 'already ticked'}" for slug, new in ticked.items())
    )
