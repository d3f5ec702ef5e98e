"""Processes that are gone."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun
from prefect.states import Pending, Running

from pipelines.processes import MACHINE, PID, STARTED, TURN, dead, never_began
from pipelines.words import artifact_key
from pyagent.ledger.processes import Process, process_of, this_process
from tests.pipelines.conftest import eventually
from tests.plugins.command import ROOT

FLOW = "from pipelines.processes import end_with_parent as e; e(); print('on', flush=True); input()"
WORKER = """
import subprocess, sys
flow = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
print(flow.pid, flush=True)
flow.wait()
"""


def run(process: Process, turn: int = 1) -> FlowRun:
    labels = {MACHINE: process.machine, PID: process.pid, STARTED: process.started or 0, TURN: turn}
    return FlowRun(flow_id=uuid4(), labels=labels, run_count=1, state=Running())


def test_a_run_is_dead_when_its_process_ended_on_this_machine() -> None:
    here = this_process()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        ended = process_of(process.pid)
        assert dead([run(ended)]) == []
        process.kill()
    gone, again = run(ended), run(replace(here, started=1))
    elsewhere, unknown = run(replace(ended, machine="another")), FlowRun(flow_id=uuid4())
    assert dead([run(here), gone, again, elsewhere, unknown]) == [gone, again]


def test_a_run_that_got_no_label_in_a_minute_never_began() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    early, late = (now - timedelta(seconds=seconds) for seconds in (10, 90))
    labelled = run(this_process()).model_copy(update={"state": Running(timestamp=late)})
    fresh = [FlowRun(flow_id=uuid4(), state=made(timestamp=early), run_count=1) for made in (Pending, Running)]
    stuck = [each.model_copy(update={"state": Running(timestamp=late)}) for each in fresh]
    assert never_began([*fresh, *stuck, labelled], now) == stuck


def test_a_run_that_a_person_resumed_is_not_taken_for_its_former_process() -> None:
    ended = replace(this_process(), started=1)
    waiting = run(ended).model_copy(update={"state": Pending()})
    assert dead([run(ended, turn=0), waiting]) == []
    assert len(dead([run(ended)])) == 1


def test_a_flow_ends_with_the_worker_that_started_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", WORKER, FLOW], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    with parent:
        assert parent.stdout is not None
        lines = [parent.stdout.readline().strip() for _ in range(2)]
        (child,) = [int(line) for line in lines if line.isdigit()]
        assert process_of(child).started
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not process_of(child).started, "the child is gone", seconds=10)


def test_artifact_keys_are_lower_case_letters_digits_and_dashes() -> None:
    assert artifact_key("run", "My_Project.x") == "run-my-project-x"
