"""What is said of flow runs to a real server, and what it keeps."""

from collections.abc import Callable
from typing import Any

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.schemas.automations import AutomationCore
from prefect.states import Cancelling, Completed, Pending, Running, State

from pipelines.gateway import Gateway
from pipelines.install import ZOMBIES, drifted, install
from tests.pipelines.conftest import Prefect


def run_in(prefect: Prefect, *states: State[Any]) -> FlowRun:
    """A flow run that went through these states."""
    found = prefect.client.read_deployment_by_name("reconcile/reconcile")
    made = prefect.client.create_flow_run_from_deployment(found.id, parameters={})
    for state in states:
        prefect.client.set_flow_run_state(made.id, state)
    return prefect.client.read_flow_run(made.id)


@pytest.mark.parametrize(
    ("states", "end"),
    [((), StateType.CRASHED), ((Cancelling,), StateType.CANCELLED)],
    ids=["running", "cancelling"],
)
def test_a_run_whose_process_is_gone_is_ended(
    prefect: Prefect, states: tuple[Callable[[], State[Any]], ...], end: StateType
) -> None:
    run = run_in(prefect, Pending(), Running(), *(made() for made in states))
    assert run.state_type is (StateType.CANCELLING if states else StateType.RUNNING)
    assert Gateway(prefect.client).bury(run, "its process is gone")
    assert (ended := prefect.client.read_flow_run(run.id).state) is not None
    assert (ended.type, ended.message) == (end, "its process is gone")


def test_a_run_that_ended_since_it_was_read_keeps_its_end(prefect: Prefect) -> None:
    run = run_in(prefect, Pending(), Running())
    prefect.client.set_flow_run_state(run.id, Completed())
    assert not Gateway(prefect.client).bury(run, "its process is gone")
    assert prefect.client.read_flow_run(run.id).state_type is StateType.COMPLETED


def test_an_automation_that_an_earlier_release_installed_is_brought_up_to_date(prefect: Prefect) -> None:
    found = prefect.client.find_automation(ZOMBIES)
    assert found is not None
    forcing = found.actions[0].model_copy(update={"force": True})
    earlier = AutomationCore(name=ZOMBIES, trigger=found.trigger, actions=[forcing])
    prefect.client.update_automation(found.id, earlier)
    assert [line for line in install(prefect.client) if ZOMBIES in line]
    mended = prefect.client.find_automation(ZOMBIES)
    assert mended is not None
    assert (mended.id, mended.actions) == (found.id, found.actions)
    assert not [line for line in install(prefect.client) if ZOMBIES in line], "a second time changes nothing"
    assert not [line for line in drifted(prefect.client) if ZOMBIES in line]
