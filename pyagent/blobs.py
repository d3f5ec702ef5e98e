"""Large bodies by content hash, in a folder: reports, diffs, findings, proposals."""

import errno
import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import LedgerError
from pyagent.ids import LENGTH, digest

_ID = re.compile(rf"[a-z2-7]{{{LENGTH}}}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """The Blobs port over a folder: one file a body, `root/ab/abcdef...`, each written whole or not at all."""

    root: Path

    def put(self, body: bytes) -> str:
        """Store `body` so that it survives a power cut; its id. A damaged copy is replaced."""
        blob = digest("blob", body)
        path = self._path(blob)
        with _explained(path):
            if not (path.is_file() and path.read_bytes() == body):
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, body)
        return blob

    def get(self, blob: str) -> bytes:
        """The body; LedgerError when it is missing or its bytes no longer match the id."""
        path = self._path(blob)
        with _explained(path):
            if not path.is_file():
                raise LedgerError(
                    f"The stored body {blob} is missing from {self.root}.",
                    "Restore the blobs folder from a backup that belongs to this ledger.",
                )
            body = path.read_bytes()
        return checked(blob, body, path)

    def _path(self, blob: str) -> Path:
        require_id(blob)
        return self.root / blob[:2] / blob


def checked(blob: str, body: bytes, where: object) -> bytes:
    """`body` as it was read at `where`; LedgerError when it is not the one that `blob` names."""
    if digest("blob", body) != blob:
        raise LedgerError(
            f"The stored body {where} does not match its name: it was changed or damaged.",
            "Restore it from a backup; pyagent will not act on it.",
        )
    return body


def require_id(blob: str) -> None:
    """LedgerError for what is not the id of a body, before it becomes part of a path or key."""
    if not _ID.fullmatch(blob):
        raise LedgerError(f"{blob!r} is not the id of a stored body.", "Run `pyagent audit`.")


def _write_whole(path: Path, body: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    # Without this a rename, or a new folder, may be lost by a power cut although the file's bytes are safe.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        remedy = "Free some space" if error.errno in _FULL else "Make the folder readable and writable for this user"
        raise LedgerError(
            f"The body {path} cannot be stored or read: {error.strerror}.", f"{remedy}, then run again."
        ) from error
