"""From the operator's configuration to settings, a state folder and the repositories under care.

Every way in (command line, Dagster, Prefect) opens the same way: one configuration means one thing.
"""

import difflib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyagent.configuration import find_configuration, read_settings, state_home
from pyagent.errors import ConfigurationError, TargetError, UsageError
from pyagent.ledger.views import RepositoryView
from pyagent.places import Bucket, place
from pyagent.settings import PyagentSection, RepositorySection, Settings
from repos.targets import Kind, parse
from stages.wiring import Wiring

STATE_NAME = ".pyagent"
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the way in was told beside the environment; None where nothing was said."""

    configuration: Path | None = None
    state: Path | None = None
    unsafe_local: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """What is in force and where it came from."""

    configuration: Path | None
    settings: Settings
    state: Path


def sources(asked: Asked, environment: Mapping[str, str] = os.environ) -> Sources:
    """Settings and state folder of this process; ConfigurationError names the faulty key."""
    configuration = find_configuration(asked.configuration, environment, Path.cwd())
    settings = read_settings(configuration, environment)
    if asked.unsafe_local:
        settings = settings.model_copy(update={"sandbox": settings.sandbox.model_copy(update={"level": "unsafe"})})
    folder = configuration.parent if configuration is not None else Path.cwd()
    found = {
        "pyagent": _anchored(settings.pyagent, folder),
        "repository": tuple(absolute(section, folder) for section in settings.repository),
    }
    settings = settings.model_copy(update=found)
    _require_policies(settings)
    return Sources(configuration, settings, _state(asked.state, settings, configuration, environment))


def _anchored(section: PyagentSection, folder: Path) -> PyagentSection:
    """The section with a folder of bodies made absolute; an address stays as it is."""
    if not section.blobs or isinstance(place(section.blobs, folder), Bucket):
        return section
    return section.model_copy(update={"blobs": str(folder / section.blobs)})


def _require_policies(settings: Settings) -> None:
    """A repository that names a policy nobody wrote would run under rules its operator does not expect."""
    for section in settings.repository:
        if section.policy not in {"default", *settings.policy}:
            near = difflib.get_close_matches(section.policy, settings.policy, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Write a table [policy.{section.policy}]."
            raise ConfigurationError(f"{section.target} names the policy `{section.policy}`, which is not there.", hint)


def _state(asked: Path | None, settings: Settings, configuration: Path | None, environment: Mapping[str, str]) -> Path:
    """The one asked for, then the configuration's, then beside the configuration, then the user's state folder."""
    if asked is not None:
        return asked.absolute()
    beside = configuration.parent if configuration is not None else None
    if settings.pyagent.state is not None:
        return ((beside or Path.cwd()) / settings.pyagent.state).absolute()
    return beside / STATE_NAME if beside is not None else state_home(environment)


def index(environment: Mapping[str, str] = os.environ) -> str | None:
    """The operator's package index, where uv's or pip's own variables name one."""
    return next((environment[name] for name in INDEX_VARIABLES if environment.get(name)), None)


def absolute(section: RepositorySection, folder: Path) -> RepositorySection:
    """The section with a path target made absolute, so that it means the same in every folder."""
    try:
        target = parse(section.target, cwd=folder)
    except TargetError:
        return section  # said when the repository's turn comes: the others go on
    return section.model_copy(update={"target": target.location}) if target.kind is Kind.PATH else section


def named(settings: Settings, *names: str | None) -> RepositorySection | None:
    """The configured repository with one of these slugs or targets."""
    return next((each for each in settings.repository if each.slug in names or each.target in names), None)


def section_of(settings: Settings, view: RepositoryView) -> RepositorySection:
    """The configuration of a repository the ledger knows; what it was added with when nothing configures it."""
    if view.repository is None:
        raise UsageError(f"{view.slug} was never worked on.", "`pyagent status` lists the repositories under care.")
    known = view.repository
    return named(settings, known.slug, known.target) or RepositorySection(
        target=known.target, slug=known.slug, branch=known.branch
    )


def under_care(wiring: Wiring) -> tuple[RepositorySection, ...]:
    """Every repository the ledger knows."""
    return tuple(section_of(wiring.settings, view) for view in wiring.view().repositories.values() if view.repository)


def slugs(wiring: Wiring) -> dict[str, RepositorySection]:
    """Every repository that is configured or under care, by slug; a target nobody can parse is left out."""
    found: dict[str, RepositorySection] = {}
    for each in (*under_care(wiring), *wiring.settings.repository):
        try:
            found[parse(each.target, cwd=Path.cwd(), slug=each.slug).slug] = each
        except TargetError as error:
            logging.getLogger(__name__).warning("%s: %s", each.target, error)
    return found


def section_named(wiring: Wiring, slug: str) -> RepositorySection:
    """The repository of a slug. TargetError when it is neither configured nor under care."""
    found = slugs(wiring).get(slug)
    if found is None:
        raise TargetError(
            f"{slug} is neither configured nor under care.",
            "Add it as [[repository]] to pyagent.toml, or take it under care with `pyagent run`.",
        )
    return found
