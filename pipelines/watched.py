"""Stages carried out as Prefect tasks: seen in the UI, tried again where trying again helps."""

from collections.abc import Callable
from typing import Any, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff

from pyagent.errors import LeaseHeld, UpstreamDeferred

TRIES = 6
"""After about a minute in all somebody else holds the lease for long: the flow ends and is dispatched again."""

Made = TypeVar("Made")


def watched(name: str, act: Callable[[], Made]) -> Made:
    """The result of `act`, run as the task `name`; a held lease and a deferring upstream are waited for."""
    # Everything a stage makes lies in the ledger: a result stored once more would only age.
    carried_out = task(
        name=name,
        task_run_name=name,
        retries=TRIES,
        retry_delay_seconds=exponential_backoff(backoff_factor=1),
        retry_jitter_factor=0.5,
        retry_condition_fn=_passes,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(_of(act))
    return carried_out()


def _of(act: Callable[[], Made]) -> Callable[[], Made]:
    """`act` as a plain function: Prefect reads names and signatures that other callables lack."""

    def stage() -> Made:
        return act()

    return stage


def _passes(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), LeaseHeld | UpstreamDeferred)
