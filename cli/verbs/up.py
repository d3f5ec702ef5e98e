"""`pyagent up`: both orchestrators and their workers, looked after in the foreground."""

import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import click

from cli.answers import rows
from cli.frame import Frame, current, options
from cli.opening import in_force, opened
from cli.supervisor import configuration, ports
from cli.supervisor.beside import ROOM
from cli.supervisor.databases import beside
from cli.supervisor.reaching import reach
from cli.supervisor.record import Row
from cli.supervisor.services import Ports, Wanted, services
from cli.supervisor.surroundings import Surroundings, environment
from cli.supervisor.upkeep import Plan, keep
from pyagent.errors import UsageError
from pyagent.places import Bucket, place
from stages.opening import Sources

PREFECT_PORT, DAGSTER_PORT = 4200, 3000
"""The ports their own documentation uses."""
PORT = click.IntRange(1, 65535)


@dataclass(frozen=True, slots=True)
class Asked:
    """The ports given on the command line; None for the usual one or the next free."""

    prefect: int | None
    dagster: int | None


@click.command("up")
@click.option("--headless", is_flag=True, help="No web pages for people.")
@click.option("--no-dagster", is_flag=True, help="Without Dagster: no schedules, no assets.")
@click.option("--no-prefect", is_flag=True, help="Without Prefect: no workers, no dispatch.")
@click.option("--prefect-port", type=PORT, help="Prefect's port; default 4200, or the next free one.")
@click.option("--dagster-port", type=PORT, help="Dagster's port; default 3000, or the next free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Prefect workers here.")
@options
def verb(
    *,
    headless: bool,
    no_dagster: bool,
    no_prefect: bool,
    prefect_port: int | None,
    dagster_port: int | None,
    workers: int,
) -> None:
    """Run Prefect's server and workers, the dispatcher, and Dagster, until Ctrl-C.

    Everything listens on 127.0.0.1. Restarts what dies, keeps logs in the state folder, and leaves no process
    behind. One `up` for each state folder; `pyagent down` ends it from elsewhere.
    """
    if no_dagster and no_prefect:
        raise UsageError("Without Dagster and without Prefect there is nothing to start.", "`pyagent run` needs none.")
    frame = current()
    with opened():  # the ledger is made or found fit once, not by every service at the same time
        found = in_force(frame)
    wanted = Wanted(not no_prefect, not no_dagster, not headless, workers, socket.gethostname().partition(".")[0])
    asked = Asked(prefect_port, dagster_port)
    tell = partial(_tell, frame)
    with ExitStack() as claims:
        keep(found.state, lambda: _plan(found, wanted, asked, claims, tell), tell=tell, up=_show)


def _plan(found: Sources, wanted: Wanted, asked: Asked, claims: ExitStack, tell: partial[None]) -> Plan:
    """Choose ports, write what Dagster reads, and list the services."""
    prefect = ports.chosen("Prefect", "--prefect-port", asked.prefect, PREFECT_PORT, claims) if wanted.prefect else None
    dagster = _dagster_port(wanted, asked, claims)
    for each in (prefect, dagster):
        if each is not None and each.note:
            tell(each.note)
    at = Ports(
        prefect=prefect.port if prefect else PREFECT_PORT,
        dagster=dagster.port if dagster else DAGSTER_PORT,
        code=ports.any_free(),
    )
    storage = found.settings.pyagent.storage
    databases = beside(storage)
    if storage and databases:
        reach(
            storage,
            [name for name, is_wanted in (("prefect", wanted.prefect), ("dagster", wanted.dagster)) if is_wanted],
        )
    if wanted.dagster:
        bodies = place(found.settings.pyagent.blobs, found.state)
        bucket = bodies if isinstance(bodies, Bucket) else None
        for note in configuration.write(found.state, at.code, postgres=databases is not None, bucket=bucket):
            tell(note)
    around = Surroundings(
        state=found.state,
        configuration=found.configuration,
        level=found.settings.sandbox.level,
        prefect_port=at.prefect,
        pages=wanted.pages,
        databases=databases,
    )
    made = services(wanted, at, configuration.workspace_path(found.state))
    return Plan(made, environment(around, os.environ), ROOM)


def _dagster_port(wanted: Wanted, asked: Asked, claims: ExitStack) -> ports.Chosen | None:
    if not (wanted.dagster and wanted.pages):
        return None
    return ports.chosen("Dagster", "--dagster-port", asked.dagster, DAGSTER_PORT, claims)


def _tell(frame: Frame, line: str) -> None:
    if not frame.quiet:
        click.echo(f"pyagent: {line}", err=True)


def _show(listed: tuple[Row, ...]) -> None:
    rows([row.model_dump() for row in listed], ("service", "state", "url", "pid", "log"), empty="")
