"""The oldest Python a project promises to run on, read from its metadata without running any of it."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyagent.ports import Checkout

OLDEST_TARGET = 7
"""The oldest Python 3 minor ruff can be told to write for."""
NEWEST_TARGET = 11
"""Beyond our own Python nothing can be checked here, so nothing newer is written."""

_VERSIONS = ((2, 7), *((3, minor) for minor in range(21)))
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d+)(?:\.(\d+))?\s*(?:$|::)")


@dataclass(frozen=True, slots=True)
class Floor:
    """The oldest Python of a project."""

    version: tuple[int, int]
    declared: bool
    """Whether pyproject's `requires-python` says so; else it was gathered from older metadata."""


def floor(checkout: Checkout) -> Floor | None:
    """The project's floor; None when it says nothing that can be read without running it."""
    paths = frozenset(checkout.paths())
    texts = {name: checkout.read(name).decode("utf-8", "replace") for name in _READERS if name in paths}
    declared = _oldest(_specifiers("pyproject.toml", texts))
    if declared:
        return Floor(declared, declared=True)
    gathered = _oldest(spec for name in texts for spec in _specifiers(name, texts))
    older = [*_classified(texts), *([gathered] if gathered else [])]
    return Floor(min(older), declared=False) if older else None


def target_minor(oldest: Floor | None) -> int:
    """The Python 3 minor to write for; the oldest possible one when the floor is unknown."""
    if oldest is None or oldest.version[0] < 3:  # noqa: PLR2004 - Python 3
        return OLDEST_TARGET
    return min(max(oldest.version[1], OLDEST_TARGET), NEWEST_TARGET)


def _oldest(specifiers: Iterable[str]) -> tuple[int, int] | None:
    for text in specifiers:
        try:
            allowed = SpecifierSet(text)
        except InvalidSpecifier:
            continue
        # Patch releases matter to specifiers such as `>=3.8.1`: ask for a late one.
        admitted = (version for version in _VERSIONS if allowed.contains(f"{version[0]}.{version[1]}.99"))
        found = next(admitted, None)
        if text.strip() and found:
            return found
    return None


def _specifiers(name: str, texts: dict[str, str]) -> list[str]:
    return [word for word in _READERS[name](texts[name]) if isinstance(word, str)] if name in texts else []


def _pyproject(text: str) -> list[object]:
    try:
        project = tomllib.loads(text).get("project", {})
    except tomllib.TOMLDecodeError:
        return []
    return [cast("dict[str, Any]", project).get("requires-python")] if isinstance(project, dict) else []


def _setup_cfg(text: str) -> list[object]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    return [parser.get("options", "python_requires", fallback=None)]


def _setup_py(text: str) -> list[object]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    keywords = (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "python_requires")
    return [keyword.value.value for keyword in keywords if isinstance(keyword.value, ast.Constant)]


def _pkg_info(text: str) -> list[object]:
    return list(re.findall(r"(?m)^Requires-Python: *(\S.*)$", text.partition("\n\n")[0]))


_READERS = {"pyproject.toml": _pyproject, "setup.cfg": _setup_cfg, "setup.py": _setup_py, "PKG-INFO": _pkg_info}


def _classified(texts: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Every Python version named by a trove classifier, wherever it stands in the metadata."""
    for text in texts.values():
        for line in text.splitlines():
            for major, minor in _CLASSIFIER.findall(line.rstrip(" \t,'\"")):
                if minor or major == "2":
                    yield int(major), int(minor or 7)
