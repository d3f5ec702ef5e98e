"""`python -m pipelines.install`: pools, limits, deployments and the automation that Prefect's server must have.

Run again it changes nothing that stands as it should. At the end everything is read back through the calls
that clients and workers use, which a health check alone does not try: servers exist that are healthy and
refuse every deployment.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectException
from prefect.utilities.callables import parameter_schema

from pipelines.words import GPU_POOL, POOL

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "prefect.yaml"
PLACE = _INSTALLED if _INSTALLED.is_file() else _HERE.parent / "prefect.yaml"
"""The deployments: beside this module where pyagent is installed, beside the rooms in a checkout."""
LIMITS = {"gpu-pool": 1, "forge-api": 4}
"""Global limits: courtesy and visibility, never a mutex. The pool of models and the forge guard themselves."""
QUEUES = {"loops": 8, "candidates": max(2, os.cpu_count() or 2)}
"""Loops only wait for their candidates; a candidate keeps a processor busy."""
ZOMBIES = "pyagent: flow runs without a heartbeat"
SILENT_SECONDS = 90
"""Three heartbeats, whose frequency the deployments set."""


def install(client: SyncPrefectClient, place: Path = PLACE) -> list[str]:
    """Everything the server must have; a line for each thing that was made or brought up to date."""
    return [*_pools(client), *_queues(client), *_limits(client), *_deployments(client, place), *_automation(client)]


def _pools(client: SyncPrefectClient) -> Iterator[str]:
    for name in (POOL, GPU_POOL):
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            continue
        yield f"work pool {name}"


def _queues(client: SyncPrefectClient) -> Iterator[str]:
    """Queues of the pool, each with its own limit; one that is there keeps what its operator set."""
    for name, limit in QUEUES.items():
        try:
            client.create_work_queue(name, concurrency_limit=limit, work_pool_name=POOL)
        except ObjectAlreadyExists:
            continue
        yield f"work queue {name}, {limit} at once"


def _limits(client: SyncPrefectClient) -> Iterator[str]:
    for name, limit in LIMITS.items():
        try:
            client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            client.upsert_global_concurrency_limit_by_name(name, limit)
            yield f"limit {name} = {limit}"


def _deployments(client: SyncPrefectClient, place: Path) -> Iterator[str]:
    for written in yaml.safe_load(place.read_text("utf-8"))["deployments"]:
        found = _flow(written["entrypoint"])
        client.create_deployment(
            flow_id=client.create_flow_from_name(found.name),
            name=written["name"],
            description=written["description"],
            entrypoint=written["entrypoint"],
            work_pool_name=written["work_pool"]["name"],
            work_queue_name=written["work_pool"].get("work_queue_name"),
            job_variables=written["work_pool"].get("job_variables"),
            parameter_openapi_schema=parameter_schema(found).model_dump_for_openapi(),
            enforce_parameter_schema=True,
        )
        yield f"deployment {found.name}/{written['name']}"


def _flow(entrypoint: str) -> Flow[..., Any]:
    module, _, name = entrypoint.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _automation(client: SyncPrefectClient) -> Iterator[str]:
    wanted, found = _zombies(), client.find_automation(ZOMBIES)
    if found is None:
        client.create_automation(wanted)
    elif (found.trigger, found.actions) != (wanted.trigger, wanted.actions):
        wanted.enabled = found.enabled  # an operator's word
        client.update_automation(found.id, wanted)
    else:
        return
    yield f"automation {ZOMBIES}"


def _zombies() -> AutomationCore:
    """Ends runs that fell silent, but is not forced to.

    A server on SQLite gives an event up after four refused locks, all within milliseconds. Is it the event of a
    run's end that is lost, the run must keep that end.
    """
    ends = {
        f"prefect.flow-run.{word}" for word in ("Completed", "Failed", "Cancelled", "Crashed", "Suspended", "Paused")
    }
    trigger = EventTrigger(
        posture=Posture.Proactive,
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.heartbeat", *ends},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(seconds=SILENT_SECONDS),
    )
    message = f"No heartbeat for {SILENT_SECONDS} seconds."
    action = ChangeFlowRunState(name=None, force=False, state=StateType.CRASHED, message=message)
    return AutomationCore(name=ZOMBIES, trigger=trigger, actions=[action])


def missing(client: SyncPrefectClient, place: Path = PLACE) -> list[str]:
    """What is not there, read as clients and workers read it; empty when all is."""
    for name in (POOL, GPU_POOL):
        client.read_work_pool(name)
    names = [each["name"] for each in yaml.safe_load(place.read_text("utf-8"))["deployments"]]
    queues = {found.name for found in client.read_work_queues(work_pool_name=POOL)}
    deployments = {found.name for found in client.read_deployments()}
    limits = {found.name for found in client.read_global_concurrency_limits()}
    return [
        *(f"deployment {name} is not there" for name in names if name not in deployments),
        *(f"work queue {name} is not there" for name in QUEUES if name not in queues),
        *(f"limit {name} is not there" for name in LIMITS if name not in limits),
        *([] if client.find_automation(ZOMBIES) else [f"the automation '{ZOMBIES}' is not there"]),
    ]


def drifted(client: SyncPrefectClient) -> list[str]:
    """What an operator or a fault changed since, and runs that nobody takes; none of it keeps `up` from starting."""
    queues = client.read_work_queues(work_pool_name=POOL)
    limits = client.read_global_concurrency_limits()
    zombies = client.find_automation(ZOMBIES)
    return [
        *(f"work queue {each.name} is paused" for each in queues if each.is_paused),
        *(
            f"limit {each.name} is {each.limit if each.active else 'off'}, not {LIMITS[each.name]}"
            for each in limits
            if each.name in LIMITS and (each.limit != LIMITS[each.name] or not each.active)
        ),
        *([f"the automation '{ZOMBIES}' is off"] if zombies is not None and not zombies.enabled else []),
        *_late(client),
    ]


def _late(client: SyncPrefectClient) -> list[str]:
    late = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"])))
    runs = client.read_flow_runs(flow_run_filter=late, limit=200)
    return [f"{len(runs)} flow runs are late: no worker takes them"] if runs else []


def main() -> int:
    """Install, then check; 0 when all is there, 5 when the server has a fault of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, say what is amiss")
    given = parser.parse_args()
    try:
        with get_client(sync_client=True) as client:
            for line in [] if given.check else install(client):
                sys.stdout.write(f"{line}\n")
            faults = [*missing(client), *(drifted(client) if given.check else [])]
    except (httpx.HTTPError, PrefectException) as error:
        sys.stderr.write(f"Prefect's server refused: {type(error).__name__}: {error}\n")
        return 5
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 5 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
