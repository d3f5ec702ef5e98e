"""Prefect's API, as far as we use it: submit once by key, see what runs, end what is dead."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterIdempotencyKey,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Cancelled, Crashed

LIVE = (StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING)
IN_A_PROCESS = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)


@dataclass(frozen=True, slots=True)
class Gateway:
    """One connection to the API."""

    client: SyncPrefectClient

    def submit(self, deployment: str, parameters: dict[str, Any], *, key: str, tags: Iterable[str]) -> FlowRun:
        """The flow run of this key: a new one, or the one that was submitted before."""
        found = self.client.read_deployment_by_name(f"{deployment}/{deployment}")
        return self.client.create_flow_run_from_deployment(
            found.id, parameters=parameters, idempotency_key=key, tags=sorted(tags)
        )

    def submitted(self, keys: Sequence[str]) -> list[FlowRun]:
        """Flow runs that were submitted under one of these keys, of any state."""
        found = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=list(keys)))
        return self.client.read_flow_runs(flow_run_filter=found)

    def named(self, ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
        """Flow runs by id."""
        found = self.client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(ids))))
        return {run.id: run for run in found}

    def in_processes(self) -> list[FlowRun]:
        """Flow runs that some process is said to carry out."""
        states = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(IN_A_PROCESS)))
        return self.client.read_flow_runs(flow_run_filter=FlowRunFilter(state=states), limit=200)

    def bury(self, run: FlowRun, reason: str) -> bool:
        """Say that a flow run's process is gone; False for one that has ended since it was read.

        Never forced: a run keeps an end of its own. One that was being cancelled is cancelled now, which is
        also the only end the server takes for it.
        """
        end = Cancelled if run.state_type is StateType.CANCELLING else Crashed
        answer = self.client.set_flow_run_state(run.id, end(message=reason))
        return answer.status is SetStateStatus.ACCEPT


def is_live(run: FlowRun) -> bool:
    """Whether a flow run may still do something."""
    return run.state_type in LIVE


@contextmanager
def gateway() -> Generator[Gateway]:
    """The API that the environment names."""
    with get_client(sync_client=True) as client:
        yield Gateway(client)
