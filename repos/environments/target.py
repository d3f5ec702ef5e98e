"""The target's own metadata: it is never installed, yet it must look installed to itself (pure but for reading)."""

import ast
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pyagent.ports import Checkout
from repos.environments.inputs import Declarations, declarations, reader
from repos.environments.manifests import Table, table, text

FALLBACK_VERSION = "0.0.0"
"""What build backends that read the version from tags say without tags."""
_VERSION_DEPTH = 2
"""Folders above a file that may hold the version: `src` and the package."""


@dataclass(frozen=True, slots=True)
class Target:
    """What `importlib.metadata` will say of the project, and files its build would have generated."""

    name: str
    version: str
    metadata: Mapping[str, bytes]
    """Files of the dist-info folder, by path relative to site-packages."""
    scripts: Mapping[str, str]
    """Console script to object reference."""
    generated: Mapping[str, bytes]
    """Files missing in the tree that a build writes there, by path relative to the root."""


def target(checkout: Checkout) -> Target:
    """The metadata of a tree: from PKG-INFO where it lies there, else from static fields."""
    declared = declarations(checkout)
    read = reader(checkout)
    name = declared.first(lambda m: m.name) or checkout.repository.slug
    version = _version(checkout, declared)
    points = _entry_points(checkout, declared)
    info = read("PKG-INFO")
    folder = f"{canonicalize_name(name).replace('-', '_')}-{version}.dist-info"
    body = info or _metadata(name, version, declared)
    files = {f"{folder}/METADATA": body.encode(), f"{folder}/INSTALLER": b"pyagent\n", f"{folder}/RECORD": b""}
    if points:
        files[f"{folder}/entry_points.txt"] = _entry_points_file(points).encode()
    return Target(name, version, files, dict(points.get("console_scripts", {})), _generated(checkout, version))


def _metadata(name: str, version: str, declared: Declarations) -> str:
    requires = next((m.runtime for m in declared.manifests if m.runtime), ())
    python = declared.first(lambda m: m.requires_python)
    rows = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    rows += [f"Requires-Python: {python}"] if python else []
    rows += [f"Requires-Dist: {row}" for row in requires]
    return "\n".join(rows) + "\n\n"


def _entry_points_file(points: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        f"[{group}]\n" + "".join(f"{name} = {reference}\n" for name, reference in sorted(rows.items()))
        for group, rows in sorted(points.items())
    )


def _entry_points(checkout: Checkout, declared: Declarations) -> dict[str, dict[str, str]]:
    """Declared entry points; else those an sdist's egg-info recorded."""
    for manifest in declared.manifests:
        if manifest.entry_points:
            return {group: dict(rows) for group, rows in manifest.entry_points.items()}
    recorded = [p for p in checkout.paths() if re.fullmatch(r"(?:[^/]+/)?[^/]+\.egg-info/entry_points\.txt", p)]
    return _ini(checkout.read(recorded[0]).decode("utf-8", "replace")) if recorded else {}


def _ini(body: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    group = ""
    for line in map(str.strip, body.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif "=" in line and group:
            name, _, reference = line.partition("=")
            found.setdefault(group, {})[name.strip()] = reference.strip()
    return found


def _version(checkout: Checkout, declared: Declarations) -> str:
    stated = [manifest.version for manifest in declared.manifests if manifest.version]
    for version in (*stated, *_version_literals(checkout)):
        try:
            return str(Version(version))
        except InvalidVersion:
            continue
    return FALLBACK_VERSION


def _version_literals(checkout: Checkout) -> Iterator[str]:
    """String literals assigned to `__version__` (or `version` in a file named so), shallow files first."""
    shallow = [path for path in checkout.paths() if path.endswith(".py") and path.count("/") <= _VERSION_DEPTH]
    for path in sorted(shallow, key=lambda p: (p.count("/"), p)):
        if path.split("/")[0] in {"tests", "test", "docs", "examples", "setup.py"}:
            continue
        names = {"__version__", "version", "VERSION"} if "version" in posixpath.basename(path) else {"__version__"}
        yield from _assigned(checkout.read(path), names)


def _assigned(body: bytes, names: set[str]) -> Iterator[str]:
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            continue
        if any(isinstance(t, ast.Name) and t.id in names for t in cast("ast.Assign", node).targets):
            yield value.value


def _generated(checkout: Checkout, version: str) -> dict[str, bytes]:
    """The version files that tag-reading build backends write, where the tree lacks them."""
    toml = _toml(reader(checkout))
    tool = table(toml, "tool")
    places = (
        table(tool, "setuptools_scm").get("write_to"),
        table(tool, "setuptools_scm").get("version_file"),
        table(tool, "hatch", "build", "hooks", "vcs").get("version-file"),
        table(tool, "pdm", "version").get("write_to"),
        table(tool, "flit-scm").get("version_file"),
    )
    present = frozenset(checkout.paths())
    numbers = tuple(int(part) for part in Version(version).release)
    body = f'__version__ = version = "{version}"\n__version_tuple__ = version_tuple = {numbers!r}\n'
    return {path: body.encode() for path in map(text, places) if path and path.endswith(".py") and path not in present}


def _toml(read: Callable[[str], str | None]) -> Table:
    try:
        return tomllib.loads(read("pyproject.toml") or "")
    except tomllib.TOMLDecodeError:
        return {}
