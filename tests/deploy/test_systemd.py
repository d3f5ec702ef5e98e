"""The units are what systemd takes, start what there is, and wall it in as far as the sandbox lets them."""

from pathlib import Path

import pytest

from cli.supervisor.databases import beside
from cli.supervisor.surroundings import Surroundings, environment
from cli.verbs.up import PREFECT_PORT
from pyagent.errors import ConfigurationError, EnvironmentFault, LedgerError, UsageError
from pyagent.settings import Settings
from tests.deploy.commands import LONGEST_END_SECONDS, started_by_up, unknown
from tests.deploy.units import FOLDER, UNITS, WALLS, commands, complaints, copied, seconds, settings, told, values

UP, WORKER, TUNNEL, BACKUP = (f"pyagent-{name}.service" for name in ("up", "worker@", "tunnel", "backup"))
MOST_EXPOSED = "40"
"""Tenths: a unit without walls has 96. What the sandbox needs open is the rest."""
NEVER = {
    "ProtectKernelTunables",
    "ProtectKernelLogs",
    "ProtectProc",
    "ProcSubset",
    "RestrictNamespaces",
    "ProtectHostname",
    "ProtectControlGroups",
    "MemoryDenyWriteExecute",
    "PrivateUsers",
}
"""With the first two `pyagent doctor` says that the sandbox is unfit; walls.conf has a reason for each."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path / "units")


def test_systemd_has_nothing_against_them(folder: Path) -> None:
    assert complaints(folder) == ""


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        (UP, "Restart=", "Restartt="),
        (UP, "Restart=on-failure", "Restart=sometimes"),
        (UP, "[Service]", "[Servise]"),
        (WALLS, "NoNewPrivileges=", "NoNewPrivilege="),
        ("pyagent-backup.timer", "OnCalendar=*-*-* 02:00:00", "OnCalendar=nightly"),
    ],
)
def test_systemd_refuses_what_is_misspelt(folder: Path, file: str, right: str, wrong: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong), "utf-8")
    assert complaints(folder)


def test_a_program_that_is_not_there_is_refused(folder: Path) -> None:
    text = (folder / UP).read_text("utf-8")
    (folder / UP).write_text(text.replace("/pyagent --config", "/pyagnt --config"), "utf-8")
    assert "pyagnt" in complaints(folder)


@pytest.mark.parametrize("name", [UP, WORKER.replace("@", "@1"), TUNNEL, BACKUP])
def test_the_walls_stand_around_every_service(folder: Path, name: str) -> None:
    asked = ("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", f"./{name}")
    assert told(*asked, folder=folder)[0] == 0
    (folder / WALLS).unlink()
    assert told(*asked, folder=folder)[0] != 0


def test_no_wall_takes_what_the_sandbox_needs() -> None:
    assert not NEVER & {key for name in (WALLS, *UNITS) for key, _ in settings(name)}
    denied = dict(settings(WALLS))["SystemCallFilter"]
    assert denied.startswith("~")
    assert not {"@mount", "@process", "@privileged", "@sandbox"} & set(denied[1:].split())


def test_each_starts_something_there_is() -> None:
    found = {name: commands(name) for name in UNITS if commands(name)}
    assert set(found) == {UP, WORKER, BACKUP}
    assert [unknown(each) for every in found.values() for each in every] == ["", "", ""]


def test_up_has_the_time_it_needs_to_end_its_services_by_itself() -> None:
    assert values(UP, "KillMode") == ["mixed"]  # the word goes to `up` alone
    assert values(UP, "KillSignal") == ["SIGTERM"]
    assert seconds(UP, "TimeoutStopSec") > 2 * LONGEST_END_SECONDS


def test_up_is_started_again_but_for_what_a_person_must_put_right() -> None:
    never = {int(code) for code in values(UP, "RestartPreventExitStatus")[0].split()}
    assert never == {UsageError.exit_code, ConfigurationError.exit_code}
    assert not never & {LedgerError.exit_code, EnvironmentFault.exit_code}
    assert values(UP, "Restart") == ["on-failure"]
    assert values(UP, "StartLimitIntervalSec") == ["0"]


def test_a_worker_is_the_one_up_starts() -> None:
    (command,) = commands(WORKER)
    assert tuple(command[1:-1]) == started_by_up("prefect-worker-1")[:-1]
    assert command[-1] == "%H-%i"


def test_a_workers_environment_is_what_up_gives_its_own() -> None:
    lines = (FOLDER / "worker.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    around = Surroundings(
        Path(given["PYAGENT__PYAGENT__STATE"]),
        Path(given["PYAGENT_CONFIG"]),
        Settings().sandbox.level,
        prefect_port=PREFECT_PORT,
        pages=False,
        databases=beside("postgresql://pyagent@127.0.0.1/pyagent"),
    )
    up = environment(around, {})
    assert {key: up.get(key) for key in given} == given | {
        "PREFECT_HOME": f"{around.state}/prefect",  # a worker's own is on its own host
        "PGPASSFILE": None,
    }
    servers = ("PREFECT_SERVER_", "PREFECT_API_DATABASE", "PYAGENT_PREFECT_UI", "PYAGENT_DAGSTER", "DAGSTER_HOME")
    left_out = {key for key in up if key not in given and not key.startswith(servers)}
    assert left_out == {"PYAGENT__SANDBOX__LEVEL"}  # the configuration's


def test_the_tunnel_brings_what_the_worker_asks_for() -> None:
    (line,) = values(TUNNEL, "ExecStart")
    assert f"-L 127.0.0.1:{PREFECT_PORT}:127.0.0.1:{PREFECT_PORT}" in line
    assert f"--prefect-port {PREFECT_PORT}" in values(UP, "ExecStart")[0]
    permitted = [word for word in (FOLDER / TUNNEL).read_text("utf-8").split(",") if word.startswith("permitopen")]
    assert permitted == [f'permitopen="{to}"' for to in (f"127.0.0.1:{PREFECT_PORT}", "127.0.0.1:5432")]
    assert all(f":{port} " in line for port in (PREFECT_PORT, 5432))
    assert {"BatchMode=yes", "ExitOnForwardFailure=yes", "StrictHostKeyChecking=yes"} <= set(line.split())
