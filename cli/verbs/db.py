"""`pyagent db migrate`: create or upgrade the ledger."""

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened


@click.command("db")
@click.argument("action", type=click.Choice(["migrate"]))
@options
def verb(action: str) -> None:  # noqa: ARG001 - the one action there is
    """Create the ledger or bring it to this version's schema (opening it does the same)."""
    with opened() as wiring:
        where = wiring.ledger.location
    answer({"migrated": where}, f"the ledger at {where} has this version's schema")
