"""What wakes Dagster: repositories that came or went, wishes that changed, trains that are due, facts of the ledger."""

# pyright: reportUnknownMemberType=false
# Dagster's own hints name PathLike without what it is a path of.

import hashlib
from itertools import islice
from pathlib import Path

import dagster as dg

from assets.events import told
from assets.jobs import LOOP, TRAIN
from assets.partitions import REPOSITORIES
from assets.work import BY, Wanted
from assets.workshop import Workshop
from pyagent.ids import digest
from pyagent.model import Train
from stages.ingest import NAME
from stages.merge import due
from stages.opening import slugs
from stages.wiring import Wiring

MOST_EVENTS = 200
"""Entries of the journal told in one tick."""
CONSUMER = "dagster"


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
        place = wiring.state.parent / NAME
        said = _digest(place)
        if said == (context.cursor or ""):
            return dg.SensorResult(skip_reason=f"{place} says what it said before")
        wanted = list(slugs(wiring))
    known = set(context.instance.get_dynamic_partitions(str(REPOSITORIES.name)))
    runs = [dg.RunRequest(run_key=f"wishes/{said}/{slug}", partition_key=slug) for slug in wanted if slug in known]
    if not runs:
        return dg.SensorResult(skip_reason="no repository has its partition yet")
    # Until every repository has its partition the others are asked for again, under keys Dagster has seen.
    return dg.SensorResult(run_requests=runs, cursor=said if len(runs) == len(wanted) else context.cursor)


def _digest(place: Path) -> str:
    return hashlib.blake2b(place.read_bytes(), digest_size=16).hexdigest() if place.is_file() else ""


@dg.sensor(job=TRAIN, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def merge_threshold(context: dg.SensorEvaluationContext, workshop: Workshop) -> dg.SensorResult:
    """A run that writes nothing new, for each repository where enough proven changes may depart.

    Approvals that came after a run are what this waits for: a run lets its own trains depart.
    """
    with workshop.opened(context.log) as wiring:
        # The ledger is folded only when it, or the policy, says something else than at the last tick.
        seen = digest(str(wiring.ledger.journal.head().count), wiring.settings.model_dump_json())
        if seen == context.cursor:
            return dg.SensorResult(skip_reason="nothing happened")
        trains, wait = _trains(wiring)
    known = set(context.instance.get_dynamic_partitions(str(REPOSITORIES.name)))
    config = dg.RunConfig(ops={"proposals": Wanted(proposals=0)})
    runs = [
        dg.RunRequest(run_key=f"train/{slug}/{members}", partition_key=slug, run_config=config)
        for slug, members in trains.items()
        if slug in known
    ]
    skipped = None if runs else "no train is due"
    settled = len(runs) == len(trains) and not wait
    return dg.SensorResult(run_requests=runs, skip_reason=skipped, cursor=seen if settled else context.cursor)


def _trains(wiring: Wiring) -> tuple[dict[str, str], bool]:
    """A digest of the members of each train that is due, by repository, and whether others wait for a run to end."""
    view = wiring.view()
    asked = {each.repository for each in view.due if each.by == BY}
    found: dict[str, str] = {}
    wait = False
    for slug, section in slugs(wiring).items():
        train = due(view.of(slug), wiring.settings.policy_of(section), base="", train_now=False)
        if not isinstance(train, Train) or slug in asked:
            continue
        if wiring.ledger.leases.is_held(f"{slug}/run"):
            wait = True  # a run lets its own trains depart
        else:
            found[slug] = digest("train", *(queued.commit for queued in train.changes))
    return found, wait


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
        entries = list(islice(wiring.ledger.journal.entries(place), MOST_EVENTS))
    if not entries:
        return dg.SensorResult(skip_reason="nothing happened")
    return dg.SensorResult(asset_events=told(entries), cursor=str(entries[-1].sequence))
