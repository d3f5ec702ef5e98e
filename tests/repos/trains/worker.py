"""A merging process to be killed.

It does what a stage does with events: a merged or ejected change is told once, durably, to the
file `told`, before the next event is asked for.
"""

import os
import pickle
from pathlib import Path

from pyagent import failpoints
from pyagent.clock import SystemClock
from pyagent.ledger.opening import open_ledger
from pyagent.model import Queued
from repos.forges.local import LocalForge
from repos.stores.store import clear_stale_locks, open_store
from repos.trains.departures import Ejected, Merged, Yard, landed
from tests.repos.trains.yard import REPOSITORY, Prover, run_events, train


def main(folder: Path, failpoint: str) -> None:
    """Merge what is queued and not told yet."""
    failpoints.arm_from(failpoint)
    queue: tuple[Queued, ...] = pickle.loads((folder / "queue").read_bytes())  # noqa: S301 - written by the test
    store = open_store(folder / "state", REPOSITORY.slug)
    clear_stale_locks(store, grace_seconds=0.5)
    with open_ledger(folder / "ledger", clock=SystemClock()) as ledger, (folder / "told").open("ab") as told:
        yard = Yard(REPOSITORY, store, LocalForge(folder / "state"), ledger.effects)
        left = [queued for queued in queue if queued.change.encode() not in (folder / "told").read_bytes().split()]
        for event in landed(tuple(left), yard):
            _tell(told.fileno(), event.change)
            left = [queued for queued in left if queued.change != event.change]
        while left:
            for event in run_events(yard, train(yard, *left), Prover(store)):
                if isinstance(event, Merged | Ejected):
                    _tell(told.fileno(), event.change)
                    left = [queued for queued in left if queued.change != event.change]


def _tell(handle: int, change: str) -> None:
    os.write(handle, change.encode() + b"\n")
    os.fsync(handle)
