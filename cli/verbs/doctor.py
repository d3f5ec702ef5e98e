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
from pyagent.errors import EnvironmentFault, PyagentError
from pyagent.places import Bucket
from stages.opening import Sources
from stages.wiring import Wiring


@click.command("doctor")
@options
def verb() -> int:
    """Check git, bubblewrap, Python, the ledger, blobs on S3, the sandbox and a running `up`; 5 when one is amiss."""
    with opened() as wiring:
        found = [
            _program("git", "--version"),
            _program("bwrap", "--version"),
            {"what": "python", "state": "ok", "detail": sys.version.split()[0]},
            {"what": "ledger", "state": "ok", "detail": wiring.ledger.location},
            *_bucket(wiring),
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


def _bucket(wiring: Wiring) -> list[dict[str, object]]:
    """Of blobs on S3, asked by a small body that is written and read; none of a folder: its disk is the ledger's."""
    where = wiring.bodies
    if not isinstance(where, Bucket):
        return []
    # A body of its own each time: one that lies there already would not be written again.
    body = f"pyagent doctor, {wiring.clock.now().isoformat()}".encode()
    try:
        wiring.blobs.get(wiring.blobs.put(body))
    except PyagentError as error:
        return [{"what": "blobs", "state": "unfit", "detail": str(error)}]
    return [{"what": "blobs", "state": "ok", "detail": f"{where}, a body written and read"}]


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
    try:
        done = run_beside(found, port, "pipelines.install", "--check")
    except EnvironmentFault as error:
        return {"what": "prefect", "state": "unknown", "detail": str(error)}
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
