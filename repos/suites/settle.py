"""Environment and command that make a tree's tests run, found by trying and remembered."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyagent.codec import decode, encode
from pyagent.ids import digest
from pyagent.ports import Checkout, Limits, Runner
from repos.environments.frozen import Blueprint, Environment, freeze
from repos.environments.inputs import Wanted, collect, reader
from repos.environments.interpreters import fitting
from repos.environments.narrowing import freed
from repos.environments.target import target
from repos.environments.tooling import PLUGIN_OF_SETTING
from repos.environments.wheels import Installer
from repos.suites.detect import candidates
from repos.suites.layout import layout
from repos.suites.outcomes import NoSuite, SuiteCommand, SuiteKind, SuiteRun
from repos.suites.pytest_settings import settings
from repos.suites.repair import importing, repairs, unknown_options
from repos.suites.run import run_suite

ROUNDS = 3
"""Repairs tried for one command."""
COMMANDS = 3
"""Ways to start the tests that are tried."""
_SETTLING = "4"
"""Raise it when settling learns to answer differently."""
PYTEST = Wanted("pytest", "pytest")


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where and with what environments are made and suites run."""

    runner: Runner
    cache: Path
    """Folder of frozen environments."""
    installer: Installer
    limits: Limits


@dataclass(frozen=True, slots=True)
class Settled:
    """A command that runs tests, its environment, and the plain run that showed it (None when remembered)."""

    environment: Environment
    command: SuiteCommand
    shown: SuiteRun | None


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What settling varies; the one that worked is remembered."""

    command: SuiteCommand
    extra: tuple[Wanted, ...]
    freed: bool = False
    """The tree's own versions of test tools are left open: they are too old for this interpreter."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What one settling works with."""

    checkout: Checkout
    workshop: Workshop
    blueprint: Blueprint
    imported: frozenset[str]
    may_repair: bool


def settle(
    checkout: Checkout, workshop: Workshop, *, install: Sequence[str] = (), test: Sequence[str] = ()
) -> Settled | NoSuite:
    """How this tree's tests run here, or why they do not.

    `install` and `test` are the operator's words; what they fix is not searched for. A second call
    with the same dependency inputs runs nothing.

    Raises:
        TargetError: when no interpreter or no set of wheels fits.
        EnvironmentFault: when offline and not cached, or the sandbox fails.
        UpstreamDeferred: when the index is away.
    """
    places = layout(checkout)
    commands = candidates(checkout, test)[:COMMANDS]
    if not commands:
        return NoSuite("no test file, test configuration or test runner was found in the tree")
    inputs = collect(checkout, tests=places.test_files, override=install)
    installer = workshop.installer
    python = fitting(inputs.requires_python, uv=installer.uv, environ=installer.environ)
    blueprint = Blueprint(inputs, target(checkout), python, places.roots)
    place = workshop.cache / "settled" / f"{_key(blueprint, commands)}.json"
    known = _remembered(place)
    if known:
        return Settled(_environment(workshop, blueprint, known), known.command, None)
    imported = importing(_texts(checkout))
    found = _best(_Given(checkout, workshop, blueprint, imported, may_repair=not install), commands)
    if isinstance(found, NoSuite):
        return found
    settled, recipe = found
    _remember(place, recipe)
    return settled


def _best(given: _Given, commands: Sequence[SuiteCommand]) -> tuple[Settled, _Recipe] | NoSuite:
    """The first command whose run ends by itself with most tests passed; else the one that passes most."""
    tried: list[tuple[tuple[bool, int], Settled, _Recipe]] = []
    for command in commands:
        for settled, recipe in _repaired(given, command):
            tried.append((_worth(settled), settled, recipe))
        (complete, count), settled, recipe = max(tried, key=lambda row: row[0])
        if complete and settled.shown and count > len(settled.shown.outcomes) / 2:
            return settled, recipe
    (_, count), settled, recipe = max(tried, key=lambda row: row[0])
    return (settled, recipe) if count else NoSuite(_why([row[1] for row in tried]))


def _repaired(given: _Given, command: SuiteCommand) -> Iterator[tuple[Settled, _Recipe]]:
    """Runs of one command, each after mending what the one before lacked."""
    recipe = _Recipe(command, _plugins(given) if command.kind is SuiteKind.PYTEST else ())
    for _ in range(ROUNDS + 1):
        environment = _environment(given.workshop, given.blueprint, recipe)
        run = run_suite(
            recipe.command, environment, given.workshop.runner,
            tree=given.checkout.root, overlay={}, coverage=False, limits=given.workshop.limits,
        )  # fmt: skip
        yield Settled(environment, recipe.command, run), recipe
        better = _mended(given, recipe, run)
        if better == recipe:
            return
        recipe = better


def _mended(given: _Given, recipe: _Recipe, run: SuiteRun) -> _Recipe:
    """The next recipe after what a run showed; the same one where nothing helps."""
    tried = frozenset(row.name for row in recipe.extra)
    more = _lacking(given, recipe.extra, run) if given.may_repair else ()
    better = replace(recipe, command=_without_trouble(recipe.command, run, tried=tried), extra=(*recipe.extra, *more))
    wanted = given.blueprint.inputs.wanted
    if better == recipe and not run.outcomes and given.may_repair and freed(wanted) != wanted:
        return replace(recipe, freed=True)
    return better


def _plugins(given: _Given) -> tuple[Wanted, ...]:
    """Pytest, and the plugins whose settings stand in the tree's configuration."""
    configured = settings(given.checkout)
    known = [name for name in (configured.names if configured else ()) if name in PLUGIN_OF_SETTING]
    found = {row.name for row in given.blueprint.inputs.wanted}
    rows = {PLUGIN_OF_SETTING[name]: Wanted(PLUGIN_OF_SETTING[name], f"the setting {name} of pytest") for name in known}
    return (PYTEST, *(row for row in rows.values() if row.name not in found and given.may_repair))


def _lacking(given: _Given, extra: tuple[Wanted, ...], run: SuiteRun) -> tuple[Wanted, ...]:
    have = {row.name for row in (*given.blueprint.inputs.wanted, *extra)}
    return tuple(row for row in repairs(run, imported=given.imported) if row.name not in have)


def _without_trouble(command: SuiteCommand, run: SuiteRun, *, tried: frozenset[str]) -> SuiteCommand:
    """The command without options pytest refused, and without the test that hung."""
    refused = unknown_options(run, tried=tried)
    kept = tuple(word for word in command.arguments if word not in refused)
    if command.kind is SuiteKind.PYTEST and run.stopped == "idle" and run.running:
        kept = (*kept, f"--deselect={run.running}")
    return replace(command, arguments=kept)


def _environment(workshop: Workshop, blueprint: Blueprint, recipe: _Recipe) -> Environment:
    inputs = blueprint.inputs
    wanted = freed(inputs.wanted) if recipe.freed else inputs.wanted
    return freeze(
        replace(blueprint, inputs=replace(inputs, wanted=wanted), extra=recipe.extra),
        cache=workshop.cache,
        installer=workshop.installer,
        runner=workshop.runner,
    )


def _worth(settled: Settled) -> tuple[bool, int]:
    """Whether the run judges anything at all, then how much."""
    count = len(settled.shown.passed()) if settled.shown else 0
    return bool(settled.shown and settled.shown.complete and count), count


def _why(tried: Sequence[Settled]) -> str:
    """Why nothing passed, in the words of the first command's run that hung, else of its last."""
    alike = [settled for settled in tried if settled.command.kind is tried[0].command.kind]
    first = next((settled for settled in alike if settled.shown and settled.shown.stopped), alike[-1])
    run = first.shown
    if run is None:
        return "the suite was not run"
    ids = f"{len(run.outcomes)} test ids, none passed"
    cause = next(iter(run.causes.values()), "") or run.tail.strip()
    lines = [line.strip() for line in cause.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|exception", line, re.IGNORECASE)] or lines
    limit = f", stopped by the {run.stopped} limit" if run.stopped else ""
    limit += f" because {run.running} did not end" if run.stopped and run.running else ""
    return f"{first.command.kind} ran {ids}{limit}: {telling[-1] if telling else f'status {run.code}'}"[:400]


def _texts(checkout: Checkout) -> Iterator[str]:
    read = reader(checkout)
    yield from (read(path) or "" for path in checkout.paths() if path.endswith(".py"))


def _key(plan: Blueprint, commands: Sequence[SuiteCommand]) -> str:
    parts = [encode(plan.inputs), encode(plan.target), *(encode(command) for command in commands)]
    return digest("settled", _SETTLING, plan.python.version, *plan.roots, *parts)


def _remembered(place: Path) -> _Recipe | None:
    try:
        return decode(_Recipe, place.read_bytes())
    except (OSError, ValueError):
        return None


def _remember(place: Path, recipe: _Recipe) -> None:
    """Best effort: without it the next run searches again."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(encode(recipe))
        temporary.replace(place)
