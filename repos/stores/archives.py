"""Source archives (tar, zip) read in memory: members become plain files, nothing is written to disk. Pure.

Members that are not regular files, or whose names are unsafe, are left out and named. The
limits hold against archives that grow when unpacked, whatever their headers say.
"""

import bz2
import calendar
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from pyagent.errors import TargetError
from repos.stores.paths import why_unsafe

MOST_BYTES = 512 << 20
"""Unpacked, all members and headers together; the largest of 30 surveyed releases is under 40 MiB."""
MOST_FILES = 50_000

_EARLIEST, _LATEST = 315532800, 4102444800  # 1980 (the zip epoch) and 2100, in Unix seconds
_OPENERS = {".gz": gzip.open, ".tgz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One regular file of an archive."""

    path: str
    body: bytes
    executable: bool


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Files by path, without the leading folder they share; the newest time stamp; what was left out, and why."""

    files: tuple[Member, ...]
    newest: int
    left_out: tuple[str, ...]


class _TooLarge(Exception):
    """The archive grows over a limit."""


def unpack(name: str, body: bytes) -> Unpacked:
    """The regular files of the archive called `name`. TargetError when it is damaged or too large."""
    members: dict[str, Member] = {}
    left_out: list[str] = []
    newest = _EARLIEST
    try:
        for path, content, executable, seconds in _zip(body) if name.endswith(".zip") else _tar(name, body):
            reason = "not a regular file" if content is None else why_unsafe(path)
            if content is None or reason:
                left_out.append(f"{path}: {reason}")
                continue
            members[path] = Member(path, content, executable)
            newest = max(newest, min(seconds, _LATEST))
            if len(members) > MOST_FILES:
                raise _TooLarge  # noqa: TRY301 - one sentence for every limit, wherever it is met
    except _TooLarge:
        raise TargetError(
            f"{name} unpacks to more than {MOST_BYTES >> 20} MiB or {MOST_FILES} files.",
            "Take the project's git repository as target instead.",
        ) from None
    except _BROKEN as broken:
        raise TargetError(f"{name} is damaged: {broken}.", "Delete it from the cache, then run again.") from broken
    return Unpacked(_without_shared_folder(tuple(members[path] for path in sorted(members))), newest, tuple(left_out))


class _Bounded(io.RawIOBase):
    """A stream that ends with an exception, not with full memory."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._left = source, MOST_BYTES

    def read(self, size: int = -1, /) -> bytes:
        part = self._source.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(part)
        if self._left < 0:
            raise _TooLarge
        return part

    def readable(self) -> bool:
        return True


_Row = tuple[str, bytes | None, bool, int]


def _tar(name: str, body: bytes) -> Iterator[_Row]:
    opener = next((opener for suffix, opener in _OPENERS.items() if name.endswith(suffix)), None)
    raw: IO[bytes] = io.BytesIO(body)
    plain = cast("IO[bytes]", opener(raw)) if opener else raw
    with plain, tarfile.open(fileobj=_Bounded(plain), mode="r|") as archive:
        for member in archive:
            if member.isdir():
                continue
            # A sparse member states more bytes than it stores; only what is stored passes the bound.
            regular = member.isreg() and not member.issparse()
            stream = archive.extractfile(member) if regular else None
            yield _trimmed(member.name), stream.read() if stream else None, bool(member.mode & 0o100), int(member.mtime)


def _zip(body: bytes) -> Iterator[_Row]:
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            regular = (mode >> 12) in {0, 0o10}
            with archive.open(member) as stream:
                content = stream.read(left + 1) if regular else b""
            left -= len(content)
            if left < 0:
                raise _TooLarge
            stamp = calendar.timegm(member.date_time) if member.date_time[1] else _EARLIEST
            yield _trimmed(member.filename), content if regular else None, bool(mode & 0o100), stamp


def _trimmed(path: str) -> str:
    return path.removeprefix("./")


def _without_shared_folder(files: tuple[Member, ...]) -> tuple[Member, ...]:
    tops = {file.path.partition("/")[0] for file in files}
    if len(tops) != 1 or any("/" not in file.path for file in files):
        return files
    return tuple(Member(f.path.partition("/")[2], f.body, f.executable) for f in files)
