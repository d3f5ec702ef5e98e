"""A source release as one commit of a store: the same archive gives the same commit hash everywhere."""

from collections.abc import Iterator

from pyagent.errors import TargetError
from repos.stores.archives import Member, unpack
from repos.stores.git import IDENTITY, git
from repos.stores.store import Store, resolve

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')  # printable ASCII

BRANCH = "main"
"""The one branch of an imported release."""


def import_release(store: Store, *, title: str, filename: str, sha256: str, body: bytes) -> tuple[str, tuple[str, ...]]:
    """Commit the archive's files to `refs/upstream/main`; its hash and the members left out.

    The commit is dated by the newest member and names the archive and its SHA-256, so its hash
    depends on the archive alone. Nothing from the archive is run or written outside git.
    """
    unpacked = unpack(filename, body)
    if not unpacked.files:
        raise TargetError(f"{filename} holds no files.", "Take another version, or the project's git repository.")
    message = f"Import {title}\n\nPyagent-Archive: {filename}\nPyagent-Sha256: {sha256}\n".encode()
    stream = b"".join(_stream(unpacked.files, message, unpacked.newest))
    git(store.path, "fast-import", "--quiet", "--force", "--done", stdin=stream)
    commit = resolve(store, f"refs/upstream/{BRANCH}")
    if commit is None:  # fast-import succeeded, so only another process can have removed it
        raise TargetError(f"The import of {filename} vanished from {store.path}.", "Run again.")
    return commit, unpacked.left_out


def quoted(path: str) -> bytes:
    """A path as git quotes it in streams and diffs: C style, bytes outside printable ASCII in octal."""
    raw = path.encode("utf-8", "surrogateescape")
    plain = b"".join(bytes([b]) if b in _PLAIN else b"\\%03o" % b for b in raw)
    return b'"' + plain + b'"'


def _stream(files: tuple[Member, ...], message: bytes, seconds: int) -> Iterator[bytes]:
    name, address = IDENTITY
    yield f"reset refs/upstream/{BRANCH}\n\ncommit refs/upstream/{BRANCH}\n".encode()
    yield f"committer {name} <{address}> {seconds} +0000\ndata {len(message)}\n".encode() + message + b"\n"
    for file in files:
        mode = b"100755" if file.executable else b"100644"
        yield b"M " + mode + b" inline " + quoted(file.path) + b"\n"
        yield b"data %d\n" % len(file.body) + file.body + b"\n"
    yield b"done\n"
