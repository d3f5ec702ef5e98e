"""`pyagent doctor`: is this machine fit?"""

import shutil
import subprocess
import sys
from pathlib import Path

import click

from cli.answers import rows
from cli.frame import current, options
from cli.opening import in_force, opened
from cli.supervisor import lock
from cli.supervisor.beside import prefect_port, run_beside
from cli.supervisor.probing import workers_online
from cli.supervisor.services import POOL
from pyagent.errors import PyagentError
from stages.opening import Sources
from stages.wiring import Wiring


@click.command("doctor")
@options
def verb() -> int:
    """Check git, bubblewrap, the interpreter, the sandbox, the ledger and a running `up`; 5 when something is amiss."""
    with opened() as wiring:
        found = [
            _program("git", "--version"),
            _program("bwrap", "--version"),
            {"what": "python", "state": "ok", "detail": sys.version.split()[0]},
            {"what": "ledger", "state": "ok", "detail": wiring.ledger.location},
            _sandbox(wiring),
            *_services(wiring.state),
        ]
        up = lock.running(wiring.state)
        port = prefect_port(up) if up is not None else None
        found += [_workers(port), _prefect(in_force(current()), port)] if port is not None else []
    rows(found, ("what", "state", "detail"), empty="")
    return 0 if all(each["state"] == "ok" for each in found) else 5


def _program(name: str, flag: str) -> dict[str, object]:
    path = shutil.which(name)
    if path is None:
        return {"what": name, "state": "missing", "detail": f"install {name}"}
    done = subprocess.run([path, flag], capture_output=True, text=True, check=False, timeout=10)
    return {"what": name, "state": "ok" if done.returncode == 0 else "broken", "detail": done.stdout.strip()}


def _sandbox(wiring: Wiring) -> dict[str, object]:
    try:
        runner = wiring.runner()
    except PyagentError as error:
        return {"what": "sandbox", "state": "unfit", "detail": str(error)}
    detail = f"level {runner.level.value}, proven by its self-test"
    holes = f"; not held: {'; '.join(runner.holes)}" if runner.holes else ""
    return {"what": "sandbox", "state": "ok", "detail": detail + holes}


def _services(state: Path) -> list[dict[str, object]]:
    """Of the running `up`; none when none runs."""
    up = lock.running(state)
    fit = {"ready": "ok", "done": "ok"}
    rows = up.rows if up is not None else ()
    return [{"what": row.service, "state": fit.get(row.state, row.state), "detail": row.url or row.log} for row in rows]


def _prefect(found: Sources, port: int) -> dict[str, object]:
    """What its server should have: deployments, limits, queues, the automation; and runs that nobody takes."""
    done = run_beside(found, port, "pipelines.install", "--check")
    detail = "; ".join(done.stderr.splitlines()) or "deployments, limits, queues and automation as installed"
    return {"what": "prefect", "state": "amiss" if done.returncode else "ok", "detail": detail}


def _workers(port: int) -> dict[str, object]:
    """Workers of this and of other machines that Prefect heard of lately: without one, runs wait in silence."""
    try:
        online = workers_online(port)
    except OSError as error:
        return {"what": "workers", "state": "unknown", "detail": f"Prefect's server does not answer: {error}"}
    detail = ", ".join(online) or f"none is online: start `prefect worker start --pool {POOL} --type process`"
    return {"what": "workers", "state": "ok" if online else "missing", "detail": detail}
