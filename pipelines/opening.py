"""Opens what a flow works with, from the environment that `pyagent up` or the operator gives its worker."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from pipelines.processes import announce, end_with_parent
from pipelines.progress import FlowProgress
from stages.opening import Asked, index, sources
from stages.wiring import Wiring, wired


@contextmanager
def opened(log: logging.Logger | logging.LoggerAdapter[logging.Logger], *, offline: bool = False) -> Generator[Wiring]:
    """Every port of this process, which ends when the worker that started it does."""
    end_with_parent()
    announce()
    found = sources(Asked())
    with wired(found.settings, found.state, progress=FlowProgress(log), offline=offline, index=index()) as wiring:
        yield wiring
