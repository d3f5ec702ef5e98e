"""`pyagent audit`: prove the journal's hash chain."""

import click

from cli.answers import answer
from cli.frame import options
from cli.opening import opened
from pyagent.errors import LedgerError


@click.command("audit")
@options
def verb() -> None:
    """Walk the whole journal: each row's hash, their order, and that none is missing."""
    with opened() as wiring:
        report = wiring.ledger.journal.audit()
    if report.fault is not None:
        raise LedgerError(
            f"The journal is broken at row {report.fault.sequence}: {report.fault.what}.",
            "Restore the ledger from a backup; `pyagent audit` tells whether that one is sound.",
        )
    head = report.head
    answer({"sound": True, "facts": head.count, "head": head.hash}, f"sound: {head.count} facts, head {head.hash[:16]}")
