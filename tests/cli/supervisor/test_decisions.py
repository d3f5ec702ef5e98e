"""What the supervisor decides, without a process."""

from pathlib import Path

import yaml

from cli.supervisor import configuration
from cli.supervisor.databases import beside
from cli.supervisor.services import Answers, Ends, Ports, Wanted, services
from cli.supervisor.surroundings import Surroundings, environment
from cli.supervisor.watch import Again, GiveUp, after_death, in_a_row

PORTS = Ports(prefect=4201, dagster=3001, code=5001)


def names(wanted: Wanted) -> list[str]:
    return [each.name for each in services(wanted, PORTS, Path("/s/dagster/workspace.yaml"))]


def test_servers_start_before_what_asks_them() -> None:
    assert names(Wanted(workers=2)) == [
        "prefect-server",
        "prefect-install",
        "prefect-worker-1",
        "prefect-worker-2",
        "dispatcher",
        "dagster-code",
        "dagster-webserver",
        "dagster-daemon",
    ]


def test_headless_has_no_page_and_keeps_the_server_that_workers_need() -> None:
    listed = services(Wanted(pages=False), PORTS, Path("w"))
    assert "dagster-webserver" not in [each.name for each in listed]
    assert listed[0].name == "prefect-server"
    assert not any(each.url for each in listed)


def test_either_half_can_be_left_out() -> None:
    assert all(name.startswith("dagster") for name in names(Wanted(prefect=False)))
    assert not any(name.startswith("dagster") for name in names(Wanted(dagster=False)))


def test_everything_listens_on_loopback_and_no_worker_has_a_limit() -> None:
    listed = services(Wanted(), PORTS, Path("w"))
    assert all("127.0.0.1" in each.command for each in listed if isinstance(each.ready, Answers))
    assert not any("--limit" in each.command for each in listed)
    assert [each.name for each in listed if isinstance(each.ready, Ends)] == ["prefect-install"]


def test_each_death_in_a_row_waits_twice_as_long() -> None:
    waits = [after_death(tuple(float(100 * n) for n in range(count))) for count in range(1, 9)]
    assert waits == [Again(seconds) for seconds in (1, 2, 4, 8, 16, 30, 30, 30)]


def test_the_fifth_death_within_a_minute_is_the_last() -> None:
    assert after_death((0.0, 10.0, 20.0, 40.0, 60.0)) == GiveUp()
    assert after_death((0.0, 10.0, 20.0, 40.0, 61.0)) == Again(16)


def test_a_life_longer_than_a_minute_forgives() -> None:
    assert in_a_row((1.0, 2.0), started=3.0, died=63.5) == (63.5,)
    assert in_a_row((1.0, 2.0), started=3.0, died=9.0) == (1.0, 2.0, 9.0)


def test_the_files_are_yaml_and_tell_nobody(tmp_path: Path) -> None:
    assert configuration.write(tmp_path, 5001, postgres=False) == ()
    instance = yaml.safe_load((tmp_path / "dagster" / "dagster.yaml").read_text("utf-8"))
    assert instance["telemetry"] == instance["nux"] == {"enabled": False}
    assert "storage" not in instance
    workspace = yaml.safe_load(configuration.workspace_path(tmp_path).read_text("utf-8"))
    served = {"host": "127.0.0.1", "port": 5001, "location_name": "pyagent"}
    assert workspace == {"load_from": [{"grpc_server": served}]}


def test_an_instance_file_an_operator_took_over_stays(tmp_path: Path) -> None:
    configuration.write(tmp_path, 5001, postgres=False)
    mine = tmp_path / "dagster" / "dagster.yaml"
    mine.write_text("telemetry: {enabled: false}\n", "utf-8")
    (note,) = configuration.write(tmp_path, 5002, postgres=False)
    assert str(mine) in note
    assert mine.read_text("utf-8") == "telemetry: {enabled: false}\n"
    assert "5002" in configuration.workspace_path(tmp_path).read_text("utf-8")


def test_orchestrators_get_databases_of_their_own_and_no_password_lies_in_a_file() -> None:
    found = beside("postgresql+psycopg://me:s%40cret@db:5433/ledger?sslmode=require")
    assert found is not None
    assert found.dagster == "postgresql+psycopg2://me:s%40cret@db:5433/dagster?sslmode=require"
    assert found.prefect == "postgresql+asyncpg://me:s%40cret@db:5433/prefect?ssl=require"
    text = configuration.instance_text(postgres=True)
    assert yaml.safe_load(text)["storage"]["postgres"]["postgres_url"] == {"env": "PYAGENT_DAGSTER_STORAGE"}
    assert beside(None) is None


def test_the_environment_names_the_state_and_stops_calls_home() -> None:
    around = Surroundings(Path("/s"), Path("/c/pyagent.toml"), "full", 4201, pages=False)
    found = environment(around, {"PREFECT_API_URL": "https://elsewhere.example/api", "HOME": "/h"})
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:4201/api"
    assert found["PYAGENT__PYAGENT__STATE"] == "/s"
    assert found["PYAGENT_CONFIG"] == "/c/pyagent.toml"
    assert found["PREFECT_SERVER_UI_ENABLED"] == found["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert found["DO_NOT_TRACK"] == "1"
    assert found["HOME"] == "/h"
