"""Events of the ledger that Dagster's instance was never told, and telling them.

A sensor's page offers to test a tick and to commit its result: the cursor moves, the events of that tick are
dropped (dagster issue 33974). Each event carries its sequence, so what is missing can be found and told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

import dagster as dg

from assets.events import KINDS, ORDER, PROPOSALS, SEQUENCE, asset_of, told
from assets.partitions import REPOSITORIES
from assets.sensors import CONSUMER
from pyagent.ledger.entries import Entry
from pyagent.ledger.opening import Ledger

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """What an instance was told: its partitions, and the sequences of each asset's events."""

    partitions: tuple[str, ...]
    sequences: Mapping[str, frozenset[int]]


def told_to(instance: dg.DagsterInstance) -> Told:
    """Everything the instance knows of the ledger."""
    partitions = tuple(instance.get_dynamic_partitions(str(REPOSITORIES.name)))
    return Told(partitions, {asset: frozenset(_sequences(instance, asset)) for asset in ORDER})


def _sequences(instance: dg.DagsterInstance, asset: str) -> Iterator[int]:
    fetch = instance.fetch_observations if asset == PROPOSALS else instance.fetch_materializations
    cursor, more = None, True
    while more:
        page = fetch(dg.AssetKey(asset), PAGE, cursor)
        for record in page.records:
            event = record.asset_materialization or record.event_log_entry.asset_observation
            if event is not None and event.tags and SEQUENCE in event.tags:
                yield int(event.tags[SEQUENCE])
        cursor, more = page.cursor, page.has_more


def missing(entries: Iterable[Entry], known: Told, *, place: int) -> tuple[Entry, ...]:
    """Entries up to `place` that are events of an asset which was not told of them, oldest first (pure)."""
    dealt_with = takewhile(lambda entry: entry.sequence <= place, entries)
    return tuple(
        entry
        for entry in dealt_with
        if (asset := asset_of(entry)) is not None and entry.sequence not in known.sequences.get(asset, frozenset())
    )


def missing_of(ledger: Ledger, known: Told) -> tuple[Entry, ...]:
    """What is missing up to the place that the sensor is known to have reached; the rest it will tell itself."""
    return missing(ledger.journal.entries(kinds=KINDS), known, place=ledger.outbox.place(CONSUMER))


def retell(instance: dg.DagsterInstance, entries: Iterable[Entry]) -> int:
    """Tell the instance of some entries, as the sensor would have; how many were told."""
    events = told(entries)
    for event in events:
        instance.report_runless_asset_event(event)
    return len(events)
