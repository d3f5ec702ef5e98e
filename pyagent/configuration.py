"""Reads `pyagent.toml` and the environment into Settings; every fault names its key."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from pyagent.errors import ConfigurationError
from pyagent.settings import PolicySection, RepositorySection, Settings

PREFIX = "PYAGENT__"
NAME = "pyagent.toml"


def state_home(environment: Mapping[str, str]) -> Path:
    """The user's folder for pyagent's state, where no configuration says otherwise."""
    base = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME", "/")) / ".local" / "state")
    return Path(base) / "pyagent"


def find_configuration(explicit: Path | None, environment: Mapping[str, str], here: Path) -> Path | None:
    """`--config`, then `$PYAGENT_CONFIG`, then `./pyagent.toml` where the operator trusted that path."""
    named = explicit or (Path(environment["PYAGENT_CONFIG"]) if environment.get("PYAGENT_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigurationError(f"There is no configuration at {named}.", "Write one with `pyagent init`.")
        return named.resolve()
    local = (here / NAME).resolve()
    return local if local.is_file() and str(local) in trusted(environment) else None


def trusted(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Configurations the operator trusted with `pyagent init`."""
    record = state_home(environment) / "trusted"
    return tuple(record.read_text("utf-8").splitlines()) if record.is_file() else ()


def trust(path: Path, environment: Mapping[str, str]) -> None:
    """Remember that the operator wrote or read this configuration and stands behind it."""
    record = state_home(environment) / "trusted"
    record.parent.mkdir(parents=True, exist_ok=True)
    known = trusted(environment)
    if str(path.resolve()) not in known:
        record.write_text("\n".join([*known, str(path.resolve())]) + "\n", "utf-8")


def read_settings(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from defaults, the file and the environment, in that order."""
    raw = _parse(path) if path is not None else {}
    _overlay(raw, environment)
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        where = str(path) if path is not None else "the environment"
        raise ConfigurationError(*_sentence(error, where)) from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}.", "Correct that line and run again.") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error


def _overlay(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    """Put `PYAGENT__SECTION__KEY=value` over the file; values are TOML where they parse as such."""
    for name in sorted(environment):
        if not name.startswith(PREFIX):
            continue
        *folders, key = name[len(PREFIX) :].lower().split("__")
        table = raw
        for folder in folders:
            table = cast("dict[str, Any]", table.setdefault(folder, {}))
        table[key] = _value(environment[name])


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _sentence(error: ValidationError, where: str) -> tuple[str, str]:
    # A misspelt key is also a missing one: name the spelling first.
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    location = [str(part) for part in first["loc"]]
    key = ".".join(location)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(location[-1], _known(location[:-1]), n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "`pyagent settings` lists every key."
        return f"{where} has the unknown key `{key}`.", hint
    return f"{where}: `{key}` is {first['input']!r}: {first['msg']}.", "`pyagent settings` shows what each key takes."


def _known(parents: list[str]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {"repository": RepositorySection, "policy": PolicySection}
    model: type[BaseModel] = Settings
    if parents:
        annotation = Settings.model_fields[parents[0]].annotation if parents[0] in Settings.model_fields else None
        model = sections.get(parents[0]) or (
            annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else Settings
        )
    return list(model.model_fields)
