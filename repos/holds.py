"""A folder in use: whoever removes what nobody needs passes it over, in this process, another one or on another host.

Each folder has a lock file of its name in a folder beside it. Folders themselves could be locked too, but a network
file system would keep such locks to each host (flock(2), NFS details).
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from io import FileIO
from pathlib import Path
from weakref import finalize

LOCKS = ".locks"


class Hold:
    """A folder, held for as long as this object lives; the kernel lets go of it when the process dies.

    Where the file system has no such locks nothing is held.
    """

    def __init__(self, folder: Path) -> None:
        """Hold `folder`; FileNotFoundError when it is not there."""
        file = _locked(_place(folder), LOCK_SH)
        finalize(self, file.close)
        if not folder.is_dir():
            raise FileNotFoundError(folder)


@contextmanager
def alone(folder: Path) -> Generator[bool]:
    """Whether nobody holds `folder`; where so, nobody can until the end of the context."""
    place = _place(folder)
    try:
        file = _locked(place, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        yield False
        return
    with file:
        try:
            yield True
        finally:
            if not folder.exists():
                place.unlink(missing_ok=True)


def names(parent: Path) -> set[str]:
    """Of all in `parent`, and of what is gone and left its lock."""
    folders = (parent, parent / LOCKS)
    return {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()} - {LOCKS}


def _place(folder: Path) -> Path:
    return folder.parent / LOCKS / folder.name


def _locked(place: Path, kind: int) -> FileIO:
    """The lock file, locked; BlockingIOError when that would mean to wait and `kind` says not to."""
    while True:
        place.parent.mkdir(parents=True, exist_ok=True)
        file = FileIO(os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+")
        try:
            flock(file, kind)
        except BlockingIOError:
            file.close()
            raise
        except OSError:  # no such locks here
            return file
        if _is_still(place, file):
            return file
        file.close()


def _is_still(place: Path, file: FileIO) -> bool:
    """Who waited for the lock may have got that of a file which was removed meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    except OSError:
        return False
