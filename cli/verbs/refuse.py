"""`pyagent refuse CHANGE`: say no."""

import getpass

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from pyagent.ledger.facts import ClassStopped
from stages.decisions import refuse


@click.command("refuse")
@click.argument("change")
@click.option("--reason", required=True, help="Why; kept in the ledger and counted in lessons.")
@click.option("--until-changed", is_flag=True, help="Forget the refusal when the target code changes.")
@options
def verb(change: str, reason: str, until_changed: bool) -> None:  # noqa: FBT001 - click hands flags by name
    """Never offer CHANGE again."""
    with opened() as wiring:
        facts = refuse(wiring, change, by=getpass.getuser(), reason=reason, until_changed=until_changed)
    stopped = [fact.change_class.value for fact in facts if isinstance(fact, ClassStopped)]
    tail = f"; class {stopped[0]} is stopped after two refusals in a row" if stopped else ""
    answer({"refused": change, "stopped": stopped}, f"refused {change}{tail}")
