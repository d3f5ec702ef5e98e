"""The whole memory in one file: the ledger, and what its facts point at."""

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pyagent.errors import ConfigurationError, EnvironmentFault
from pyagent.ledger.copying import fill, lines_of
from stages.wiring import Wiring

LEDGER = "ledger.jsonl"
KEYS = "keys"
_BLOBS = "blobs"
FOLDERS = (KEYS, _BLOBS, "stores")
"""Below the state folder; everything else there can be made again."""
_OBJECTS = "objects"


def back_up(wiring: Wiring, to: Path) -> int:
    """Write the archive, a gzipped tar, to `to`; how many files of the state folder it holds.

    The ledger is read first, at one moment: what is written meanwhile may be in the archive's files and not in its
    ledger, as after a kill, and the next run finds its way from there. EnvironmentFault when it cannot be written.
    """
    part, count = to.with_name(f"{to.name}.part"), 0
    try:
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))  # it holds the key that signs
        with tarfile.open(part, "w:gz", compresslevel=1) as archive:
            body = "".join(f"{line}\n" for line in lines_of(wiring.ledger)).encode()
            told = tarfile.TarInfo(LEDGER)
            told.size, told.mode = len(body), 0o600
            archive.addfile(told, io.BytesIO(body))
            for path in _files(wiring.state):
                with suppress(FileNotFoundError):  # git's own files for a moment, while a run goes on
                    archive.add(wiring.state / path, str(path), recursive=False)
                    count += (wiring.state / path).is_file()
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise EnvironmentFault(f"The backup was not written to {to}: {error}", "Name another file.") from error
    return count


def covers(wiring: Wiring) -> bool:
    """Are the bodies in the archive? Those in a bucket, or in a folder elsewhere, stay where they are."""
    where = wiring.bodies
    return isinstance(where, Path) and where.resolve() == (wiring.state / _BLOBS).resolve()


def _files(state: Path) -> Iterator[Path]:
    """Paths below the state folder; of a store its references first: none points at what came later."""
    for folder in FOLDERS:
        found = [path.relative_to(state) for path in sorted((state / folder).rglob("*")) if path.suffix != ".lock"]
        yield from (path for path in found if _OBJECTS not in path.parts)
        yield from (path for path in found if _OBJECTS in path.parts)


def restore(wiring: Wiring, source: Path) -> int:
    """Fill an empty state folder and an empty ledger from an archive; how many facts there are then.

    Raises ConfigurationError for a file that is no such archive, EnvironmentFault for a state folder that is in use,
    LedgerError as `fill` and the store of bodies do. The ledger comes last: before it there is nothing that anybody
    would work with.
    """
    for folder in FOLDERS:
        if any((wiring.state / folder).glob("*")):
            where = f"{wiring.state / folder} is not empty."
            raise EnvironmentFault(where, "Restore into a new state folder: --state FOLDER.")
    try:
        with tarfile.open(source, "r:gz") as archive:
            body = archive.extractfile(LEDGER)
            members = [member for member in archive.getmembers() if member.name.partition("/")[0] in FOLDERS]
            lines = body.read().decode().splitlines() if body else []
            archive.extractall(wiring.state, members, filter="data")
        if (wiring.state / KEYS).is_dir():
            (wiring.state / KEYS).chmod(0o700)
    except (OSError, KeyError, tarfile.TarError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{source} is no backup of pyagent: {error}", "Name a file that `pyagent db backup` wrote."
        ) from error
    _bring_bodies(wiring)
    return fill(wiring.ledger, lines)


def _bring_bodies(wiring: Wiring) -> None:
    """Bodies from the archive to where this configuration looks for them: it may name a bucket by now."""
    if covers(wiring):
        return
    unpacked = wiring.state / _BLOBS
    for path in sorted(unpacked.glob("*/*")):
        wiring.blobs.put(path.read_bytes())
        path.unlink()
    for folder in (*unpacked.glob("*"), unpacked):
        with suppress(OSError):  # not empty
            folder.rmdir()
