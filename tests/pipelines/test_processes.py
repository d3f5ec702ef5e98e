"""Processes that are gone."""

import os
import signal
import subprocess
import sys
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun

from pipelines.processes import dead, is_alive, this_host
from pipelines.words import artifact_key
from tests.pipelines.conftest import eventually
from tests.plugins.command import ROOT

FLOW = "from pipelines.processes import end_with_parent as e; e(); print('on', flush=True); input()"
WORKER = """
import subprocess, sys
flow = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
print(flow.pid, flush=True)
flow.wait()
"""


def run(process: str | None) -> FlowRun:
    return FlowRun(flow_id=uuid4(), infrastructure_pid=process)


def test_a_run_is_dead_when_this_machine_has_no_such_process() -> None:
    here, gone = run(f"h:{os.getpid()}"), run("h:7")
    elsewhere, unknown = run("other:7"), run(None)
    assert dead([here, gone, elsewhere, unknown], "h", lambda pid: pid == os.getpid()) == [gone]


def test_a_process_that_ended_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_alive(process.pid)
        process.kill()
        eventually(lambda: not is_alive(process.pid), "a zombie counts as dead")
    assert not is_alive(process.pid)
    assert this_host()


def test_a_flow_ends_with_the_worker_that_started_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", WORKER, FLOW], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    with parent:
        assert parent.stdout is not None
        lines = [parent.stdout.readline().strip() for _ in range(2)]
        (child,) = [int(line) for line in lines if line.isdigit()]
        assert is_alive(child)
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not is_alive(child), "the child is gone", seconds=10)


def test_artifact_keys_are_lower_case_letters_digits_and_dashes() -> None:
    assert artifact_key("run", "My_Project.x") == "run-my-project-x"
