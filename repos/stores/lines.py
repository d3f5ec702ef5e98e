"""Two lines per branch: theirs (`refs/upstream/BRANCH`, fetched) and ours (`refs/heads/BRANCH`, merged into).

| ours against theirs      | what follow() does                       |
|--------------------------|------------------------------------------|
| absent                   | ours starts at theirs                    |
| equal                    | nothing                                  |
| ours behind theirs       | ours is fast-forwarded (compare-and-swap)|
| theirs behind ours       | nothing: merged here, not pulled yet     |
| both moved, theirs holds | ours is set to theirs: upstream rewrote  |
| every change of ours     | its history and nothing of ours is lost  |
| both moved               | TargetError with both ways out           |
"""

import re
from dataclasses import dataclass

from pyagent.errors import TargetError, UpstreamDeferred
from repos.stores.git import GitFailed, git
from repos.stores.store import Store, is_ancestor, move, resolve
from repos.stores.trailers import merges

FETCH_SECONDS = 900.0

# A target on this machine is read through upload-pack alone. Its ownership check would refuse a
# repository of another user, and reads its exceptions only from a configuration we switch off.
_READ_LOCAL = "--upload-pack=git -c safe.directory=* upload-pack"
_SYMREF = re.compile(r"ref: refs/heads/(.+)\tHEAD")
_OURS_TO_FIX = re.compile(
    r"not found|does not appear to be a git|authentication failed|permission denied|could not read username"
    r"|invalid credentials|returned error: 4(?:0[0-7]|1\d)|host key verification|mismatched algorithms"
    r"|unsupported protocol",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heads:
    """What a target offers: the branch its HEAD names (None when detached) and every branch's tip."""

    current: str | None
    branches: dict[str, str]


def heads(store: Store, source: str, *, local: bool) -> Heads:
    """The target's branches; empty when it has no commits. TargetError or UpstreamDeferred when it cannot be read."""
    reach = (_READ_LOCAL,) if local else ()
    try:
        answer = git(store.path, "ls-remote", "--quiet", "--symref", *reach, "--", source, remote=not local)
    except GitFailed as failed:
        raise _unreadable(source, failed, local=local) from failed
    current: str | None = None
    branches: dict[str, str] = {}
    for line in answer.text.splitlines():
        if match := _SYMREF.fullmatch(line):
            current = match[1]
        elif "\trefs/heads/" in line:
            commit, _, ref = line.partition("\t")
            branches[ref.removeprefix("refs/heads/")] = commit
    return Heads(current, branches)


def fetch(store: Store, source: str, *, branch: str, local: bool) -> str:
    """Bring `branch` of the target into `refs/upstream/`; its tip. Runs nothing the target configures."""
    reach = (_READ_LOCAL,) if local else ()
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance")
    spec = f"+refs/heads/{branch}:refs/upstream/{branch}"
    try:
        git(
            store.path, "fetch", *quiet, "--update-shallow", *reach, "--", source, spec,
            seconds=FETCH_SECONDS, remote=not local,
        )  # fmt: skip
    except GitFailed as failed:
        raise _unreadable(source, failed, local=local) from failed
    return _upstream(store, branch)


def follow(store: Store, branch: str) -> str:
    """Our tip after following theirs by the table above. TargetError when both moved."""
    theirs, ours, ref = _upstream(store, branch), resolve(store, f"refs/heads/{branch}"), f"refs/heads/{branch}"
    if ours is not None and is_ancestor(store, theirs, ours):
        return ours
    if ours is not None and _made(store, since=theirs, tip=ours) - _made(store, since=ours, tip=theirs):
        raise TargetError(
            f"{branch} moved both upstream ({theirs[:12]}) and in our store ({ours[:12]}).",
            f"Bring our merged changes upstream first (`git pull {store.path} {branch}` in the target, then run "
            "again), or give them up with `--restart-from-upstream`, which keeps them under refs/pyagent/abandoned/.",
        )
    if move(store, ref, old=ours, new=theirs, why="pyagent: follow upstream"):
        return theirs
    return follow(store, branch)


def restart_from_upstream(store: Store, branch: str) -> str | None:
    """Set our line back to theirs; the ref that keeps the old tip, None if nothing was lost."""
    theirs, ours, ref = _upstream(store, branch), resolve(store, f"refs/heads/{branch}"), f"refs/heads/{branch}"
    if ours is None or is_ancestor(store, ours, theirs):
        follow(store, branch)
        return None
    kept = _keep(store, ours)
    if not move(store, ref, old=ours, new=theirs, why="pyagent: restart from upstream"):
        raise TargetError(f"{branch} of {store.path} moved while it was restarted.", "Run again.")
    return kept


def _made(store: Store, *, since: str, tip: str) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for _, name, value in merges(store, since=since, tip=tip))


def _keep(store: Store, ours: str) -> str:
    listing = git(
        store.path, "for-each-ref", "--format=%(refname:lstrip=3) %(objectname)", "refs/pyagent/abandoned"
    ).text
    taken = dict(line.split() for line in listing.splitlines())
    for number, commit in taken.items():
        if commit == ours:
            return f"refs/pyagent/abandoned/{number}"
    ref = f"refs/pyagent/abandoned/{1 + max(map(int, taken), default=0)}"
    move(store, ref, old=None, new=ours, why="pyagent: abandoned")
    return ref


def _upstream(store: Store, branch: str) -> str:
    tip = resolve(store, f"refs/upstream/{branch}")
    if tip is None:
        raise TargetError(f"Branch {branch} was never fetched into {store.path}.", "Run once without --offline.")
    return tip


def _unreadable(source: str, failed: GitFailed, *, local: bool) -> TargetError | UpstreamDeferred:
    said = failed.stderr.strip().splitlines()
    reason = next((line for line in said if "fatal" in line or "error" in line), said[0] if said else "no message")
    if local or _OURS_TO_FIX.search(failed.stderr):
        return TargetError(
            f"{source} cannot be read as a git repository: {reason}.", "Check the target and your access to it."
        )
    return UpstreamDeferred(
        f"{source} did not answer: {reason}.", "Run again later, or with --offline on what was fetched."
    )
