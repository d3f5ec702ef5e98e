"""Opens what a stage works with for one repository, and says its faults in Dagster's terms."""

import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from pyagent.errors import LeaseHeld, PyagentError, TargetError, UpstreamDeferred
from pyagent.settings import RepositorySection
from repos.targets import parse
from stages.desk import Desk, lay
from stages.opening import Asked, index, sources, under_care
from stages.wiring import Wiring, wired

TRIES, WAIT_SECONDS = 5, 30.0
"""For a lease that another process holds, or an upstream that asks for patience."""


@dataclass(frozen=True, slots=True)
class LogProgress:
    """The stages' progress as lines of a run's log."""

    log: logging.Logger

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        done = 0

        def step(detail: str) -> None:
            nonlocal done
            done += 1
            self.log.info("%s %d/%d %s", name, done, total, detail)

        yield step


class Workshop(dg.ConfigurableResource[None]):
    """The operator's configuration and state folder; empty means what the environment says."""

    configuration: str = ""
    state: str = ""
    offline: bool = False

    @contextmanager
    def opened(self, log: logging.Logger) -> Generator[Wiring]:
        """Every port; faults leave as Dagster's own."""
        with _faults(), self.wiring(log) as wiring:
            yield wiring

    def wiring(self, log: logging.Logger) -> AbstractContextManager[Wiring]:
        """Every port; faults leave as they are."""
        found = sources(Asked(_path(self.configuration), _path(self.state)))
        return wired(found.settings, found.state, progress=LogProgress(log), offline=self.offline, index=index())

    @contextmanager
    def desk(self, log: logging.Logger, slug: str) -> Generator[tuple[Wiring, Desk]]:
        """The ports and one repository, brought up to date."""
        with self.opened(log) as wiring:
            desk = lay(wiring, section(wiring, slug))
            for note in desk.notes:
                log.warning("%s: %s", slug, note)
            yield wiring, desk


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def slugs(wiring: Wiring) -> dict[str, RepositorySection]:
    """Every repository that is configured or under care, by slug; a target nobody can parse is left out."""
    found: dict[str, RepositorySection] = {}
    for each in (*under_care(wiring), *wiring.settings.repository):
        try:
            found[parse(each.target, cwd=Path.cwd(), slug=each.slug).slug] = each
        except TargetError as error:
            logging.getLogger(__name__).warning("%s: %s", each.target, error)
    return found


def section(wiring: Wiring, slug: str) -> RepositorySection:
    """The repository of a partition. TargetError when it is neither configured nor under care."""
    found = slugs(wiring).get(slug)
    if found is None:
        raise TargetError(
            f"{slug} is neither configured nor under care.",
            "Add it as [[repository]] to pyagent.toml, or delete the partition.",
        )
    return found


@contextmanager
def _faults() -> Generator[None]:
    try:
        yield
    except (LeaseHeld, UpstreamDeferred) as error:
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=WAIT_SECONDS) from error
    except PyagentError as error:
        raise dg.Failure(f"{error.what} {error.remedy}", allow_retries=False) from error
