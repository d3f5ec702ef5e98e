"""What git says happened: counted in the store's objects, never in our own ledger."""

import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

BRANCH = "main"
_TRAILERS = ("Pyagent-Change", "Pyagent-Proposal", "Pyagent-Reverts")


@dataclass(frozen=True, slots=True)
class World:
    """The branch of one store and the store's health."""

    tree: str
    changes: Counter[str]
    """How often each change was merged."""
    proposals: Counter[str]
    reverts: Counter[str]
    """How often each change was taken back."""
    ills: tuple[str, ...] = ()
    """What `git fsck` says, and locks left behind."""


def look(state: Path, slug: str = "*") -> World:
    """A store below a state folder, the one there is unless it is named; what cannot be read counts as not there."""
    store = next((state / "stores").glob(f"{slug}.git"))
    log = _git(store, "log", f"--format={'%x00'.join(_trailer(name) for name in _TRAILERS)}%x00", BRANCH).stdout
    values = [value.strip() for value in log.split("\0")]
    changes, proposals, reverts = (Counter(filter(None, values[at :: len(_TRAILERS)])) for at in range(len(_TRAILERS)))
    tree = _git(store, "rev-parse", f"{BRANCH}^{{tree}}").stdout.strip()
    return World(tree, changes, proposals, reverts, (*_fsck(store), *_locks(store)))


def newest_changes(state: Path, path: str) -> list[str]:
    """Changes of one file on the branch, newest first."""
    store = next((state / "stores").glob("*.git"))
    log = _git(store, "log", f"--format={_trailer('Pyagent-Change')}", BRANCH, "--", path).stdout
    return log.split()


def faults(expected: World, seen: World) -> tuple[str, ...]:
    """Every way in which `seen` is worse than `expected`; none when nothing was lost, doubled or harmed."""
    lost = (expected.changes - seen.changes) + (expected.reverts - seen.reverts)
    strange = (seen.changes.keys() - expected.changes.keys()) | (seen.reverts.keys() - expected.reverts.keys())
    counted = ((seen.proposals, expected.proposals), (seen.changes, expected.changes), (seen.reverts, expected.reverts))
    doubled = {name for ours, theirs in counted for name, count in ours.items() if count > max(theirs[name], 1)}
    told = (("lost", lost), ("doubled", doubled), ("never asked for", strange))
    found = [f"{what}: {name}" for what, names in told for name in sorted(names)]
    if seen.tree != expected.tree:
        found.append(f"the tree is {seen.tree}, not {expected.tree}")
    return (*found, *seen.ills)


def _trailer(name: str) -> str:
    return f"%(trailers:key={name},valueonly)"


def _fsck(store: Path) -> tuple[str, ...]:
    done = _git(store, "fsck", "--strict", "--full", "--no-dangling", "--no-progress")
    said = (done.stdout + done.stderr).strip()
    return (f"git fsck: {said or done.returncode}",) if done.returncode or said else ()


def _locks(store: Path) -> tuple[str, ...]:
    return tuple(f"left behind: {path.relative_to(store)}" for path in store.rglob("*.lock"))


def _git(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", f"--git-dir={store}", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)
