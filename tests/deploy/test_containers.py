"""The container's recipe and the compose file, read as text and data: no container engine is asked."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.deploy.manifests import DEPLOY, things

SERVICES = {"pyagent": set[str](), "full": {"seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"}}
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
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert int(service["user"].split(":")[0]) >= 10_000
    assert not service["privileged"]
    assert {"pids_limit", "mem_limit", "cpus"} <= set(service)
    assert all("size=" in scratch for scratch in service["tmpfs"])
    assert not {"ports", "network_mode", "pid", "ipc", "devices", "cap_add"} & set(service)
    assert set(service["security_opt"]) == {"no-new-privileges:true", *SERVICES[name]}


def test_only_what_is_asked_for_by_name_has_walls_down() -> None:
    assert "profiles" not in COMPOSE["services"]["pyagent"]
    assert COMPOSE["services"]["full"]["profiles"] == ["full"]
    assert set(SERVICES) == set(COMPOSE["services"])


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
