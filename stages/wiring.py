"""Settings to real ports: what every stage works with, opened once at the edge."""

import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pyagent.blobs import FolderBlobs
from pyagent.bucket_blobs import open_bucket
from pyagent.clock import SystemClock
from pyagent.errors import LedgerError
from pyagent.ledger.opening import Ledger, open_ledger
from pyagent.ledger.views import RepositoryView, View
from pyagent.model import Level
from pyagent.places import Bucket, place
from pyagent.ports import Blobs, Clock, Limits, Progress, Runner
from pyagent.sandbox.runner import open_runner
from pyagent.settings import SandboxSection, Settings
from stages.memory import Memory

DISK_FAULTS = MappingProxyType(
    {
        errno.ENOSPC: "Free space there",
        errno.EDQUOT: "Free space there, or raise the quota",
        errno.EIO: "Look at the disk and at the system's log",
        errno.EROFS: "Make it writable",
    }
)
"""What only the operator can mend, and how; any other OSError that gets so far is a bug."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """The ports of one process. `runner` is opened, and self-tested, on first use."""

    settings: Settings
    state: Path
    ledger: Ledger
    memory: Memory
    blobs: Blobs
    clock: Clock
    progress: Progress
    runner: Callable[[], Runner]
    index: str | None
    """The operator's package index; None for the usual one."""
    offline: bool

    @property
    def bodies(self) -> Path | Bucket:
        """Where `blobs` keeps them."""
        return place(self.settings.pyagent.blobs, self.state)

    def view(self) -> View:
        """What the journal says now."""
        return self.memory.view()

    def of(self, slug: str) -> RepositoryView:
        """What the journal says now about one repository."""
        return self.memory.view().of(slug)

    def limits(self) -> Limits:
        """What one suite may use."""
        sandbox = self.settings.sandbox
        return Limits(
            wall_seconds=sandbox.wall_seconds,
            cpu_seconds=int(sandbox.wall_seconds * 2),
            memory_bytes=sandbox.memory_bytes,
            processes=sandbox.processes,
            work_bytes=sandbox.work_bytes,
        )


@contextmanager
def wired(
    settings: Settings, state: Path, *, progress: Progress, offline: bool, index: str | None = None
) -> Generator[Wiring]:
    """Open every port, and close the ledger at the end whatever happens.

    A disk that is full or fails, wherever that shows, leaves as a LedgerError.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The state folder {state} cannot be made: {error.strerror}.", "Choose another with --state."
        ) from error
    clock = SystemClock()
    with _disk_faults(state), open_ledger(settings.pyagent.storage or state, clock=clock) as ledger:
        yield Wiring(
            settings=settings,
            state=state,
            ledger=ledger,
            memory=Memory(ledger.journal),
            blobs=_blobs(place(settings.pyagent.blobs, state)),
            clock=clock,
            progress=progress,
            runner=_runner(settings.sandbox, state),
            index=index,
            offline=offline,
        )


@contextmanager
def _disk_faults(state: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        remedy = DISK_FAULTS.get(error.errno or 0)
        if remedy is None:
            raise
        where = error.filename or f"The disk of {state}, or of the temporary folder"
        raise LedgerError(
            f"{where}: {error.strerror}.", f"{remedy}, then run again: nothing recorded is lost."
        ) from error


def _blobs(where: Path | Bucket) -> Blobs:
    match where:
        case Bucket():
            return open_bucket(where)
        case Path():
            return FolderBlobs(where)


def _runner(sandbox: SandboxSection, state: Path) -> Callable[[], Runner]:
    @lru_cache(maxsize=1)
    def opened() -> Runner:
        return open_runner(level=Level(sandbox.level), uid=sandbox.uid, state=state / "sandbox")

    return opened
