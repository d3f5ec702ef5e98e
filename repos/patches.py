"""Changes as commits, built by plumbing in a bare store: one patch on its base, re-stacked, or taken back.

Every date is its parent's plus one second, so the same change on the same parent has the same
commit hash on every machine, and building it twice builds nothing new.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyagent.ids import digest, patch_hash
from pyagent.model import Patch
from repos.stores.git import IDENTITY, git
from repos.stores.imports import quoted
from repos.stores.paths import why_unchangeable
from repos.stores.store import Entry, Store, blobs, entries_at, is_ancestor, resolve, tree_of
from repos.stores.trailers import CHANGE_TRAILER, REVERTS_TRAILER, trailers

_PLAIN_MODES = frozenset({"100644", "100755", "100664"})
_KINDS = {"120000": "symlink", "160000": "submodule", "040000": "folder"}


@dataclass(frozen=True, slots=True)
class Stacked:
    """A commit on the parent it was asked for, and its tree."""

    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class Stale:
    """These files no longer have the bytes the patch was made for."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsafe:
    """The patch asks for something no change may do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The change does not fit on the tip: these files clash; none when its base has left the branch."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """The tip already holds everything the change would bring."""


def commit_patch(store: Store, base: str, *, patch: Patch, message: str) -> Stacked | Stale | Unsafe:
    """Commit `patch` on `base`, which no branch follows; modes stay as they are, new files are plain.

    `message` is the whole commit message, trailers included. A ref named by the content,
    `refs/pyagent/commits/<digest>`, keeps the commit from garbage collection.
    """
    if refused := _unsafe(patch):
        return refused
    found = entries_at(store, base, tuple(change.path for change in patch.files))
    if refused := next((refused for change in patch.files if (refused := _occupied(change.path, found))), None):
        return refused
    if stale := tuple(_stale(store, patch, found)):
        return Stale(stale)
    ref = f"refs/pyagent/commits/{digest(base, patch_hash(patch), message)}"
    commit = resolve(store, ref)
    if commit is None:
        _, seconds = _facts(store, base)
        stream = b"".join(_stream(ref, base, seconds + 1, message.encode("utf-8", "surrogateescape"), patch, found))
        git(store.path, "fast-import", "--quiet", "--force", "--done", stdin=stream)
        commit = git(store.path, "rev-parse", "--verify", ref).text
    return Stacked(commit, tree_of(store, commit))


def stack(store: Store, tip: str, *, commit: str) -> Stacked | Conflict | Empty:
    """The change `commit` makes to its parent, made again on `tip` by a three-way merge; message kept.

    Merge drivers named by attributes are not used. Git follows renames; we do not: a merge that
    would touch a file the change does not name is a conflict, never a guess.
    """
    tree, base, message = _read(store, commit)
    tip_tree, seconds = _facts(store, tip)
    if base == tip:
        return Stacked(commit, tree) if tree != tip_tree else Empty()
    shared = git(store.path, "merge-base", tip, commit, accept=(0, 1)).text
    if base is None or shared not in {base, commit}:
        return Conflict(())
    if shared == commit:  # merged before and taken back since: only a twin is not yet part of the branch
        commit = _commit(store, tree, parent=base, seconds=0, message=message)
    quiet = ("--name-only", "-z", "--no-messages")
    merged = git(store.path, "merge-tree", "--write-tree", *quiet, tip, commit, accept=(0, 1))
    tree, *clashes = merged.stdout.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    if merged.code:
        return Conflict(tuple(clashes))
    if tree == tip_tree:
        return Empty()
    if elsewhere := _touched(store, tip_tree, tree) - _touched(store, base, commit):
        return Conflict(tuple(sorted(elsewhere)))
    return Stacked(_commit(store, tree, parent=tip, seconds=seconds + 1, message=message), tree)


def revert_commit(store: Store, tip: str, *, commit: str, reason: str) -> Stacked | Conflict | Empty:
    """Exactly the change `commit` made, taken back on `tip`; Conflict when later work stands on it."""
    _, parent, message = _read(store, commit)
    if parent is None or not is_ancestor(store, commit, tip):
        return Conflict(())
    change = dict(trailers(message)).get(CHANGE_TRAILER, commit)
    subject = message.partition("\n")[0]
    text = f'Revert "{subject}"\n\n{reason}\n\nThis takes back {commit}.\n\n{REVERTS_TRAILER}: {change}\n'
    # A child of `commit` with the tree before it *is* the change backwards; the merge base of both is `commit`.
    _, seconds = _facts(store, commit)
    before = tree_of(store, parent)
    return stack(store, tip, commit=_commit(store, before, parent=commit, seconds=seconds + 1, message=text))


def _unsafe(patch: Patch) -> Unsafe | None:
    reasons = ((change.path, why_unchangeable(change.path)) for change in patch.files)
    if refused := next((Unsafe(path, reason) for path, reason in reasons if reason), None):
        return refused
    idle = all(change.before == change.after for change in patch.files)
    return Unsafe("", "the patch changes nothing") if idle else None


def _occupied(path: str, found: dict[str, Entry]) -> Unsafe | None:
    entry = found.get(path)
    if entry and entry.mode not in _PLAIN_MODES:
        return Unsafe(path, f"it is a {_KINDS.get(entry.mode, entry.mode)} at the base")
    folders = (path[:at] for at, char in enumerate(path) if char == "/")
    blocked = next((folder for folder in folders if folder in found and found[folder].kind != "tree"), None)
    return Unsafe(path, f"{blocked} is not a folder at the base") if blocked else None


def _touched(store: Store, before: str, after: str) -> frozenset[str]:
    listing = git(store.path, "diff-tree", "-r", "-z", "--name-only", "--no-renames", before, after).stdout
    return frozenset(listing.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _stale(store: Store, patch: Patch, found: dict[str, Entry]) -> Iterator[str]:
    present = [change for change in patch.files if change.path in found]
    bodies = blobs(store, tuple(found[change.path].object for change in present))
    at_base = {change.path: body for change, body in zip(present, bodies, strict=True)}
    for change in patch.files:
        if at_base.get(change.path) != change.before:
            yield change.path


def _stream(
    ref: str, base: str, seconds: int, message: bytes, patch: Patch, found: dict[str, Entry]
) -> Iterator[bytes]:
    name, address = IDENTITY
    yield f"commit {ref}\ncommitter {name} <{address}> {seconds} +0000\ndata {len(message)}\n".encode()
    yield message + b"\nfrom " + base.encode() + b"\n"
    for change in patch.files:
        if change.after is None:
            yield b"D " + quoted(change.path) + b"\n"
            continue
        mode = found[change.path].mode if change.path in found else "100644"
        yield f"M {mode} inline ".encode() + quoted(change.path) + b"\n"
        yield b"data %d\n" % len(change.after) + change.after + b"\n"
    yield b"done\n"


def _read(store: Store, commit: str) -> tuple[str, str | None, str]:
    """Tree, first parent and message of a commit."""
    raw = git(store.path, "cat-file", "commit", commit).stdout.decode("utf-8", "surrogateescape")
    head, _, message = raw.partition("\n\n")
    fields = [line.partition(" ") for line in head.splitlines()]
    parents = [value for name, _, value in fields if name == "parent"]
    return fields[0][2], parents[0] if parents else None, message


def _facts(store: Store, commit: str) -> tuple[str, int]:
    """Tree of a commit, and its date in Unix seconds."""
    tree, seconds = git(store.path, "log", "-1", "--no-show-signature", "--format=%T %ct", commit, "--").text.split()
    return tree, int(seconds)


def _commit(store: Store, tree: str, *, parent: str, seconds: int, message: str) -> str:
    date = f"@{seconds} +0000"
    env = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    body = message.encode("utf-8", "surrogateescape")
    return git(store.path, "commit-tree", tree, "-p", parent, "-F", "-", stdin=body, env=env).text
