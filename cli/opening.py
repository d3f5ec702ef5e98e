"""From the command line to opened ports, and from what a person names to repositories."""

import difflib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.frame import Frame, current
from cli.progress import progress
from pyagent.errors import UsageError
from pyagent.ledger.views import RepositoryView
from pyagent.settings import RepositorySection
from stages.opening import Asked, Sources, absolute, index, named, section_of, sources
from stages.wiring import Wiring, wired


def in_force(frame: Frame) -> Sources:
    """Settings and state folder for this command."""
    return sources(Asked(frame.config, frame.state, frame.unsafe_local))


@contextmanager
def opened() -> Generator[Wiring]:
    """The wiring of the running verb."""
    frame = current()
    found = in_force(frame)
    if found.settings.sandbox.level == "unsafe":
        click.echo("pyagent: targets run WITHOUT a sandbox (--unsafe-local)", err=True)
    with (
        progress(quiet=frame.quiet or frame.machine) as shown,
        wired(found.settings, found.state, progress=shown, offline=frame.offline, index=index()) as wiring,
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
        named(wiring.settings, target, given.target)
        or (section_of(wiring.settings, known) if known is not None else None)
        or given
    )


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
