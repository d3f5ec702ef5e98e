"""Changes as commits, built by plumbing in a bare store: one patch on its base, re-stacked, or taken back.

Every date is its parent's plus one second, so the same change on the same parent has the same
commit hash on every machine, and building it twice builds nothing new.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyagent.ids import digest, patch_hash
from pyagent.model import FileChange, Patch
from repos.stores.git import IDENTITY, git
from repos.stores.imports import quoted
from repos.stores.paths import why_unchangeable
from repos.stores.store import Entry, Store, blobs, entries, is_ancestor, resolve, tree_of

CHANGE_TRAILER = "Pyagent-Change"
PROPOSAL_TRAILER = "Pyagent-Proposal"
REVERTS_TRAILER = "Pyagent-Reverts"

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
    found = {e.path: e for e in entries(store, base, *(f.path for f in patch.files))} if patch.files else {}
    if refused := _first_refusal(patch, found):
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

    Renames are not followed and merge drivers named by attributes are not used: a clash is a
    conflict, never a guess.
    """
    tree, base, message = _read(store, commit)
    tip_tree, seconds = _facts(store, tip)
    if base is None or not is_ancestor(store, base, tip):
        return Conflict(())
    if base == tip:
        return Stacked(commit, tree) if tree != tip_tree else Empty()
    quiet = ("--name-only", "-z", "--no-messages")
    merged = git(store.path, "merge-tree", "--write-tree", *quiet, tip, commit, accept=(0, 1))
    tree, *clashes = merged.stdout.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    if merged.code:
        return Conflict(tuple(clashes))
    if tree == tip_tree:
        return Empty()
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


def with_trailers(text: str, *, change: str, proposal: str) -> str:
    """The commit message of one change: its benefit and evidence lines, then our trailers."""
    return f"{text.strip()}\n\n{CHANGE_TRAILER}: {change}\n{PROPOSAL_TRAILER}: {proposal}\n"


def merges(store: Store, *, since: str, tip: str) -> tuple[tuple[str, str, str], ...]:
    """(commit, trailer, value) of each merge and revert after `since` up to `tip`, oldest first."""
    order = ("--reverse", "--topo-order", "-z", "--format=%H%n%B")
    log = git(store.path, "log", *order, "--grep=^Pyagent-", f"{since}..{tip}", "--").text
    records = [record.partition("\n") for record in log.split("\0") if record]
    return tuple((commit, name, value) for commit, _, message in records for name, value in trailers(message))


def standing(store: Store, *, since: str, tip: str) -> dict[str, str]:
    """Change -> commit of what was merged after `since` and not taken back up to `tip`."""
    found: dict[str, str] = {}
    for commit, name, value in merges(store, since=since, tip=tip):
        if name == CHANGE_TRAILER:
            found[value] = commit
        elif name == REVERTS_TRAILER:
            found.pop(value, None)
    return found


def trailers(message: str) -> Iterator[tuple[str, str]]:
    """(name, value) of our trailers in the last paragraph of a commit message."""
    for line in message.strip().rpartition("\n\n")[2].splitlines():
        name, colon, value = line.partition(": ")
        if colon and name.startswith("Pyagent-"):
            yield name, value.strip()


def _first_refusal(patch: Patch, found: dict[str, Entry]) -> Unsafe | None:
    if all(change.before == change.after for change in patch.files):
        return Unsafe("", "the patch changes nothing")
    return next((refused for change in patch.files if (refused := _refused(change, found))), None)


def _refused(change: FileChange, found: dict[str, Entry]) -> Unsafe | None:
    if reason := why_unchangeable(change.path):
        return Unsafe(change.path, reason)
    entry = found.get(change.path)
    if entry and entry.mode not in _PLAIN_MODES:
        return Unsafe(change.path, f"it is a {_KINDS.get(entry.mode, entry.mode)} at the base")
    folders = [change.path[:at] for at, char in enumerate(change.path) if char == "/"]
    blocked = next((folder for folder in folders if folder in found and found[folder].kind != "tree"), None)
    return Unsafe(change.path, f"{blocked} is not a folder at the base") if blocked else None


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
