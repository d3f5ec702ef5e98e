"""One bare store per repository: opened, questioned, freed of locks that a killed process left."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyagent.errors import EnvironmentFault, LedgerError
from repos.stores.git import git

GRACE_SECONDS = 2.0
"""A git child outlives its killed parent by milliseconds; a lock this old has no owner left."""

_HASH = re.compile(r"[0-9a-f]{40}")
_REMAINS = (
    "objects/pack/tmp_*",
    "objects/??/tmp_obj_*",
    "objects/tmp_objdir-*",
    "fast_import_crash_*",
    "pyagent-index-*",
)


@dataclass(frozen=True, slots=True)
class Store:
    """A bare repository of ours. Only this process family writes to it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree: mode (`100644`), kind (`blob`, `tree`, `commit`), object and path."""

    mode: str
    kind: str
    object: str
    size: int
    path: str


def store_path(state: Path, slug: str) -> Path:
    """Where the store of `slug` lies, made or not."""
    return state / "stores" / f"{slug}.git"


def open_store(state: Path, slug: str) -> Store:
    """The store of `slug` under the state folder; made, complete or not at all, when absent."""
    path = store_path(state, slug)
    if not (path / "HEAD").is_file():
        _create(path)
    return Store(path)


def clear_stale_locks(store: Store, *, grace_seconds: float = GRACE_SECONDS) -> tuple[str, ...]:
    """Remove `*.lock` files and half-written objects of killed processes; what was removed.

    Call it only while holding the repository's lease. A lock younger than `grace_seconds` may
    belong to a git command that outlived its parent, so its age is awaited first.
    """
    removed = [_remove_when_old(store.path, lock, grace_seconds) for lock in _locks(store.path)]
    for pattern in _REMAINS:
        for left in store.path.glob(pattern):
            _discard(left)
            removed.append(left.relative_to(store.path).as_posix())
    return tuple(name for name in removed if name is not None)


def resolve(store: Store, revision: str) -> str | None:
    """Full commit hash of a ref or hash, None when the store does not have it."""
    answer = git(
        store.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", accept=(0, 1, 128)
    )
    return answer.text if answer.code == 0 and _HASH.fullmatch(answer.text) else None


def tree_of(store: Store, commit: str) -> str:
    """Full tree hash of a commit."""
    return git(store.path, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}").text


def is_ancestor(store: Store, older: str, newer: str) -> bool:
    """Whether `older` equals `newer` or lies behind it."""
    answer = git(store.path, "merge-base", "--is-ancestor", older, newer, accept=(0, 1, 128))
    return answer.code == 0


def move(store: Store, ref: str, *, old: str | None, new: str, why: str) -> bool:
    """Compare-and-swap `ref`; False when it no longer points at `old` (None: must not exist)."""
    expected = old or "0" * 40
    answer = git(store.path, "update-ref", "-m", why, "--no-deref", ref, new, expected, accept=(0, 1, 128))
    if answer.code == 0:
        return True
    if resolve(store, ref) == old:
        reason = answer.stderr.strip().splitlines()[0] if answer.stderr.strip() else "no reason given"
        raise LedgerError(
            f"{ref} of {store.path} cannot be moved: {reason}.",
            "Another process may be writing; run again, and look for a *.lock file if it stays.",
        )
    return False


def entries(store: Store, tree: str) -> tuple[Entry, ...]:
    """Every file, symlink and submodule of a tree or commit, in git's order."""
    return _listed(store, "-r", tree)


def entries_at(store: Store, tree: str, paths: tuple[str, ...]) -> dict[str, Entry]:
    """What stands at these paths and at the folders above them, by path; absent ones are missing."""
    ends = {path: [at for at, char in enumerate(path) if char == "/"] for path in paths}
    wanted = {path[:end] for path, slashes in ends.items() for end in (*slashes, len(path))}
    return {entry.path: entry for entry in _listed(store, "-t", tree, "--", *sorted(wanted))} if paths else {}


def blobs(store: Store, objects: tuple[str, ...]) -> Iterator[bytes]:
    """Bodies of the objects, in order, by one process; ask for as much as fits in memory."""
    answer = git(store.path, "cat-file", "--batch", "--buffer", stdin="".join(f"{o}\n" for o in objects).encode())
    data, at = memoryview(answer.stdout), 0
    for name in objects:
        line_end = answer.stdout.index(b"\n", at)
        header = answer.stdout[at:line_end].split()
        if len(header) != 3:  # noqa: PLR2004 - `<hash> <kind> <size>`, or `<hash> missing`
            raise EnvironmentFault(
                f"Object {name} is missing from {store.path}.", "Move the store away and run again: it is fetched anew."
            )
        start = line_end + 1
        at = start + int(header[2])
        yield bytes(data[start:at])
        at += 1


def _listed(store: Store, *argv: str) -> tuple[Entry, ...]:
    listing = git(store.path, "ls-tree", "-z", "-l", "--full-tree", *argv)
    return tuple(_entry(row) for row in listing.stdout.split(b"\0") if row)


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        what = f"{path.parent} cannot be made: {failed.strerror}."
        raise LedgerError(what, "Free space or grant rights there, then run again.") from failed
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        git(draft, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=sha1")
        draft.rename(path)
    except OSError:
        if not (path / "HEAD").is_file():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _locks(folder: Path) -> list[Path]:
    return [Path(where, name) for where, _, names in os.walk(folder) for name in names if name.endswith(".lock")]


def _remove_when_old(folder: Path, lock: Path, grace_seconds: float) -> str | None:
    try:
        seen = lock.stat()
        age = max(0.0, time.time() - seen.st_mtime)  # a clock set back must not make us wait for it
        time.sleep(max(0.0, grace_seconds - age))
        if lock.stat().st_ino == seen.st_ino:
            lock.unlink()
            return lock.relative_to(folder).as_posix()
    except FileNotFoundError:
        pass
    return None


def _discard(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _entry(row: bytes) -> Entry:
    head, path = row.split(b"\t", 1)
    mode, kind, name, size = head.decode("ascii").split()
    return Entry(mode, kind, name, int(size) if size.isdigit() else 0, path.decode("utf-8", "surrogateescape"))
