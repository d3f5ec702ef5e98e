"""Opens what a stage works with for one repository, and says its faults in Dagster's terms."""

import logging
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg

from pyagent.errors import LeaseHeld, PyagentError, UpstreamDeferred
from stages.desk import Desk, lay
from stages.opening import Asked, index, section_named, sources
from stages.progress import LogProgress
from stages.wiring import Wiring, wired

TRIES, WAIT_SECONDS = 5, 30.0
"""For a lease that another process holds, or an upstream that asks for patience."""


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
            desk = lay(wiring, section_named(wiring, slug))
            for note in desk.notes:
                log.warning("%s: %s", slug, note)
            yield wiring, desk


def _path(text: str) -> Path | None:
    return Path(text) if text else None


@contextmanager
def _faults() -> Generator[None]:
    try:
        yield
    except (LeaseHeld, UpstreamDeferred) as error:
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=WAIT_SECONDS) from error
    except PyagentError as error:
        raise dg.Failure(f"{error.what} {error.remedy}", allow_retries=False) from error
