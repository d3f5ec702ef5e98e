"""A round of the dispatcher by hand."""

import logging

from prefect import flow

from pipelines.dispatch import tick
from pipelines.gateway import gateway
from pipelines.opening import opened
from pipelines.pages import show_lines
from pipelines.words import RECONCILE


@flow(name=RECONCILE, persist_result=False)
def reconcile() -> int:
    """Submit what the ledger asks for and end what is dead; how many things were done."""
    with opened(logging.getLogger(__name__)) as wiring, gateway() as prefect:
        done = tick(wiring, prefect)
    show_lines("reconcile", "Reconciled", done)
    return len(done)
