"""A running `pyagent up` and repositories that are put under its care one by one."""

import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.killing.target import FILES, Place
from bench.orchestra.asking import got, posted
from bench.orchestra.processes import recorded
from bench.orchestra.waiting import eventually
from cli.supervisor.record import Row
from pyagent.clock import SystemClock
from pyagent.ledger.facts import Fact, RunEnded, RunRequested
from pyagent.ledger.opening import open_ledger
from tests.plugins.postgres import PostgresServer
from tests.plugins.project import new_project

START_SECONDS, END_SECONDS = 300.0, 420.0
TRAIN_AT_ONCE = 1
"""Whoever starts a run, its trains depart; nobody has to say so."""
_TEST = "tests/test_weights.py"
ORDERLY = {**FILES, _TEST: str(FILES[_TEST]).partition("    def test_one_of_the_pair")[0]}
"""The project without the pair that fails together: which of the two leaves hangs on who was proven first."""
_JOB = {"repositoryLocationName": "pyagent", "repositoryName": "__repository__", "jobName": "loop"}
_ASSETS = ("ideas", "metrics", "findings", "tickets", "proposals")
_UNCHECKED = {**_JOB, "assetSelection": [{"path": [each]} for each in _ASSETS], "assetCheckSelection": []}
_LAUNCH = """mutation($tags: [ExecutionTag!], $job: JobOrPipelineSelector!) { launchRun(executionParams: {
  selector: $job,
  executionMetadata: {tags: $tags}, runConfigData: {}}) {
    __typename ... on PythonError { message } ... on RunConfigValidationInvalid { errors { message } } } }"""
_PARTITIONS = """{ assetNodeOrError(assetKey: {path: ["metrics"]}) {
  ... on AssetNode { partitionKeys } } }"""


@dataclass
class Orchestra:
    """`up` on a state folder."""

    place: Place
    process: "subprocess.Popen[bytes]"
    prefect: str = ""
    """Address of Prefect's server."""
    dagster: str = ""
    """Address of Dagster's pages."""
    number: int = 0

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.place.base / ".pyagent"

    @property
    def configuration(self) -> Path:
        """What services read each time they open."""
        return self.place.base / "pyagent.toml"

    def repository(self) -> str:
        """One more copy of the project under care; its slug."""
        slug = f"k{self.number}"
        self.number += 1
        new_project(self.place.base / slug, ORDERLY)
        with self.configuration.open("a", encoding="utf-8") as written:
            written.write(f'[[repository]]\ntarget = "{self.place.base / slug}"\nslug = "{slug}"\n')
        return slug

    def ask(self, slug: str) -> None:
        """Have the ledger ask for a run."""
        with open_ledger(self.place.postgres or self.state, clock=SystemClock()) as ledger:
            ledger.journal.append([RunRequested(slug, f"asked-{slug}", "dagster")], token=None)

    def submit(self, slug: str) -> None:
        """What the form of Prefect's pages sends."""
        found = got(f"{self.prefect}/api/deployments/name/improve-now/improve-now")
        posted(f"{self.prefect}/api/deployments/{found['id']}/create_flow_run", {"parameters": {"repository": slug}})

    def launch(self, slug: str, tags: dict[str, str] | None = None, *, checks: bool = True) -> None:
        """What Dagster's launchpad sends, once the repository has its partition; with or without checks of its data."""
        eventually(lambda: slug in self.partitions(), START_SECONDS, f"Dagster has a partition {slug}")
        said = {"dagster/partition": slug, **(tags or {})}
        job = _JOB if checks else _UNCHECKED
        sent = {"job": job, "tags": [{"key": key, "value": value} for key, value in said.items()]}
        answer = posted(f"{self.dagster}/graphql", {"query": _LAUNCH, "variables": sent})
        if answer["data"]["launchRun"]["__typename"] != "LaunchRunSuccess":
            raise SystemExit(f"Dagster starts no run on {slug}: {answer}")

    def partitions(self) -> Sequence[str]:
        """Repositories that Dagster knows."""
        answer = posted(f"{self.dagster}/graphql", {"query": _PARTITIONS})
        return answer["data"]["assetNodeOrError"]["partitionKeys"]

    def facts(self, slug: str) -> list[Fact]:
        """What the ledger says of a repository."""
        with open_ledger(self.place.postgres or self.state, clock=SystemClock()) as ledger:
            return [entry.fact for entry in ledger.journal.entries(repository=slug)]

    def ended(self, slug: str) -> bool:
        """A run on the repository ended."""
        return any(isinstance(fact, RunEnded) for fact in self.facts(slug))

    def taken(self) -> dict[str, int]:
        """Slots of Prefect's global limits that somebody holds."""
        limits = posted(f"{self.prefect}/api/v2/concurrency_limits/filter", {})
        return {each["name"]: each["active_slots"] for each in limits if each["active_slots"]}


@contextmanager
def orchestra(place: Place, *flags: str) -> Generator[Orchestra]:
    """`up` with everything, on free ports, until the end of the block."""
    playing = Orchestra(place, _started(place, flags))
    try:
        rows = eventually(lambda: _ready(playing), START_SECONDS, f"`up` is ready: {place.base / 'up.log'}")
        playing.prefect, playing.dagster = rows["prefect-server"].url, rows["dagster-webserver"].url
        yield playing
    finally:
        playing.process.send_signal(signal.SIGTERM)
        playing.process.wait(60)


def configured(place: Place) -> Path:
    """The configuration of an `up` that has no repository yet."""
    storage = f'[pyagent]\nstorage = "{place.postgres}"\n' if place.postgres else ""
    policy = f'[policy.default]\nclasses = ["H", "A"]\nsearch_seconds = 0\nthreshold = {TRAIN_AT_ONCE}\n'
    written = place.base / "pyagent.toml"
    written.write_text(storage + policy, "utf-8")
    return written


def _started(place: Place, flags: Sequence[str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "cli", "--config", str(configured(place)), "up", *flags]
    with (place.base / "up.log").open("wb") as log:
        return subprocess.Popen(command, env=place.environ, stdout=log, stderr=log)


def _ready(playing: Orchestra) -> dict[str, Row] | None:
    if playing.process.poll() is not None:
        raise SystemExit((playing.place.base / "up.log").read_text("utf-8"))
    rows = {row.service: row for row in recorded(playing.state).rows}
    return rows if rows and all(row.state in {"ready", "done"} for row in rows.values()) else None


def databases(server: PostgresServer) -> str:
    """The three databases an operator makes; the URL of the ledger's."""
    for name in ("pyagent", "dagster", "prefect"):
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
    return server.url("pyagent")
