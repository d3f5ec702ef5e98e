"""From the command line to opened ports: configuration, state folder, progress."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.frame import Frame, current
from cli.progress import progress
from pyagent.configuration import find_configuration, read_settings, state_home
from pyagent.errors import UsageError
from pyagent.ledger.views import RepositoryView
from pyagent.settings import RepositorySection, Settings
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
    return Sources(configuration, settings, _state(frame, settings, configuration, environment))


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
    with (
        progress(quiet=frame.quiet or frame.machine) as shown,
        wired(found.settings, found.state, progress=shown, offline=frame.offline, index=_index()) as wiring,
    ):
        yield wiring


def sections(
    settings: Settings, targets: tuple[str, ...], *, branch: str | None = None
) -> tuple[RepositorySection, ...]:
    """The repositories a verb works on: those named, else all configured ones.

    A name is a configured slug or target; anything else is taken as a target of its own.
    """
    if not targets:
        return settings.repository
    configured = {name: s for s in settings.repository for name in (s.slug, s.target) if name}
    return tuple(configured.get(t) or RepositorySection(target=t, branch=branch) for t in targets)


def section_of(settings: Settings, view: RepositoryView) -> RepositorySection:
    """The configuration of a repository the ledger knows; what it was added with when nothing configures it."""
    if view.repository is None:
        raise UsageError(f"{view.slug} was never worked on.", "`pyagent status` lists the repositories under care.")
    known = view.repository
    configured = (s for s in settings.repository if known.slug == s.slug or known.target == s.target)
    return next(configured, RepositorySection(target=known.target, slug=known.slug, branch=known.branch))


def slugs(wiring: Wiring, targets: tuple[str, ...]) -> tuple[str, ...]:
    """The slugs of repositories under care that are named; the empty slug, for all, when none is."""
    known = {name: slug for slug, view in wiring.view().repositories.items() for name in _names(slug, view)}
    strangers = [name for name in targets if name not in known]
    if strangers:
        raise UsageError(f"{strangers[0]} is not under care.", "`pyagent status` lists what is.")
    return tuple(known[name] for name in targets) or ("",)


def _names(slug: str, view: RepositoryView) -> tuple[str, ...]:
    return (slug, view.repository.target) if view.repository else (slug,)
