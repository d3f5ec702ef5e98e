"""Which process carries out a flow run, and what follows when that process or its worker is gone.

Prefect records a pid without its machine, and notices a missing heartbeat after a minute and a half. Each
flow therefore labels its run with the process it lives in, so that a dispatcher on the same machine sees
within one round that it ended.
"""

import os
import signal
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.runtime import flow_run

from pyagent.ledger.processes import Process, is_dead, this_process

MACHINE, PID, STARTED = "pyagent.machine", "pyagent.pid", "pyagent.started"
TURN = "pyagent.turn"
"""Which process of the run it is: one that was suspended goes on in another."""
LOOK_SECONDS = 1.0
UNLABELLED_SECONDS = 60.0
"""From a worker's taking a run to its label, and from its begin again: a process starts in five seconds, later on a
busy machine."""


def dead(runs: Iterable[FlowRun]) -> list[FlowRun]:
    """Runs whose process surely ended; nothing is known of processes of other machines."""
    return [run for run in runs if (process := _labelled(run)) is not None and is_dead(process)]


def never_began(runs: Iterable[FlowRun], now: datetime) -> list[FlowRun]:
    """Runs that nobody will end: taken by a worker that ended, or begun by a process that ended before its label.

    A server that was away for that moment knows of such a process neither its end nor a single heartbeat.
    """
    return [run for run in runs if _labelled(run) is None and _age(run, now) > UNLABELLED_SECONDS]


def _age(run: FlowRun, now: datetime) -> float:
    return (now - run.state.timestamp).total_seconds() if run.state else 0.0


def _labelled(run: FlowRun) -> Process | None:
    """The process that carries out a run now; None before it has said so."""
    if (run.state and run.state.is_pending()) or run.labels.get(TURN) != run.run_count:
        return None
    machine, pid, started = (run.labels.get(name) for name in (MACHINE, PID, STARTED))
    if not (isinstance(machine, str) and isinstance(pid, int) and isinstance(started, int)):
        return None
    return Process(machine, pid, started)


def announce() -> None:
    """Label the running flow run with this process; nothing outside of flows."""
    name, me = flow_run.get_id(), this_process()
    if name and me.started is not None:
        with get_client(sync_client=True) as client:
            turn = client.read_flow_run(UUID(name)).run_count
            client.update_flow_run_labels(
                UUID(name), {MACHINE: me.machine, PID: me.pid, STARTED: me.started, TURN: turn}
            )


def end_with_parent() -> None:
    """Kill this process soon after its parent ended: a flow outlives no worker.

    The kernel's own signal (PR_SET_PDEATHSIG) is of no use here: it follows the thread that started the
    process, and workers start flows from threads that end at once. Killed, for nothing is left to be done:
    whatever was recorded is whole.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
