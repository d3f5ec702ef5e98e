"""prefect.yaml beside the flows it names."""

import importlib
import inspect
from typing import Any

import pytest
import yaml
from prefect import Flow

from assets.work import UI_VARIABLE
from cli.supervisor import services, surroundings
from pipelines import words
from pipelines.decide import Flights, Submission, for_request, for_train
from pipelines.install import PLACE, SILENT_SECONDS
from pyagent.ledger.facts import RunRequested
from pyagent.model import Train

WRITTEN = yaml.safe_load(PLACE.read_text("utf-8"))["deployments"]


def flow_of(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["name"])
def test_a_deployment_is_named_for_its_flow_and_runs_on_a_pool_there_is(written: dict[str, Any]) -> None:
    assert flow_of(written["entrypoint"]).name == written["name"]
    assert written["work_pool"]["name"] in {words.POOL, words.GPU_POOL}


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["name"])
def test_a_run_is_heard_of_thrice_before_it_counts_as_silent(written: dict[str, Any]) -> None:
    process = written["work_pool"]["job_variables"]["env"]
    assert 3 * int(process["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) <= SILENT_SECONDS


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["name"])
def test_a_flow_asks_again_whenever_its_worker_does(written: dict[str, Any]) -> None:
    name = "PREFECT_CLIENT_RETRY_EXTRA_CODES"
    assert written["work_pool"]["job_variables"]["env"][name] == surroundings.PREFECT[name]


def test_every_flow_that_has_a_name_is_deployed() -> None:
    named = {words.IMPROVE_NOW, words.IMPROVE_CANDIDATE, words.MERGE_TRAIN}
    named |= {words.INGEST_NOW, words.REVALIDATE, words.RECONCILE}
    assert {written["name"] for written in WRITTEN} == named


def test_what_the_dispatcher_submits_is_what_the_flows_take() -> None:
    asked = for_request(RunRequested("shapes", "k", "dagster"), Flights())
    train = for_train(Train("t", "shapes", "base", ()), "shapes", Flights())
    flows = {written["name"]: flow_of(written["entrypoint"]) for written in WRITTEN}
    for found in (asked, train):
        assert isinstance(found, Submission)
        inspect.signature(flows[found.deployment].fn).bind(**found.parameters)


def test_the_rim_agrees_on_names_that_no_side_may_import_from_another() -> None:
    assert services.POOL == words.POOL
    around = surroundings.Surroundings(PLACE.parent, None, "full", 4200, pages=True)
    assert surroundings.environment(around, {})[UI_VARIABLE] == "http://127.0.0.1:4200"
