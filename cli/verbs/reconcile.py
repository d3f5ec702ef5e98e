"""`pyagent reconcile`: a round of the dispatcher now."""

import click

from cli.answers import answer
from cli.frame import current, options
from cli.opening import in_force
from cli.supervisor import lock
from cli.supervisor.beside import prefect_port, run_beside
from pyagent.errors import EnvironmentFault

DISPATCH = "pipelines.dispatch"


@click.command("reconcile")
@options
def verb() -> None:
    """Submit what the ledger asks for and end what is dead, without waiting for the dispatcher of the running `up`.

    Any number of them submit each run once.
    """
    found = in_force(current())
    up = lock.running(found.state)
    port = prefect_port(up) if up is not None else None
    if port is None:
        raise EnvironmentFault(f"No `pyagent up` with Prefect runs for {found.state}.", "Start one: `pyagent up`.")
    done = run_beside(found, port, DISPATCH, "--once")
    lines = done.stderr.splitlines()
    if done.returncode:
        raise EnvironmentFault(f"The round failed: {lines[-1] if lines else 'no word'}", "`pyagent doctor` says more.")
    answer({"done": lines}, "\n".join(lines) or "nothing to do")
