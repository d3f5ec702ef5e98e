"""Exported trees: a commit's files as plain files, without `.git`, cached by tree hash.

The bytes are the blobs' bytes. No attribute (`export-ignore`, `eol`, `ident`), filter driver or
hook takes part, because git only lists and prints objects; we write the files.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pyagent.errors import LedgerError, TargetError
from pyagent.model import Repository
from repos.holds import Hold, alone, names
from repos.stores.paths import why_unsafe
from repos.stores.store import Entry, Store, blobs, entries, tree_of

CHUNK_BYTES = 64 << 20
"""Blob bytes held in memory at once."""


@dataclass(frozen=True, slots=True)
class TreeCheckout:
    """An exported tree; satisfies the `Checkout` port."""

    repository: Repository
    commit: str
    tree: str
    root: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]
    """What was left out: submodules, symlinks that leave the tree, unsafe names."""
    hold: Hold = field(repr=False, compare=False)
    """Keeps its files there while anybody has this object."""

    def paths(self) -> tuple[str, ...]:
        """Every regular file, sorted."""
        return self.files

    def read(self, path: str) -> bytes:
        """Bytes of one file; TargetError when absent or a symlink."""
        if path not in self.files:
            raise TargetError(f"{self.repository.slug} has no file {path} at {self.commit[:12]}.", "Check the path.")
        return (self.root / path).read_bytes()


def export(store: Store, repository: Repository, *, commit: str, cache: Path) -> TreeCheckout:
    """The tree of `commit` as files below `cache`, complete or absent whatever dies meanwhile."""
    tree = tree_of(store, commit)
    listing = entries(store, tree)
    files, links, notes = _sorted_out(listing)
    root = cache / tree
    hold = _held(store, root, files, links)
    notes += tuple(
        f"{link.path}: symlink out of the tree left out" for link in links if not (root / link.path).is_symlink()
    )
    return TreeCheckout(repository, commit, tree, root, tuple(sorted(f.path for f in files)), notes, hold)


def discard(cache: Path, *, keep: frozenset[str]) -> int:
    """Remove exported trees not in `keep` that nobody has, and drafts of killed processes; how many went."""
    return sum(_removed(cache / name) for name in sorted(names(cache) - keep))


def _removed(folder: Path) -> bool:
    with alone(folder) as free:
        if not free or not folder.is_dir():
            return False
        if _is_draft(folder):
            shutil.rmtree(folder)
            return True
        # Another name first: a removal cut short must not leave half a tree that `export` takes for whole.
        draft = folder.rename(_draft(folder))
    _removed(draft)
    return True


def _draft(root: Path) -> Path:
    return root.with_name(f".{root.name}.{secrets.token_hex(4)}")


def _is_draft(folder: Path) -> bool:
    return folder.name.startswith(".")


def _sorted_out(listing: tuple[Entry, ...]) -> tuple[list[Entry], list[Entry], tuple[str, ...]]:
    files: list[Entry] = []
    links: list[Entry] = []
    notes: list[str] = []
    for entry in listing:
        if reason := why_unsafe(entry.path):
            notes.append(f"{entry.path!r}: left out, {reason}")
        elif entry.kind == "commit":
            notes.append(f"{entry.path}: submodule left out")
        else:
            (links if entry.mode == "120000" else files).append(entry)
    return files, links, tuple(notes)


def _held(store: Store, root: Path, files: list[Entry], links: list[Entry]) -> Hold:
    while True:
        try:
            return Hold(root)
        except FileNotFoundError:  # not there yet, or gone again before it could be held
            _write(store, root, files, links)
        except OSError as failed:
            raise _unwritable(root, failed) from failed


def _write(store: Store, root: Path, files: list[Entry], links: list[Entry]) -> None:
    with _new_draft(root) as draft:
        try:
            _write_files(store, draft, files)
            _write_links(store, draft, links)
            draft.chmod(0o755)
            _publish(draft, root)
        except OSError as failed:
            if not root.is_dir():  # another process may have finished the same tree first
                raise _unwritable(root, failed) from failed


def _unwritable(root: Path, failed: OSError) -> LedgerError:
    return LedgerError(
        f"{root} cannot be written: {failed.strerror}.", "Free space or grant rights there, then run again."
    )


def _publish(draft: Path, root: Path) -> None:
    try:
        draft.rename(root)
    except OSError as failed:
        if failed.errno not in {errno.EEXIST, errno.ENOTEMPTY}:  # it was finished, and may be gone by now
            raise


@contextmanager
def _new_draft(root: Path) -> Generator[Path]:
    """A folder beside `root`, held: nobody takes it for a killed process's. Gone at the end unless it was renamed."""
    draft, held = _made_and_held(root)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        del held


def _made_and_held(root: Path) -> tuple[Path, Hold]:
    while True:
        draft = _draft(root)
        draft.mkdir(parents=True)
        with suppress(FileNotFoundError):  # removed between the two
            return draft, Hold(draft)


def _write_files(store: Store, draft: Path, files: list[Entry]) -> None:
    folders = sorted({str(parent) for f in files for parent in PurePosixPath(f.path).parents} - {"."})
    for folder in folders:
        (draft / folder).mkdir()
        (draft / folder).chmod(0o755)  # whatever our umask: the sandbox reads as another user
    for chunk in _chunks(files):
        for entry, body in zip(chunk, blobs(store, tuple(f.object for f in chunk)), strict=True):
            mode = 0o755 if entry.mode == "100755" else 0o644
            handle = os.open(draft / entry.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with os.fdopen(handle, "wb") as stream:
                os.fchmod(handle, mode)
                stream.write(body)


def _write_links(store: Store, draft: Path, links: list[Entry]) -> None:
    # Files and folders exist by now, so a link can neither redirect them nor replace them.
    for entry, body in zip(links, blobs(store, tuple(link.object for link in links)), strict=True):
        target = body.decode("utf-8", "surrogateescape")
        place = draft / entry.path
        if _stays_inside(entry.path, target) and not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)


def _stays_inside(path: str, target: str) -> bool:
    """Whether a symlink at `path` cannot leave the tree, even through other symlinks of the tree.

    `..` may only lead: links lie in real folders, so leading `..` climb real folders, and what
    follows only descends. A `..` behind another link could climb from wherever that one leads.
    """
    if not target or target.startswith("/") or "\0" in target:
        return False
    parts = [part for part in target.split("/") if part not in {"", "."}]
    climbs = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    return climbs <= path.count("/") and ".." not in parts[climbs:]


def _chunks(files: list[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    held = 0
    for entry in files:
        chunk.append(entry)
        held += entry.size
        if held >= CHUNK_BYTES:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk
