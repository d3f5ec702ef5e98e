"""What the packaging files of a tree declare, read as data and never executed (pure)."""

import configparser
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any, cast

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one file says the project is and needs.

    `runtime` is None where the file leaves it to be computed; requirement lines are as written.
    """

    source: str
    name: str | None = None
    version: str | None = None
    requires_python: str | None = None
    runtime: tuple[str, ...] | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Extras and dependency groups, by normalised name."""
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Group to name to object reference; `console_scripts` among them."""


def pyproject(data: Table) -> Manifest:
    """The declarations of a parsed pyproject.toml: PEP 621 and 735, then poetry, flit and pdm tables."""
    project = table(data, "project")
    tool = table(data, "tool")
    legacy = _poetry(table(tool, "poetry")) if "poetry" in tool else _flit(table(tool, "flit", "metadata"))
    dynamic = strings(project.get("dynamic"))
    runtime = strings(project.get("dependencies")) if project and "dependencies" not in dynamic else None
    groups = {canonicalize_name(k): strings(v) for k, v in table(project, "optional-dependencies").items()}
    groups |= dependency_groups(table(data, "dependency-groups"))
    groups |= {canonicalize_name(k): strings(v) for k, v in table(tool, "pdm", "dev-dependencies").items()}
    groups |= (
        {"dev": strings(table(tool, "uv").get("dev-dependencies"))} if "uv" in tool and "dev" not in groups else {}
    )
    return Manifest(
        source="pyproject.toml",
        name=text(project.get("name")) or legacy.name,
        version=text(project.get("version")) or legacy.version,
        requires_python=text(project.get("requires-python")) or legacy.requires_python,
        runtime=runtime if project else legacy.runtime,
        groups={**legacy.groups, **groups},
        entry_points=_project_entry_points(project) or legacy.entry_points,
    )


def dependency_groups(groups: Table) -> dict[str, tuple[str, ...]]:
    """Each group of a PEP 735 table with its includes expanded; a cycle ends where it closes."""
    by_name: dict[str, Any] = {canonicalize_name(name): entries for name, entries in groups.items()}

    def expand(name: str, seen: frozenset[str]) -> Iterable[str]:
        for entry in cast("list[Any]", by_name.get(name) or []):
            if isinstance(entry, str):
                yield entry
            elif isinstance(entry, dict):
                included = canonicalize_name(str(cast("Table", entry).get("include-group", "")))
                if included not in seen:
                    yield from expand(included, seen | {included})

    return {name: tuple(expand(name, frozenset({name}))) for name in by_name}


def setup_cfg(body: str) -> Manifest | None:
    """The declarations of a setup.cfg; None when it is not readable as one."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(body)
    except configparser.Error:
        return None
    runtime = parser.get("options", "install_requires", fallback=None)
    extras = dict(parser["options.extras_require"]) if parser.has_section("options.extras_require") else {}
    groups = {canonicalize_name(name): lines(value) for name, value in extras.items()}
    tests = lines(parser.get("options", "tests_require", fallback=""))
    points = dict(parser["options.entry_points"]) if parser.has_section("options.entry_points") else {}
    return Manifest(
        source="setup.cfg",
        name=parser.get("metadata", "name", fallback=None),
        version=_literal(parser.get("metadata", "version", fallback=None)),
        requires_python=parser.get("options", "python_requires", fallback=None),
        runtime=None if runtime is None or runtime.startswith("file:") else lines(runtime),
        groups={**groups, **({"tests-require": tests} if tests else {})},
        entry_points={group: pairs(lines(value)) for group, value in points.items()},
    )


def pkg_info(body: bytes) -> Manifest:
    """The declarations of a PKG-INFO: Requires-Dist split into runtime and extras."""
    headers = BytesHeaderParser().parsebytes(body)
    required = [str(value) for value in headers.get_all("Requires-Dist") or []]
    runtime = tuple(value for value in required if not _extra_of(value))
    groups: dict[str, tuple[str, ...]] = {
        canonicalize_name(str(e)): () for e in headers.get_all("Provides-Extra") or []
    }
    for value in required:
        extra = _extra_of(value)
        if extra:
            groups[extra] = (*groups.get(extra, ()), _without_extra(value))
    return Manifest(
        source="PKG-INFO",
        name=_header(headers.get("Name")),
        version=_header(headers.get("Version")),
        requires_python=_header(headers.get("Requires-Python")),
        runtime=runtime if required else None,
        groups=groups,
    )


def table(data: Table, *keys: str) -> Table:
    """The table under `keys`; empty when any step is absent or something else."""
    here: Any = data
    for key in keys:
        here = cast("Table", here).get(key) if isinstance(here, Mapping) else None
    return cast("Table", here) if isinstance(here, Mapping) else {}


def strings(value: object) -> tuple[str, ...]:
    """The strings of a list; empty for anything else."""
    return tuple(item for item in cast("list[Any]", value) if isinstance(item, str)) if isinstance(value, list) else ()


def text(value: object) -> str | None:
    """The value when it is a string."""
    return value if isinstance(value, str) else None


def lines(body: str) -> tuple[str, ...]:
    """The lines of an ini value that carry something, comments cut off."""
    bare = (line.split(" #")[0].strip() for line in body.splitlines())
    return tuple(line for line in bare if line and not line.startswith("#"))


def pairs(rows: Iterable[str]) -> dict[str, str]:
    """`name = value` rows as a mapping; rows without a sign are left out."""
    return {left.strip(): right.strip() for left, sign, right in (row.partition("=") for row in rows) if sign}


def parsed(line: str) -> Requirement | None:
    """The requirement a line states; None when it is not one."""
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


def _header(value: object) -> str | None:
    return None if value is None else str(value).strip()


def _literal(version: str | None) -> str | None:
    return None if version is None or version.startswith(("attr:", "file:")) else version


def _extra_of(line: str) -> str:
    """The extra a Requires-Dist belongs to: metadata writers always put it as `extra == 'name'`."""
    marker = line.partition(";")[2]
    found = marker.partition("extra ==")[2].strip()
    return canonicalize_name(re.split("['\"]", found.strip("()'\" "), maxsplit=1)[0]) if found else ""


def _without_extra(line: str) -> str:
    head, _, marker = line.partition(";")
    kept = [part.strip(" ()") for part in marker.split(" and ") if "extra ==" not in part]
    return f"{head.strip()}; {' and '.join(kept)}" if kept else head.strip()


def _project_entry_points(project: Table) -> dict[str, dict[str, str]]:
    groups = {group: dict(table(project, "entry-points", group)) for group in table(project, "entry-points")}
    scripts = dict(table(project, "scripts"))
    return groups | ({"console_scripts": scripts} if scripts else {})


def _poetry(poetry: Table) -> Manifest:
    wanted = table(poetry, "dependencies")
    groups = {"dev": _poetry_lines(table(poetry, "dev-dependencies"), {})}
    for name in table(poetry, "group"):
        groups[canonicalize_name(name)] = _poetry_lines(table(poetry, "group", name, "dependencies"), {})
    extras = {canonicalize_name(k): strings(v) for k, v in table(poetry, "extras").items()}
    plugins = {group: dict(table(poetry, "plugins", group)) for group in table(poetry, "plugins")}
    scripts = {k: v for k, v in table(poetry, "scripts").items() if isinstance(v, str)}
    python = text(wanted.get("python"))
    return Manifest(
        source="pyproject.toml",
        name=text(poetry.get("name")),
        version=text(poetry.get("version")),
        requires_python=poetry_specifier(python) if python else None,
        runtime=_poetry_lines(wanted, {"python"}),
        groups={**extras, **groups},
        entry_points=plugins | ({"console_scripts": scripts} if scripts else {}),
    )


def _poetry_lines(wanted: Table, leave: Iterable[str]) -> tuple[str, ...]:
    rows: list[str] = []
    for name, value in wanted.items():
        spec = value if isinstance(value, str) else text(table({"v": value}, "v").get("version")) or "*"
        optional = bool(table({"v": value}, "v").get("optional"))
        if name not in leave and not optional:
            rows.append(f"{name}{poetry_specifier(spec)}")
    return tuple(rows)


def poetry_specifier(spec: str) -> str:
    """A poetry constraint as a PEP 440 specifier; `^` and `||` become their lower bound."""
    parts = [part.strip() for part in spec.split("||", maxsplit=1)[0].split(",")]
    return ",".join(filter(None, (_poetry_part(part) for part in parts)))


def _poetry_part(part: str) -> str:
    if part in {"", "*"}:
        return ""
    if part.startswith("^"):
        return f">={part[1:]}"
    if part.startswith("~") and not part.startswith("~="):
        return f">={part[1:]}"
    if part.endswith(".*") or part[0].isdigit():
        return f"=={part.removeprefix('==')}"
    return part.replace(" ", "")


def _flit(metadata: Table) -> Manifest:
    if not metadata:
        return Manifest(source="pyproject.toml")
    groups: dict[str, tuple[str, ...]] = {
        canonicalize_name(k): strings(v) for k, v in table(metadata, "requires-extra").items()
    }
    return Manifest(
        source="pyproject.toml",
        name=text(metadata.get("dist-name")) or text(metadata.get("module")),
        requires_python=text(metadata.get("requires-python")),
        runtime=strings(metadata.get("requires")),
        groups=groups,
    )
