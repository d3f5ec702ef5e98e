"""A folder in use: whoever removes what nobody needs passes it over, in this process or another one."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path


class Hold:
    """A folder, held for as long as this object lives and under whatever name the folder comes to bear.

    The kernel lets go of it when the process dies (flock(2)). Where the file system has no such locks nothing
    is held.
    """

    __slots__ = ("_opened",)

    def __init__(self, folder: Path) -> None:
        """Hold `folder`; FileNotFoundError when it is not there, or was removed before it was held."""
        self._opened = -1
        self._opened = _open(folder)
        with suppress(OSError):
            flock(self._opened, LOCK_SH)
        if not _is_still(folder, self._opened):
            raise FileNotFoundError(folder)

    def __del__(self) -> None:
        """Let go."""
        if self._opened >= 0:
            os.close(self._opened)


@contextmanager
def alone(folder: Path) -> Generator[bool]:
    """Whether `folder` is there and nobody holds it; where so, nobody can until the end of the context."""
    try:
        opened = _open(folder)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _locked(opened) and _is_still(folder, opened)
    finally:
        os.close(opened)


def _locked(opened: int) -> bool:
    try:
        flock(opened, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no such locks here
        return True
    return True


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _is_still(folder: Path, opened: int) -> bool:
    """Who waited for the lock may have got it of a folder that was removed, or renamed and made again."""
    try:
        return os.path.samestat(os.fstat(opened), folder.stat())
    except FileNotFoundError:
        return False
