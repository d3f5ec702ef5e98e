"""Opens what a flow works with, from the environment that `pyagent up` or the operator gives its worker."""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.processes import end_with_parent
from stages.opening import Asked, index, sources
from stages.wiring import Wiring, wired


@dataclass(frozen=True, slots=True)
class LogProgress:
    """The stages' progress as lines of a run's log."""

    log: logging.Logger | logging.LoggerAdapter[logging.Logger]

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps."""
        done = 0

        def step(detail: str) -> None:
            nonlocal done
            done += 1
            self.log.info("%s %d/%d %s", name, done, total, detail)

        yield step


@contextmanager
def opened(log: logging.Logger | logging.LoggerAdapter[logging.Logger], *, offline: bool = False) -> Generator[Wiring]:
    """Every port of this process, which ends when the worker that started it does."""
    end_with_parent()
    found = sources(Asked())
    with wired(found.settings, found.state, progress=LogProgress(log), offline=offline, index=index()) as wiring:
        yield wiring
