"""`pyagent doctor`: is this machine fit?"""

import shutil
import subprocess
import sys

import click

from cli.answers import rows
from cli.frame import options
from cli.opening import opened
from pyagent.errors import PyagentError
from stages.wiring import Wiring


@click.command("doctor")
@options
def verb() -> int:
    """Check git, bubblewrap, the interpreter, the sandbox's self-test and the ledger; 5 when something is missing."""
    with opened() as wiring:
        found = [
            _program("git", "--version"),
            _program("bwrap", "--version"),
            {"what": "python", "state": "ok", "detail": sys.version.split()[0]},
            {"what": "ledger", "state": "ok", "detail": wiring.ledger.location},
            _sandbox(wiring),
        ]
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
