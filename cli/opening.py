"""From the command line to opened ports: configuration, state folder, progress."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.frame import Frame, current
from cli.progress import progress
from pyagent.configuration import find_configuration, read_settings, state_home
from pyagent.settings import RepositorySection, Settings
from stages.wiring import Wiring, wired

STATE_NAME = ".pyagent"


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


@contextmanager
def opened() -> Iterator[Wiring]:
    """The wiring of the running verb."""
    frame = current()
    found = sources(frame)
    with (
        progress(quiet=frame.quiet or frame.machine) as shown,
        wired(found.settings, found.state, progress=shown, offline=frame.offline) as wiring,
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
