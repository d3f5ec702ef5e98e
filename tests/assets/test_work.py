"""A run asked for by Dagster: a fact in the ledger, once, and a page that shows what came of it."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster import DagsterRun

from assets.definitions import defs
from assets.runs import runs_of
from assets.work import Wanted, flows, proposals, run_name
from pyagent.ledger.entries import Entry
from pyagent.ledger.facts import Fact, RunEnded, RunRequested, RunStarted
from tests.assets.conftest import SLUG, Place
from tests.assets.test_loop import LOG, materialized, metadata


def asked(place: Place) -> list[RunRequested]:
    with place.workshop.opened(LOG) as wiring:
        return list(wiring.view().due)


def ask(place: Place, config: dict[str, object] | None = None) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [proposals], partition_key=SLUG, instance=place.instance, resources={"workshop": place.workshop},
        run_config={"ops": {"proposals": {"config": config or {}}}},
    )  # fmt: skip


def test_the_loop_ends_with_a_request_and_not_with_the_work(place: Place) -> None:
    done = materialized(place, proposals)
    assert done.success
    (fact,) = asked(place)
    assert fact == RunRequested(SLUG, run_name(SLUG, done.dagster_run), "dagster", None, train_now=False)
    shown = metadata(place, "proposals")
    assert shown["run"] == fact.run
    assert shown["tickets left"] == metadata(place, "tickets")["waiting"]
    assert f"| {fact.run} | dagster |" in str(shown["last runs"])
    assert "work in flight" not in shown


def test_the_launchpad_says_what_the_run_may_do(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYAGENT_PREFECT_UI", "http://127.0.0.1:4200/")
    ask(place, {"proposals": 3, "train_now": True})
    (fact,) = asked(place)
    assert (fact.proposals, fact.train_now) == (3, True)
    link = f"http://127.0.0.1:4200/v2/runs?tags=pyagent-run%3A{fact.run}"
    assert metadata(place, "proposals")["work in flight"] == link == flows(fact.run)


def test_fewer_than_no_proposals_are_refused() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Wanted(proposals=-1)


def test_the_whole_job_takes_the_same_configuration(place: Place) -> None:
    job = defs.resolve_job_def("train")
    done = job.execute_in_process(
        partition_key=SLUG, instance=place.instance, resources={"workshop": place.workshop},
        run_config=dg.RunConfig(ops={"proposals": Wanted(proposals=0)}),
    )  # fmt: skip
    assert done.success
    assert [fact.proposals for fact in asked(place)] == [0]


def test_a_retry_asks_for_the_same_run_and_a_run_started_over_for_another() -> None:
    first = DagsterRun("loop", "first")
    retried = DagsterRun(
        "loop", "second", root_run_id="first", parent_run_id="first", tags={"dagster/retry_number": "1"}
    )
    over = DagsterRun("loop", "third", root_run_id="first", parent_run_id="first")
    assert run_name(SLUG, first) == run_name(SLUG, retried)
    assert run_name(SLUG, over) not in {run_name(SLUG, first), run_name("other", over)}


def test_a_step_tried_again_after_its_fact_was_written_writes_none(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_once(*_: object) -> dict[str, str]:
        monkeypatch.undo()
        raise dg.RetryRequested(max_retries=1)

    monkeypatch.setattr("assets.work.of_request", fails_once)
    assert ask(place).success
    assert len(asked(place)) == 1


def test_runs_are_rows_in_the_order_in_which_they_were_asked_for() -> None:
    at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    facts: list[Fact] = [
        RunRequested(SLUG, "a", "dagster"),
        RunRequested("other", "x", "prefect"),
        RunRequested(SLUG, "a", "prefect"),
        RunStarted(SLUG, "a", (SLUG,)),
        RunEnded(SLUG, "a", 2, 3, 4, "nothing more to do"),
        RunStarted(SLUG, "unasked", (SLUG,)),
    ]
    entries = [Entry(n, at.replace(minute=n), fact, "") for n, fact in enumerate(facts)]
    assert [row.cells for row in runs_of(SLUG, entries)] == [
        ("a", "dagster", "2026-11-21 03:03 UTC", "2026-11-21 03:04 UTC", 2, 3, 4, "nothing more to do"),
        ("unasked", "", "2026-11-21 03:05 UTC", "", "", "", "", ""),
    ]
