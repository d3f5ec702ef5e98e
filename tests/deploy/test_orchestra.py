"""The four programs of several hosts, as the cluster starts them, say what `pyagent up` says to its own."""

from pathlib import Path
from typing import Any

import pytest

from cli.supervisor.databases import beside
from cli.supervisor.services import POOL
from cli.supervisor.surroundings import Surroundings, environment
from pyagent.configuration import read_settings
from pyagent.settings import Settings
from tests.deploy.commands import started_by_up, unknown
from tests.deploy.manifests import MANIFESTS, containers, pod_of, things

SPACE = "pyagent-full"
FILES = ("server.yaml", "dispatcher.yaml", "dagster.yaml", "worker.yaml")
EVERY = [thing for path in MANIFESTS for thing in things(path)]
THERE = {
    (thing["kind"], thing["metadata"]["name"]): thing for thing in EVERY if thing["metadata"].get("namespace") == SPACE
}
PODS = {path.name: pod_of(things(path)[0]) for path in MANIFESTS if path.name in FILES}
CONTAINERS = {one["name"]: one for pod in PODS.values() for one in containers(pod)}
SHARED: dict[str, str] = THERE["ConfigMap", "pyagent-orchestra"]["data"]
OWN = {"PYAGENT__PYAGENT__STORAGE", "PGSSLROOTCERT", "PREFECT_API_URL", "PREFECT_HOME"}
"""What differs between a cluster and one machine, or what `up` leaves to the operator."""
UNNEEDED = {"PREFECT_API_URL", "PREFECT_HOME", "DAGSTER_HOME", "PYAGENT_PREFECT_UI", "PYAGENT__SANDBOX__LEVEL"}
"""Theirs above; Dagster's own `up` sets its folder; there are no pages; the level is the configuration's."""


def from_secrets(name: str) -> dict[str, tuple[str, str]]:
    """Variables of a container that a Secret fills."""
    found = {each["name"]: each["valueFrom"] for each in CONTAINERS[name].get("env", ()) if "valueFrom" in each}
    return {
        key: (v["secretKeyRef"]["name"], v["secretKeyRef"]["key"]) for key, v in found.items() if "secretKeyRef" in v
    }


def words(name: str) -> tuple[str, ...]:
    container = CONTAINERS[name]
    return tuple(container["command"]) if "command" in container else ("pyagent", *container["args"])


def test_their_environment_is_what_up_gives_its_services() -> None:
    around = Surroundings(
        Path(SHARED["PYAGENT__PYAGENT__STATE"]),
        Path(SHARED["PYAGENT_CONFIG"]),
        Settings().sandbox.level,
        prefect_port=4200,
        pages=False,
        databases=beside(SHARED["PYAGENT__PYAGENT__STORAGE"]),
    )
    expected = {key: value for key, value in environment(around, {}).items() if key not in UNNEEDED}
    assert {key: value for key, value in SHARED.items() if key not in OWN} == expected


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_each_starts_something_there_is_with_what_all_share(name: str) -> None:
    assert unknown(words(name)) == ""
    assert CONTAINERS[name]["envFrom"] == [{"configMapRef": {"name": "pyagent-orchestra"}}]


def test_they_start_as_up_starts_them() -> None:
    server = started_by_up("prefect-server")
    assert words("server")[1:] == tuple("0.0.0.0" if word == "127.0.0.1" else word for word in server)  # noqa: S104
    assert words("install")[1:] == started_by_up("prefect-install")
    assert words("dispatcher")[1:] == started_by_up("dispatcher")
    assert words("worker")[1:-1] == started_by_up("prefect-worker-1")[:-1]
    assert POOL in words("worker")


def test_prefect_asks_every_caller_for_a_word_and_each_knows_it() -> None:
    word = ("pyagent-prefect", "auth")
    assert from_secrets("server")["PREFECT_SERVER_API_AUTH_STRING"] == word
    asking = {name for name in CONTAINERS if "PREFECT_API_AUTH_STRING" in from_secrets(name)}
    assert asking == {"server", "install", "dispatcher", "worker"}
    assert all(from_secrets(name)["PREFECT_API_AUTH_STRING"] == word for name in asking)


def test_no_secret_stands_in_a_file() -> None:
    assert not [thing for thing in EVERY if thing["kind"] == "Secret"]
    assert all(from_secrets(name)["PGPASSWORD"] == ("pyagent-postgres", "password") for name in CONTAINERS)
    assert "@" not in SHARED["PYAGENT__PYAGENT__STORAGE"].partition("pyagent@")[2]
    assert "sslmode=verify-full" in SHARED["PYAGENT__PYAGENT__STORAGE"]


def test_what_a_pod_mounts_and_names_is_there() -> None:
    for pod in PODS.values():
        for volume in pod["volumes"]:
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in THERE
            if "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in THERE
    assert THERE["PersistentVolumeClaim", "pyagent-shared"]["spec"]["accessModes"] == ["ReadWriteMany"]


def test_their_configuration_is_one_that_pyagent_takes(tmp_path: Path) -> None:
    path = tmp_path / "pyagent.toml"
    path.write_text(THERE["ConfigMap", "pyagent-configuration"]["data"]["pyagent.toml"], "utf-8")
    assert read_settings(path, {}).policy["default"].classes == ()


def labels(file: str) -> dict[str, Any]:
    found = next(path for path in MANIFESTS if path.name == file)
    deployment = things(found)[0]["spec"]
    assert deployment["selector"]["matchLabels"].items() <= deployment["template"]["metadata"]["labels"].items()
    return deployment["template"]["metadata"]["labels"]


def test_traffic_is_let_through_from_who_asks_to_who_answers_alone() -> None:
    asked, asks = (THERE["NetworkPolicy", name]["spec"] for name in ("asked", "asks"))
    assert asked["ingress"][0]["from"][0]["podSelector"] == asks["podSelector"]
    assert asks["egress"][0]["to"][0]["podSelector"] == asked["podSelector"]
    assert THERE["Service", "prefect"]["spec"]["selector"] == asked["podSelector"]["matchLabels"]
    asking = {file for file in FILES if labels(file).get("pyagent/asks") == "yes"}
    assert asking == {"dispatcher.yaml", "worker.yaml"}
    assert asked["podSelector"]["matchLabels"].items() <= labels("server.yaml").items()
    assert all(labels(file).get("pyagent/records") == "yes" for file in FILES)
    assert {file for file in FILES if labels(file).get("pyagent/downloads") == "yes"} == {"dagster.yaml", "worker.yaml"}


def test_of_what_keeps_a_lock_or_a_folder_there_is_one() -> None:
    for file in ("server.yaml", "dagster.yaml"):
        spec = things(next(path for path in MANIFESTS if path.name == file))[0]["spec"]
        assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")
