"""Progress of a stage as a bar on the flow run's page, and as lines of its log."""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import httpx
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException
from prefect.runtime import flow_run

from pipelines.words import artifact_key
from stages.progress import LogProgress

EVERY_SECONDS = 5.0
"""Between two updates of one bar: each is a request and a row of the server's database."""


@dataclass(frozen=True, slots=True)
class FlowProgress:
    """The stages' progress as a flow run shows it; outside of flows only the log."""

    log: logging.Logger | logging.LoggerAdapter[logging.Logger]

    @contextmanager
    def stage(self, name: str, total: int) -> Generator[Callable[[str], None]]:
        """A stage of `total` steps; a server that is away costs the bar and nothing else."""
        with LogProgress(self.log).stage(name, total) as told:
            bar = _Bar(name, total)
            bar.show()

            def step(detail: str) -> None:
                told(detail)
                bar.step()

            yield step
            bar.show()


@dataclass(slots=True)
class _Bar:
    name: str
    total: int
    done: int = 0
    shown: UUID | None = None
    shown_at: float = 0.0

    def step(self) -> None:
        self.done += 1
        if time.monotonic() - self.shown_at > EVERY_SECONDS:
            self.show()

    def show(self) -> None:
        """Bring the page up to date; nothing for a stage that has nothing to do."""
        if not self.total or not flow_run.get_id():
            return
        said, share = f"{self.name}: {self.done} of {self.total}", 100.0 * self.done / self.total
        try:
            if self.shown is None:
                made = create_progress_artifact(share, key=artifact_key(self.name), description=said)
                self.shown = cast("UUID", made)  # a coroutine only inside of one
            else:
                update_progress_artifact(self.shown, share, said)
        except (httpx.HTTPError, PrefectException):
            return
        self.shown_at = time.monotonic()
