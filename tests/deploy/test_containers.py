"""The container's recipe and the compose file, read as text and data: no container engine is asked."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from sqlalchemy.engine import make_url

from tests.deploy.commands import LONGEST_END_SECONDS, unknown
from tests.deploy.manifests import DEPLOY, things

OPEN = {"seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"}
SERVICES = {"pyagent": set[str](), "full": OPEN, "core": OPEN, "postgres": set[str]()}
COMPOSE = things(DEPLOY / "compose.yaml")[0]


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of each instruction of the recipe, continued lines joined, comments left out."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]


def schema() -> Any:
    body = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text(encoding="utf-8")
    return json.loads(body)


def test_compose_is_what_its_specification_says() -> None:
    jsonschema.validate(COMPOSE, schema())


def test_the_specification_refuses_a_misspelt_field() -> None:
    wrong = {"services": {"pyagent": {**COMPOSE["services"]["pyagent"], "readonly": True}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_hardened(name: str) -> None:
    """None publishes a port: what `up` serves asks nobody who comes."""
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert int(service["user"].split(":")[0]) >= (100 if name == "postgres" else 10_000)  # its image's own user
    assert not service["privileged"]
    assert {"pids_limit", "mem_limit", "cpus"} <= set(service)
    assert all("size=" in scratch for scratch in service["tmpfs"])
    assert not {"ports", "network_mode", "pid", "ipc", "devices", "cap_add"} & set(service)
    assert set(service["security_opt"]) == {"no-new-privileges:true", *SERVICES[name]}


def test_only_what_is_asked_for_by_name_has_walls_down() -> None:
    named = {name: service.get("profiles") for name, service in COMPOSE["services"].items()}
    assert named == {"pyagent": None, "full": ["full"], "core": ["up"], "postgres": ["up"]}
    assert set(SERVICES) == set(named)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"postgres"}))
def test_a_service_runs_a_command_there_is(name: str) -> None:
    assert unknown(("pyagent", *COMPOSE["services"][name]["command"])) == ""


def test_no_password_stands_in_the_file_and_each_is_shown_to_who_reads_it_alone() -> None:
    secrets = {name: set(service.get("secrets", ())) for name, service in COMPOSE["services"].items()}
    assert secrets == {"pyagent": set(), "full": set(), "core": {"pgpass"}, "postgres": {"administrator", "database"}}
    assert all("file" in secret for secret in COMPOSE["secrets"].values())
    assert make_url(COMPOSE["services"]["core"]["environment"]["PYAGENT__PYAGENT__STORAGE"]).password is None
    assert "deploy/secrets/" in (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()


def test_postgres_is_reached_by_the_core_alone_and_reaches_nobody() -> None:
    assert COMPOSE["services"]["postgres"]["networks"] == ["databases"]
    assert COMPOSE["networks"]["databases"] == {"internal": True}
    inside = [name for name, service in COMPOSE["services"].items() if "databases" in service.get("networks", ())]
    assert sorted(inside) == ["core", "postgres"]


def test_the_engine_waits_until_up_has_ended_its_services() -> None:
    seconds = COMPOSE["services"]["core"]["stop_grace_period"]
    assert int(seconds.removesuffix("s")) > LONGEST_END_SECONDS


def test_the_image_runs_as_an_ordinary_user_given_by_number() -> None:
    users = [rest for word, rest in instructions() if word == "USER"]
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", users[-1])
    assert users[-1] == COMPOSE["services"]["pyagent"]["user"]
    assert [word for word, _ in instructions()][-3] == "USER"  # nothing but ENTRYPOINT and CMD comes after


def test_the_image_is_built_on_pinned_releases_from_the_lock() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert all(re.search(r":\d+\.\d+", base) for base in bases)
    assert any("uv sync --frozen --no-dev" in rest for _, rest in instructions())
    assert not any(word == "ADD" or "http" in rest for word, rest in instructions())


def test_the_image_has_the_sandbox_and_starts_without_a_shell() -> None:
    last = instructions()[max(n for n, (word, _) in enumerate(instructions()) if word == "FROM") :]
    assert any("bubblewrap" in rest for word, rest in last if word == "RUN")
    assert json.loads(dict(last)["ENTRYPOINT"])[0] == "pyagent"
    assert not any("gcc" in rest for _, rest in last)
