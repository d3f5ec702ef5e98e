"""Progress for whoever reads a log instead of a terminal: Dagster, Prefect, a service's file."""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass


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
