"""What a sandbox sees as /etc: a folder made once and shown to each, for its files need not be written at every start.

Stand-ins that are enough for getpass, socket and pwd and say nothing of the host's users, copies of what
tools need of the host's, and the jail program, which would else cost each start a mount of its own.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from pyagent.errors import EnvironmentFault
from pyagent.sandbox.jail import NAME

HOST = Path("/etc")
STAND_INS: Mapping[str, bytes] = {
    "passwd": b"root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/home/sandbox:/bin/sh\n",
    "group": b"root:x:0:\nsandbox:x:1000:\n",
    "hosts": b"127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
}
COPIED = ("ld.so.cache", "localtime", "mime.types", "protocols", "services")
"""Files of the host that tools need and that say nothing about it."""
LINKED = "alternatives"
"""A folder of links of that kind."""


def etc_folder(state: Path | None, jail: Path) -> Path:
    """The folder to show, with the program `jail` in it, below `state` or in a temporary place that ends with us.

    It is named after what it holds, so one that is there is right, and a host whose files changed gets another.
    EnvironmentFault when it cannot be made, or programs may not be started there.
    """
    files, links = {**_copied(), NAME: jail.read_bytes()}, _links()
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    name = hashlib.sha256(repr((sorted(digests.items()), sorted(links.items()))).encode()).hexdigest()[:16]
    place = _temporary() if state is None else state.absolute()
    folder = place / f"etc-{name}"
    if not folder.is_dir():
        try:
            place.mkdir(parents=True, exist_ok=True)
            _made(folder, files, links)
        except OSError as error:
            if not folder.is_dir():  # nobody else made it meanwhile
                raise EnvironmentFault(
                    f"The sandbox's /etc could not be made: {error}.", f"Make room in {place}, or let us write there."
                ) from error
    if os.statvfs(folder).f_flag & os.ST_NOEXEC:
        raise EnvironmentFault(
            f"No program may be started below {place} (it is mounted noexec).", "Keep the state on another file system."
        )
    return folder


def _copied() -> dict[str, bytes]:
    found = dict(STAND_INS)
    for name in COPIED:
        with suppress(OSError):  # not every system has each
            found[name] = (HOST / name).read_bytes()
    return found


def _links() -> dict[str, str]:
    folder = HOST / LINKED
    found = folder.iterdir() if folder.is_dir() else ()
    return {each.name: str(each.readlink()) for each in found if each.is_symlink()}


def _made(folder: Path, files: Mapping[str, bytes], links: Mapping[str, str]) -> None:
    """Whole at its place, or OSError and nothing: of two who make it at once one fails."""
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            (draft / name).write_bytes(text)
            (draft / name).chmod(0o555 if name == NAME else 0o444)
        (draft / LINKED).mkdir()
        for name, target in links.items():
            (draft / LINKED / name).symlink_to(target)
        for each in (draft / LINKED, draft):
            each.chmod(0o755)  # whatever our umask: another user reads it
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise


@cache
def _temporary() -> Path:
    place = tempfile.mkdtemp(prefix="pyagent-etc-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)
