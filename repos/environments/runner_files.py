"""What tox and nox files say of a test run: what it needs and what it starts, read as data (pure)."""

import ast
import configparser
import re
import shlex
from dataclasses import dataclass
from typing import Any, cast

from repos.environments.manifests import Table, lines, strings, table


@dataclass(frozen=True, slots=True)
class RunnerHints:
    """The test session of a runner file."""

    source: str
    installs: tuple[str, ...]
    """Requirement lines, `-r` includes and references to the project among them."""
    groups: tuple[str, ...]
    """Extras and dependency groups by name."""
    commands: tuple[tuple[str, ...], ...]
    """Each command as words, without its placeholders."""
    folder: str = ""
    """Where the commands run, relative to the root."""


def tox_ini(body: str, source: str) -> RunnerHints | None:
    """The `[testenv]` of a tox.ini; lines under a factor count only where no plain line exists."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(body)
    except configparser.Error:
        return None
    if not parser.has_section("testenv"):
        return None
    section = dict(parser["testenv"])
    return RunnerHints(
        source=source,
        installs=_unconditional(lines(section.get("deps", ""))),
        groups=tuple(name for key in ("extras", "dependency_groups") for name in _names(section.get(key, ""))),
        commands=tuple(filter(None, (words(row) for row in _unconditional(_joined(section.get("commands", "")))))),
        folder=_folder(section.get("changedir") or section.get("change_dir") or ""),
    )


def tox_toml(data: Table, source: str) -> RunnerHints | None:
    """The `env_run_base` of a tox.toml or of `[tool.tox]`."""
    section = table(data, "env_run_base")
    if not section:
        legacy = data.get("legacy_tox_ini")
        return tox_ini(legacy, source) if isinstance(legacy, str) else None
    deps = section.get("deps")
    commands = section.get("commands")
    rows = [strings(row) for row in cast("list[Any]", commands)] if isinstance(commands, list) else []
    return RunnerHints(
        source=source,
        installs=strings(deps),
        groups=(*strings(section.get("extras")), *strings(section.get("dependency_groups"))),
        commands=tuple(_plain(row) for row in rows if row),
        folder=_folder(str(section.get("change_dir", ""))),
    )


def noxfile(body: str) -> RunnerHints | None:
    """The literals that sessions named like tests install and run."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return None
    installs: list[str] = []
    groups: list[str] = []
    commands: list[tuple[str, ...]] = []
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        if not re.search(r"(?:^|_)(?:tests?|unit|pytest)", function.name):
            continue
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            given = tuple(str(a.value) for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
            if method == "install":
                installs += _installed(given)
                groups += _after(given, "--group")
            elif method == "run":
                commands.append(_plain(given))
    if not installs and not groups and not commands:
        return None
    return RunnerHints("noxfile.py", tuple(installs), tuple(groups), tuple(c for c in commands if c))


def words(command: str) -> tuple[str, ...]:
    """A command line as words; empty when it cannot be split."""
    try:
        return _plain(tuple(shlex.split(command.lstrip("- "))))
    except ValueError:
        return ()


def _plain(row: tuple[str, ...]) -> tuple[str, ...]:
    """The words without placeholders; `{envpython}` is what it stands for."""
    named = ("python" if re.fullmatch(r"\{env_?python\}", word) else word for word in row)
    rooted = (re.sub(r"^\{(?:toxinidir|tox_root)\}/?", "", word) for word in named)
    return tuple(word for word in rooted if word and "{" not in word and "}" not in word)


def _installed(given: tuple[str, ...]) -> list[str]:
    rows: list[str] = []
    skip = ""
    for word in given:
        if skip:
            rows += [f"-r {word}"] if skip == "-r" else [word] if skip == "-e" else []
            skip = ""
        elif word in {"-r", "-e", "-c", "--group", "--requirement"}:
            skip = word
        elif not word.startswith("-"):
            rows.append(word)
    return rows


def _after(given: tuple[str, ...], option: str) -> list[str]:
    return [given[i + 1] for i, word in enumerate(given[:-1]) if word == option]


def _unconditional(rows: tuple[str, ...]) -> tuple[str, ...]:
    """Rows without a factor; where all carry one, those whose factors all say test or unit."""
    conditional = re.compile(r"^([\w{},.!-]+):\s+(.*)$")
    plain = tuple(row for row in rows if not conditional.match(row))
    if plain:
        return plain
    matched = [m for m in (conditional.match(row) for row in rows) if m]
    return tuple(m.group(2) for m in matched if re.fullmatch(r"tests?|unit|pytest|nocov", m.group(1)))


def _joined(body: str) -> tuple[str, ...]:
    return lines(re.sub(r"\\\s*\n", " ", body))


def _names(body: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\s,]+", body) if word and "{" not in word and not word.endswith(":"))


def _folder(changedir: str) -> str:
    bare = re.sub(r"^\{(?:toxinidir|tox_root)\}/?", "", changedir)
    return "" if "{" in bare or bare.startswith((".tox", "/")) else bare.strip("/")
