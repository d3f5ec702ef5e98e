"""From the command line to opened ports: configuration, state folder, progress."""

import difflib
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from cli.frame import Frame, current
from cli.progress import progress
from pyagent.configuration import find_configuration, read_settings, state_home
from pyagent.errors import ConfigurationError, TargetError, UsageError
from pyagent.ledger.views import RepositoryView
from pyagent.settings import RepositorySection, Settings
from repos.targets import Kind, parse
from stages.wiring import Wiring, wired

STATE_NAME = ".pyagent"
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


@dataclass(frozen=True, slots=True)
class Sources:
    """What is in force and where it came from."""

    configuration: Path | None
    settings: Settings
    state: Path


def sources(frame: Frame) -> Sources:
    """Settings and state folder for this command; ConfigurationError names the faulty key."""
    environment = dict(os.environ)
    configuration = find_configuration(frame.config, environment, Path.cwd())
    settings = read_settings(configuration, environment)
    if frame.unsafe_local:
        settings = settings.model_copy(update={"sandbox": settings.sandbox.model_copy(update={"level": "unsafe"})})
    folder = configuration.parent if configuration is not None else Path.cwd()
    settings = settings.model_copy(update={"repository": tuple(absolute(s, folder) for s in settings.repository)})
    _require_policies(settings)
    return Sources(configuration, settings, _state(frame, settings, configuration, environment))


def _require_policies(settings: Settings) -> None:
    """A repository that names a policy nobody wrote would run under rules its operator does not expect."""
    for section in settings.repository:
        if section.policy not in {"default", *settings.policy}:
            near = difflib.get_close_matches(section.policy, settings.policy, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Write a table [policy.{section.policy}]."
            raise ConfigurationError(f"{section.target} names the policy `{section.policy}`, which is not there.", hint)


def _state(frame: Frame, settings: Settings, configuration: Path | None, environment: dict[str, str]) -> Path:
    """`--state`, then the configuration's, then beside the configuration, then the user's state folder."""
    if frame.state is not None:
        return frame.state.absolute()
    beside = configuration.parent if configuration is not None else None
    if settings.pyagent.state is not None:
        return ((beside or Path.cwd()) / settings.pyagent.state).absolute()
    return beside / STATE_NAME if beside is not None else state_home(environment)


def _index() -> str | None:
    """The operator's package index, where uv's or pip's own variables name one."""
    return next((os.environ[name] for name in INDEX_VARIABLES if os.environ.get(name)), None)


@contextmanager
def opened() -> Generator[Wiring]:
    """The wiring of the running verb."""
    frame = current()
    found = sources(frame)
    if found.settings.sandbox.level == "unsafe":
        click.echo("pyagent: targets run WITHOUT a sandbox (--unsafe-local)", err=True)
    with (
        progress(quiet=frame.quiet or frame.machine) as shown,
        wired(found.settings, found.state, progress=shown, offline=frame.offline, index=_index()) as wiring,
    ):
        yield wiring


def sections(wiring: Wiring, targets: tuple[str, ...], *, branch: str | None = None) -> tuple[RepositorySection, ...]:
    """The repositories a verb works on: those named, else all configured ones.

    A name is a configured slug or target, or the slug of a repository under care; anything else is
    taken as a target of its own.
    """
    if not targets:
        return wiring.settings.repository
    found = (_section(wiring, target) for target in targets)
    return tuple(each.model_copy(update={"branch": branch}) if branch else each for each in found)


def _section(wiring: Wiring, target: str) -> RepositorySection:
    known = wiring.view().repositories.get(target)
    given = absolute(RepositorySection(target=target), Path.cwd())
    return (
        _named(wiring.settings, target, given.target)
        or (section_of(wiring.settings, known) if known is not None else None)
        or given
    )


def _named(settings: Settings, *names: str | None) -> RepositorySection | None:
    return next((each for each in settings.repository if each.slug in names or each.target in names), None)


def under_care(wiring: Wiring) -> tuple[RepositorySection, ...]:
    """Every repository the ledger knows."""
    return tuple(section_of(wiring.settings, view) for view in wiring.view().repositories.values() if view.repository)


def section_of(settings: Settings, view: RepositoryView) -> RepositorySection:
    """The configuration of a repository the ledger knows; what it was added with when nothing configures it."""
    if view.repository is None:
        raise UsageError(f"{view.slug} was never worked on.", "`pyagent status` lists the repositories under care.")
    known = view.repository
    return _named(settings, known.slug, known.target) or RepositorySection(
        target=known.target, slug=known.slug, branch=known.branch
    )


def absolute(section: RepositorySection, folder: Path) -> RepositorySection:
    """The section with a path target made absolute, so that it means the same in every folder."""
    try:
        target = parse(section.target, cwd=folder)
    except TargetError:
        return section  # said when the repository's turn comes: the others go on
    return section.model_copy(update={"target": target.location}) if target.kind is Kind.PATH else section


def slugs(wiring: Wiring, targets: tuple[str, ...]) -> tuple[str, ...]:
    """The slugs of repositories under care that are named; the empty slug, for all, when none is."""
    known = {name: slug for slug, view in wiring.view().repositories.items() for name in _names(slug, view)}
    return tuple(_known(known, name, _section(wiring, name).target) for name in targets) or ("",)


def _known(known: dict[str, str], name: str, target: str) -> str:
    slug = known.get(name) or known.get(target)
    if slug is None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`pyagent status` lists what is."
        raise UsageError(f"{name} is not under care.", hint)
    return slug


def _names(slug: str, view: RepositoryView) -> tuple[str, ...]:
    return (slug, view.repository.target) if view.repository else (slug,)
