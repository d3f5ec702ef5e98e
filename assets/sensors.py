"""What wakes Dagster: repositories that came or went, wishes that changed, facts of the ledger."""

import hashlib
from pathlib import Path

import dagster as dg

from assets.events import told
from assets.partitions import REPOSITORIES
from assets.workshop import Workshop, slugs
from stages.ingest import NAME

MOST_EVENTS = 200
"""Entries of the journal told in one tick."""
CONSUMER = "dagster"

LOOP = dg.define_asset_job("loop", selection=["ideas", "metrics", "findings", "tickets"])


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def repositories_under_care(context: dg.SensorEvaluationContext, workshop: Workshop) -> dg.SensorResult:
    """A partition for each repository that is configured or under care; one that left keeps its history."""
    with workshop.opened(context.log) as wiring:
        wanted = list(slugs(wiring))
    known = set(context.instance.get_dynamic_partitions(str(REPOSITORIES.name)))
    new = [slug for slug in wanted if slug not in known]
    return dg.SensorResult(dynamic_partitions_requests=[REPOSITORIES.build_add_request(new)] if new else [])


@dg.sensor(job=LOOP, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def wishes(context: dg.SensorEvaluationContext, workshop: Workshop) -> dg.SensorResult:
    """The loop for every repository when the operator's improvements.md says something else than before."""
    with workshop.opened(context.log) as wiring:
        place, wanted = wiring.state.parent / NAME, list(slugs(wiring))
    digest = _digest(place)
    if digest == (context.cursor or ""):
        return dg.SensorResult(skip_reason=f"{place} says what it said before")
    known = set(context.instance.get_dynamic_partitions(str(REPOSITORIES.name)))
    runs = [dg.RunRequest(run_key=f"wishes/{digest}/{slug}", partition_key=slug) for slug in wanted if slug in known]
    if not runs:
        return dg.SensorResult(skip_reason="no repository has its partition yet")
    return dg.SensorResult(run_requests=runs, cursor=digest)


def _digest(place: Path) -> str:
    return hashlib.blake2b(place.read_bytes(), digest_size=16).hexdigest() if place.is_file() else ""


@dg.sensor(minimum_interval_seconds=15, default_status=dg.DefaultSensorStatus.RUNNING)
def ledger_events(context: dg.SensorEvaluationContext, workshop: Workshop) -> dg.SensorResult:
    """What happened since the last tick, as events of the assets that the ledger feeds.

    The place is Dagster's own cursor, which moves together with the events; the ledger is told of it a tick
    later, when it is known to have been kept.
    """
    with workshop.opened(context.log) as wiring:
        outbox = wiring.ledger.outbox
        place = int(context.cursor or 0)
        outbox.advance(CONSUMER, min(place, wiring.ledger.journal.head().count))
        entries = [entry for entry in wiring.ledger.journal.entries(place)][:MOST_EVENTS]
    if not entries:
        return dg.SensorResult(skip_reason="nothing happened")
    return dg.SensorResult(asset_events=told(entries), cursor=str(entries[-1].sequence))
