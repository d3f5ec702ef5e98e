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
from stages.wiring import Wiring


@click.command("approve")
@click.argument("names", nargs=-1)
@click.option(
    "--class", "classes", type=ChangeClasses(), help="Tick classes, of H, A and T (H,A), for the repositories named."
)
@options
def verb(names: tuple[str, ...], classes: frozenset[ChangeClass] | None) -> None:
    """Approve changes NAMES, or with --class tick a class for the repositories NAMES.

    A ticked class merges whenever enough proven changes wait; an approved change, once.
    """
    if not names:
        raise UsageError(
            "Nothing is named.",
            "Name changes (`pyagent queue` lists them), or with --class the repositories (`pyagent status`).",
        )
    with opened() as wiring:
        if classes is None:
            facts = [approve(wiring, change, by=getpass.getuser()) for change in names]
            answer({"approved": [fact.change for fact in facts]}, f"approved {', '.join(f.change for f in facts)}")
        else:
            _tick(wiring, names, classes)


def _tick(wiring: Wiring, names: tuple[str, ...], classes: frozenset[ChangeClass]) -> None:
    slugs = [lay(wiring, section).slug for section in sections(wiring, names)]
    new = {slug: [each.value for each in unlock(wiring, slug, classes, by=getpass.getuser())] for slug in slugs}
    ticked = [f"{slug}: {_said(added)}" for slug, added in new.items()]
    answer({"ticked": new}, "\n".join(ticked))


def _said(added: list[str]) -> str:
    return f"class {' and '.join(added)} ticked" if added else "was ticked already"
