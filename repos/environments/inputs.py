"""Dependency inputs of a tree: one requirement list with the reason for each line (pure but for reading the tree)."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pyagent.ports import Checkout
from repos.environments.imports import imported_modules
from repos.environments.manifests import Manifest, Table, parsed, pkg_info, pyproject, setup_cfg, table
from repos.environments.requirement_files import (
    DEV_FILES,
    RUNTIME_FILES,
    TEST_FILES,
    requirement_file,
    requirement_lines,
)
from repos.environments.runner_files import RunnerHints, noxfile, tox_ini, tox_toml
from repos.environments.setup_script import setup_script
from repos.environments.tooling import distribution_of, unneeded

TEST_GROUP = re.compile(r"^(?:(?:unit|dev|ci|run)-)?(?:tests?|testing|pytest|unittests?|check|tests-require)(?:-.*)?$")
DEV_GROUP = re.compile(r"^(?:dev|develop|development)$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requirement and where it was read."""

    text: str
    source: str
    runtime: bool = False

    @property
    def name(self) -> str:
        """Normalised name of the distribution."""
        return canonicalize_name(Requirement(self.text).name)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a target's environment is made from, before any index was asked."""

    name: str
    requires_python: str
    wanted: tuple[Wanted, ...]
    imports: tuple[str, ...]
    """Top-level modules the test files need unconditionally and the tree does not hold."""
    notes: tuple[str, ...]
    """What was left out, and why."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """The manifests and runner files of one tree."""

    manifests: tuple[Manifest, ...]
    hints: tuple[RunnerHints, ...]

    def first(self, pick: Callable[[Manifest], str | None]) -> str | None:
        """The first manifest's answer that is not empty."""
        return next((value for value in map(pick, self.manifests) if value), None)


def declarations(checkout: Checkout) -> Declarations:
    """Every manifest (most trusted first) and runner file at the root of the tree."""
    read = reader(checkout)
    toml = _toml(read("pyproject.toml"))
    info = read("PKG-INFO")
    found = (
        pyproject(toml) if toml else None,
        pkg_info(info.encode()) if info else None,
        setup_cfg(read("setup.cfg") or ""),
        setup_script(read("setup.py") or ""),
    )
    hints = (
        tox_ini(read("tox.ini") or "", "tox.ini"),
        tox_toml(_toml(read("tox.toml")), "tox.toml"),
        tox_toml(table(toml, "tool", "tox"), "pyproject.toml [tool.tox]"),
        noxfile(read("noxfile.py") or ""),
    )
    return Declarations(tuple(m for m in found if m), tuple(h for h in hints if h))


def collect(checkout: Checkout, *, tests: Sequence[str], override: Sequence[str] = ()) -> Inputs:
    """The dependency inputs of a tree whose test files are `tests`.

    An `override` (the operator's `install`) replaces everything the tree declares about tests and runtime.
    """
    declared = declarations(checkout)
    name = declared.first(lambda m: m.name) or checkout.repository.slug
    imports = imported_modules(checkout, tests)
    rows = [Wanted(row, "install") for row in override] or [*_runtime(checkout, declared), *_tests(checkout, declared)]
    expanded = [w for row in rows for w in _expanded(row, name, declared)]
    wanted, notes = _selected(expanded, imports)
    own = canonicalize_name(name)
    return Inputs(
        name=name,
        requires_python=declared.first(lambda m: m.requires_python) or "",
        wanted=tuple(w for w in wanted if w.name != own),
        imports=imports,
        notes=tuple(notes),
    )


def reader(checkout: Checkout) -> Callable[[str], str | None]:
    """Text of the tree's files as UTF-8 with replacements; None for an absent one."""
    present = frozenset(checkout.paths())

    def read(path: str) -> str | None:
        return checkout.read(path).decode("utf-8-sig", "replace") if path in present else None

    return read


def _runtime(checkout: Checkout, declared: Declarations) -> list[Wanted]:
    for manifest in declared.manifests:
        if manifest.runtime:
            return [Wanted(row, manifest.source, runtime=True) for row in manifest.runtime]
    if any(manifest.runtime is not None for manifest in declared.manifests):
        return []
    files = [path for path in checkout.paths() if RUNTIME_FILES.match(path)]
    return [Wanted(row, path, runtime=True) for path in files for row in requirement_file(path, reader(checkout))]


def _tests(checkout: Checkout, declared: Declarations) -> list[Wanted]:
    """Test requirements from every source that names tests; development lists only where none does."""
    read = reader(checkout)
    rows = _grouped(declared, TEST_GROUP)
    for hint in declared.hints:
        rows += [Wanted(row, hint.source) for row in requirement_lines(hint.installs, "", read)]
        rows += [Wanted(f".[{group}]", hint.source) for group in hint.groups]
    rows += [Wanted(row, path) for path in _files(checkout, TEST_FILES) for row in requirement_file(path, read)]
    if any(row.text != "." for row in rows):
        return rows
    development = _grouped(declared, DEV_GROUP)
    return development or [
        Wanted(r, path) for path in _files(checkout, DEV_FILES) for r in requirement_file(path, read)
    ]


def _files(checkout: Checkout, pattern: re.Pattern[str]) -> list[str]:
    return [path for path in checkout.paths() if pattern.match(path)]


def _grouped(declared: Declarations, pattern: re.Pattern[str]) -> list[Wanted]:
    found: dict[str, list[Wanted]] = {}
    for manifest in declared.manifests:
        for group, rows in manifest.groups.items():
            if pattern.match(group) and group not in found:
                found[group] = [Wanted(row, f"{manifest.source} [{group}]") for row in rows]
    return [row for rows in found.values() for row in rows]


def _expanded(row: Wanted, name: str, declared: Declarations) -> Iterable[Wanted]:
    """The row itself, or what a reference to the project's own extras stands for (one level of nesting)."""
    for text in _own_extras(row.text, name, declared):
        for inner in _own_extras(text, name, declared):
            if parsed(inner) and not inner.startswith("."):
                yield Wanted(inner, row.source, row.runtime)


def _own_extras(text: str, name: str, declared: Declarations) -> tuple[str, ...]:
    own = re.match(r"^\.(?:\[([^\]]*)\])?$", text)
    requirement = None if own else parsed(text)
    if own:
        extras = [extra for extra in (own.group(1) or "").split(",") if extra]
    elif requirement and requirement.extras and canonicalize_name(requirement.name) == canonicalize_name(name):
        extras = sorted(requirement.extras)
    else:
        return (text,)
    groups = [
        m.groups[g] for e in extras for g in [canonicalize_name(e.strip())] for m in declared.manifests if g in m.groups
    ]
    return tuple(row for rows in groups for row in rows)


def _selected(rows: Iterable[Wanted], imports: Sequence[str]) -> tuple[list[Wanted], list[str]]:
    """One row a distribution (the first source wins), tools a run can do without left out."""
    imported = {canonicalize_name(Requirement(distribution_of(module)).name) for module in imports}
    kept: dict[str, Wanted] = {}
    notes: list[str] = []
    for row in rows:
        requirement = Requirement(row.text)
        known = kept.get(row.name)
        if requirement.url:
            notes.append(f"{row.name} left out: {row.source} takes it from a URL, not from the index")
        elif not row.runtime and unneeded(row.name) and row.name not in imported:
            notes.append(f"{row.name} left out: a test run does not need it ({row.source})")
        elif known is None:
            kept[row.name] = row
        elif known.text != row.text and Requirement(known.text).marker and requirement.marker:
            kept[f"{row.name};{requirement.marker}"] = row
    return list(kept.values()), sorted(set(notes))


def _toml(body: str | None) -> Table:
    try:
        return tomllib.loads(body or "")
    except tomllib.TOMLDecodeError:
        return {}
