"""Programs that run once beside a running `up`, in its environment."""

import os
import subprocess
import sys
from pathlib import Path

import cli
from cli.supervisor.databases import beside
from cli.supervisor.record import Record
from cli.supervisor.services import SERVER
from cli.supervisor.surroundings import Surroundings, environment
from pyagent.errors import EnvironmentFault
from stages.opening import Sources

PATIENCE_SECONDS = 120.0
ROOM = Path(cli.__file__).parents[1]
"""The folder that holds the rooms: every program of ours starts there."""


def prefect_port(up: Record) -> int | None:
    """Where its Prefect server listens; None for an `up` without one."""
    return next((row.port for row in up.rows if row.service == SERVER), None)


def run_beside(found: Sources, port: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """`python -m ...` told of the Prefect server at this port; EnvironmentFault when it does not end in time."""
    settings = found.settings
    around = Surroundings(
        found.state,
        found.configuration,
        settings.sandbox.level,
        port,
        pages=False,
        databases=beside(settings.pyagent.storage),
    )
    try:
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOM,
            env=environment(around, os.environ),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFault(
            f"{words[0]} did not end within {PATIENCE_SECONDS:.0f} s.", "Is Prefect's server stuck? See its log."
        ) from error
