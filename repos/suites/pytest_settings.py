"""A tree's pytest configuration, and which of its options a recorded run keeps (pure but for reading the tree)."""

import configparser
import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pyagent.ports import Checkout
from repos.environments.inputs import reader
from repos.environments.manifests import strings, table

_DROPPED = re.compile(
    r"^(?:--(?:no-)?cov(?:-.*)?|--numprocesses|--dist|--maxprocesses|--max-worker-restart|--tx|--boxed|--junit-?xml|--junit-prefix"
    r"|--html|--self-contained-html|--css|--exitfirst|--maxfail|--lf|--last-failed|--ff|--failed-first|--nf|--new-first|--sw"
    r"|--stepwise|--durations(?:-min)?|--color|--pdb|--flake8|--flakes|--black|--mypy.*|--ruff(?:-.*)?|--pylint.*|--isort|--pycodestyle"
    r"|--pydocstyle|--pep8|--codestyle|--randomly-.*|--random-order.*|--timeout(?:[-_].*)?|--session-timeout|--strict-config"
    r"|--strict|--basetemp|--cache-clear|--reruns(?:-.*)?|--result-?log|--report-log|--log-file|--debug|--pastebin|--tb|--rootdir"
    r"|--confcutdir|--cache-show|--collect-only|--co|--fixtures|--version|--help|--profile(?:-.*)?|--full-trace|--showlocals|--verbose)$"
)
"""Options that report, stop early, distribute, reorder, lint or judge by wall time: none changes what a test says."""
_TAKES_VALUE = re.compile(
    r"^(?:--cov(?:-report|-config|-fail-under|-context)?|--numprocesses|--dist|--maxprocesses|--tx|--junit-?xml|--junit-prefix|--html|--css"
    r"|--maxfail|--durations(?:-min)?|--color|--randomly-seed|--timeout(?:[-_]method)?|--session-timeout|--basetemp|--reruns(?:-delay)?"
    r"|--report-log|--log-file|--tb|--rootdir|--confcutdir)$"
)
_SHORT = re.compile(r"^-(?:n(?:\d+|auto|logical)?|x|v+|q+|s|l|r[a-zA-Z]*|x?v*s*)$")
_UNUSED_PLUGINS = ("xdist", "randomly", "cov", "pytest_cov", "random_order", "sugar", "flake8", "black", "mypy")


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """The section pytest would read."""

    source: str
    addopts: tuple[str, ...]
    testpaths: tuple[str, ...]
    required_plugins: tuple[str, ...]
    names: tuple[str, ...]
    """Every setting's name."""


def settings(checkout: Checkout) -> PytestSettings | None:
    """The first section in pytest's own order of files; None where no file has one."""
    read = reader(checkout)
    for path in ("pytest.toml", ".pytest.toml"):
        body = read(path)
        if body is not None:
            return _from_toml(path, table(_toml(body), "pytest"))
    for path in ("pytest.ini", ".pytest.ini"):
        body = read(path)
        if body is not None:
            return _from_ini(path, body, "pytest") or PytestSettings(path, (), (), (), ())
    tool = table(_toml(read("pyproject.toml") or ""), "tool", "pytest")
    native = {key: value for key, value in tool.items() if key != "ini_options"}
    if native or "ini_options" in tool:
        return _from_toml("pyproject.toml", native or table(tool, "ini_options"))
    return _from_ini("tox.ini", read("tox.ini"), "pytest") or _from_ini("setup.cfg", read("setup.cfg"), "tool:pytest")


def kept(words: Sequence[str]) -> tuple[str, ...]:
    """The options among `words` that decide which tests run and how, their values with them."""
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, _, value = word.partition("=")
        if _SHORT.match(word):
            if word == "-n" and rest:
                rest.pop(0)
        elif word == "-p" and rest:
            plugin = rest.pop(0)
            found += [] if plugin in _UNUSED_PLUGINS else ["-p", plugin]
        elif _DROPPED.match(name):
            if not value and _TAKES_VALUE.match(name) and rest and not rest[0].startswith("-"):
                rest.pop(0)
        elif not re.match(r"^-n\S+$", word):
            found.append(word)
    return tuple(found)


def _from_toml(source: str, section: Mapping[str, Any]) -> PytestSettings:
    return PytestSettings(
        source=source,
        addopts=_words(section.get("addopts")),
        testpaths=_words(section.get("testpaths")),
        required_plugins=_words(section.get("required_plugins")),
        names=tuple(section),
    )


def _from_ini(source: str, body: str | None, name: str) -> PytestSettings | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(body or "")
    except configparser.Error:
        return None
    return _from_toml(source, dict(parser[name])) if parser.has_section(name) else None


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            return tuple(shlex.split(value, comments=True))
        except ValueError:
            return tuple(value.split())
    return strings(cast("Any", value))


def _toml(body: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return {}
