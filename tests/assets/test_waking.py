"""Sensors and the schedule on a real instance, ticked by hand."""

from datetime import UTC, datetime

import dagster as dg

from assets.events import told
from assets.schedules import nightly
from assets.sensors import ledger_events, repositories_under_care, wishes
from pyagent.ledger.facts import LessonLearnt
from tests.assets.conftest import SLUG, Place
from tests.assets.test_loop import LOG, materialized


def tick(place: Place, sensor: dg.SensorDefinition, cursor: str | None = None) -> dg.SensorResult:
    context = dg.build_sensor_context(
        instance=place.instance, cursor=cursor, resources={"workshop": place.workshop}
    )
    found = sensor(context)
    assert isinstance(found, dg.SensorResult)
    return found


def test_a_repository_gets_its_partition_once(place: Place) -> None:
    assert not tick(place, repositories_under_care).dynamic_partitions_requests
    place.instance.delete_dynamic_partition("repositories", SLUG)
    (asked,) = tick(place, repositories_under_care).dynamic_partitions_requests or ()
    assert list(asked.partition_keys) == [SLUG]


def test_an_edit_of_the_wishes_starts_the_loop_once(place: Place) -> None:
    assert tick(place, wishes).skip_reason
    (place.folder / "improvements.md").write_text("- Simplify `kind`\n", "utf-8")
    first = tick(place, wishes)
    (run,) = first.run_requests or ()
    assert run.partition_key == SLUG
    assert tick(place, wishes, first.cursor).skip_reason
    (place.folder / "improvements.md").write_text("- Simplify `half`\n", "utf-8")
    (again,) = tick(place, wishes, first.cursor).run_requests or ()
    assert again.run_key != run.run_key


def test_wishes_wait_for_a_partition(place: Place) -> None:
    place.instance.delete_dynamic_partition("repositories", SLUG)
    (place.folder / "improvements.md").write_text("- Simplify `kind`\n", "utf-8")
    found = tick(place, wishes)
    assert (found.cursor, found.run_requests) == (None, [])


def test_every_fact_is_told_once_and_a_dropped_tick_is_told_again(place: Place) -> None:
    assert materialized(place).success
    with place.workshop.desk(LOG, SLUG) as (wiring, _):
        wiring.ledger.journal.append([LessonLearnt(SLUG, "ruff", 3, 2, 1, 0)], token=None)
        end = wiring.ledger.journal.head().count
    first = tick(place, ledger_events)
    assert first.cursor == str(end)
    (event,) = first.asset_events
    assert isinstance(event, dg.AssetMaterialization)
    assert (event.asset_key.to_user_string(), event.partition) == ("lessons", SLUG)
    assert event.metadata["sequence"].value == end
    assert tick(place, ledger_events).asset_events == first.asset_events
    assert tick(place, ledger_events, first.cursor).skip_reason
    with place.workshop.opened(LOG) as wiring:
        assert wiring.ledger.outbox.place("dagster") == end


def test_facts_of_no_asset_are_passed_over(place: Place) -> None:
    assert materialized(place).success
    with place.workshop.opened(LOG) as wiring:
        assert told(wiring.ledger.journal.entries()) == []


def test_a_night_starts_each_repository_once(place: Place) -> None:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    context = dg.build_schedule_context(instance=place.instance, scheduled_execution_time=at)
    runs = list(nightly(context))
    assert [(run.run_key, run.partition_key) for run in runs] == [(f"nightly/2026-11-21/{SLUG}", SLUG)]
