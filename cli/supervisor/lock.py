"""One `up` for each state folder."""

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cli.supervisor import record
from cli.supervisor.record import Record
from pyagent.errors import LeaseHeld, LedgerError

TRIES, PAUSE_SECONDS = 3, 0.1
"""`status` holds the lock for a moment when it asks whether anybody does."""


@contextmanager
def held(state: Path) -> Generator[Record | None]:
    """Hold the folder's lock; gives what a dead former `up` recorded, which is taken back at the end.

    The kernel lets go of the lock with the process, so a stale one cannot be. LeaseHeld, naming the
    holder and its pages, when another `up` runs; LedgerError when the folder cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        opened = (state / "up.lock").open("ab")
    except OSError as error:
        raise LedgerError(f"{state} cannot be written: {error.strerror}.", "Choose another with --state.") from error
    with opened:
        if not any(_locked(opened, fcntl.LOCK_EX) for _ in range(TRIES)):
            raise LeaseHeld(_said(state), "`pyagent down` with the same --state ends it.")
        try:
            yield record.read(state)
        finally:
            record.path(state).unlink(missing_ok=True)


def is_held(state: Path) -> bool:
    """Whether an `up` runs for this state folder, on this machine."""
    try:
        opened = (state / "up.lock").open("rb")
    except OSError:
        return False
    with opened:
        return not _locked(opened, fcntl.LOCK_SH)


def running(state: Path) -> Record | None:
    """What the running `up` of this state folder says; None when none runs or it has said nothing yet."""
    return record.read(state) if is_held(state) else None


def _locked(opened: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(opened, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(PAUSE_SECONDS)
        return False
    return True


def _said(state: Path) -> str:
    found = record.read(state)
    if found is None:
        return f"`pyagent up` already runs for {state}."
    pages = ", ".join(row.url for row in found.rows if row.url)
    return (
        f"`pyagent up` already runs for {state}: pid {found.pid}, since {found.since}{f', {pages}' if pages else ''}."
    )
