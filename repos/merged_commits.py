"""Whether a commit on the branch is the change the ledger says it is."""

from pyagent.model import Patch
from repos.stores.git import git
from repos.stores.store import Store, blobs, entries_at, resolve
from repos.stores.trailers import CHANGE_TRAILER, PROPOSAL_TRAILER, trailers


def why_another(store: Store, commit: str, *, change: str, proposal: str, patch: Patch) -> str:
    """Why `commit` is not this proposal merged; empty when it is.

    It must name the change and the proposal, touch the patch's files and no others, and where a
    file was as the patch found it, leave it as the patch wrote it.
    """
    parent = resolve(store, f"{commit}^")
    if parent is None:
        return f"the store has no commit {commit} with a parent"
    named = dict(trailers(git(store.path, "log", "-1", "--format=%B", commit, "--").text))
    said = (named.get(CHANGE_TRAILER), named.get(PROPOSAL_TRAILER))
    if said != (change, proposal):
        return f"{commit[:12]} names change {said[0]} and proposal {said[1]}"
    paths = tuple(each.path for each in patch.files)
    stray = _touched(store, parent, commit) ^ frozenset(paths)
    if stray:
        return f"{commit[:12]} and the patch do not touch the same files: {', '.join(sorted(stray))}"
    before, after = (_bodies(store, side, paths) for side in (parent, commit))
    other = [f.path for f in patch.files if before.get(f.path) == f.before and after.get(f.path) != f.after]
    return f"{commit[:12]} leaves other bytes than the patch in {', '.join(other)}" if other else ""


def _touched(store: Store, before: str, after: str) -> frozenset[str]:
    listing = git(store.path, "diff-tree", "-r", "-z", "--name-only", "--no-renames", before, after).stdout
    return frozenset(listing.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _bodies(store: Store, commit: str, paths: tuple[str, ...]) -> dict[str, bytes]:
    found = {path: entry for path, entry in entries_at(store, commit, paths).items() if path in paths}
    return dict(zip(found, blobs(store, tuple(entry.object for entry in found.values())), strict=True))
