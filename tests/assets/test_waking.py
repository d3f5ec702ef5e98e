"""Sensors and the schedule on a real instance, ticked by hand."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.definitions import defs
from assets.events import told
from assets.schedules import nightly
from assets.sensors import ledger_events, merge_threshold, repositories_under_care, wishes
from pyagent.ledger.facts import (
    ChangeQueued,
    ClassUnlocked,
    Fact,
    LessonLearnt,
    MergingPaused,
    ProposalMade,
    RunRequested,
    TicketRaised,
)
from pyagent.model import ChangeClass, Ticket
from tests.assets.conftest import SLUG, Place
from tests.assets.test_loop import LOG, materialized


def tick(place: Place, sensor: dg.SensorDefinition, cursor: str | None = None) -> dg.SensorResult:
    context = dg.build_sensor_context(instance=place.instance, cursor=cursor, resources={"workshop": place.workshop})
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


def test_an_edit_is_one_run_for_each_repository_and_waits_for_none(place: Place) -> None:
    with (place.folder / "pyagent.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(f'[[repository]]\ntarget = "{place.project.root}"\nslug = "twin"\n')
    (place.folder / "improvements.md").write_text("- Simplify `kind`\n", "utf-8")
    first = tick(place, wishes)
    assert [run.partition_key for run in first.run_requests or ()] == [SLUG]
    assert first.cursor is None
    place.instance.add_dynamic_partitions("repositories", ["twin"])
    second = tick(place, wishes)
    keys = {run.partition_key: run.run_key for run in second.run_requests or ()}
    assert keys == {slug: f"wishes/{second.cursor}/{slug}" for slug in (SLUG, "twin")}
    assert (first.run_requests or ())[0].run_key == keys[SLUG]


def queued(change: str) -> list[Fact]:
    ticket = Ticket(change, SLUG, "a.py", "f", "split", ChangeClass.A, "evidence", "why", 1.0, ())
    return [
        TicketRaised(SLUG, ticket),
        ProposalMade(SLUG, change, "evidence", f"{change}-p", "base", ChangeClass.A, "Title", "blob"),
        ChangeQueued(SLUG, change, f"{change}-p", "base", f"{change}-c", ChangeClass.A, 1.0),
    ]


def record(place: Place, *facts: Fact) -> None:
    with place.workshop.opened(LOG) as wiring:
        wiring.ledger.journal.append(list(facts), token=None)


def departs_with(place: Place, threshold: int) -> None:
    """So many changes are enough for a train."""
    with (place.folder / "pyagent.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(f"[policy.default]\nthreshold = {threshold}\n")


def trains(place: Place) -> list[dg.RunRequest]:
    return list(tick(place, merge_threshold).run_requests or ())


def test_a_train_is_asked_for_when_enough_changes_may_depart(place: Place) -> None:
    departs_with(place, 2)
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    assert trains(place) == []
    record(place, *queued("two"))
    (run,) = trains(place)
    assert run.partition_key == SLUG
    assert run.run_config["ops"] == {"proposals": {"config": {"proposals": 0, "train_now": False}}}
    assert [again.run_key for again in trains(place)] == [run.run_key]
    record(place, *queued("three"))
    assert [other.run_key for other in trains(place)] != [run.run_key]
    record(place, MergingPaused(SLUG, paused=True, by="me"))
    assert trains(place) == []


def test_dagster_takes_the_requests_of_its_sensors_as_runs(place: Place) -> None:
    departs_with(place, 1)
    (place.folder / "improvements.md").write_text("- Simplify `kind`\n", "utf-8")
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    location = defs.get_repository_def()
    found: dict[str, dg.RunRequest] = {}
    for name in ("wishes", "merge_threshold"):
        context = dg.build_sensor_context(
            instance=place.instance, repository_def=location, resources={"workshop": place.workshop}
        )
        with dg.partition_loading_context(dynamic_partitions_store=place.instance):  # as a code server has it
            (run,) = location.get_sensor_def(name).evaluate_tick(context).run_requests or ()
        found[name] = run
        assert run.tags["dagster/partition"] == SLUG
    done = defs.resolve_job_def("train").execute_in_process(
        partition_key=SLUG, instance=place.instance, resources={"workshop": place.workshop},
        run_config=dict(found["merge_threshold"].run_config),
    )  # fmt: skip
    assert done.success
    assert trains(place) == []  # it goes on


def test_nothing_is_folded_until_the_ledger_or_the_policy_says_something_else(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    first = tick(place, merge_threshold)
    assert (first.run_requests, first.cursor is None) == ([], False)
    with monkeypatch.context() as patched:
        patched.setattr("assets.sensors._trains", None)
        assert tick(place, merge_threshold, first.cursor).skip_reason == dg.SkipReason("nothing happened")
    departs_with(place, 1)
    assert len(tick(place, merge_threshold, first.cursor).run_requests or ()) == 1


def test_a_train_waits_for_its_partition(place: Place) -> None:
    departs_with(place, 1)
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    place.instance.delete_dynamic_partition("repositories", SLUG)
    found = tick(place, merge_threshold)
    assert (found.run_requests, found.cursor) == ([], None)


def test_a_run_that_goes_on_lets_its_own_trains_depart(place: Place) -> None:
    departs_with(place, 1)
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    assert len(trains(place)) == 1
    record(place, RunRequested(SLUG, "name", "dagster"))
    assert trains(place) == []


def test_a_loop_that_somebody_else_started_lets_its_own_trains_depart(place: Place) -> None:
    departs_with(place, 1)
    record(place, *queued("one"), ClassUnlocked(SLUG, ChangeClass.A, "me"))
    with place.workshop.opened(LOG) as wiring, wiring.ledger.leases.hold(f"{SLUG}/run"):
        found = tick(place, merge_threshold)
        assert (found.run_requests, found.cursor) == ([], None), "looked at again once the loop has ended"
    assert len(trains(place)) == 1


def test_a_patch_is_observed_and_everything_after_it_materialized(place: Place) -> None:
    record(place, *queued("one"))
    patch, waits = tick(place, ledger_events).asset_events
    assert isinstance(patch, dg.AssetObservation)
    assert (patch.asset_key.to_user_string(), patch.metadata["change"].value) == ("proposals", "one")
    assert isinstance(waits, dg.AssetMaterialization)
    assert waits.asset_key.to_user_string() == "queue"


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
