"""How often the files of a branch were changed, asked of git without reading a single file's contents."""

from collections import Counter
from collections.abc import Iterator

from repos.stores.git import git
from repos.stores.store import Store

COMMITS = 2_000
"""Older history says little about where work happens now."""


def churn(store: Store, tip: str, *, commits: int = COMMITS) -> dict[str, int]:
    """Path at `tip` -> how many of the last `commits` commits changed it; merges themselves count nothing.

    A file that was moved unchanged keeps its history. Files that no longer exist are listed under
    the last path they had. Commits that we wrote do not count, or what we improve would look busy
    because of it; so an imported release, one commit of ours, has no churn at all.
    """
    quiet = ("--no-merges", "--no-ext-diff", "--name-status", "-M100%", "-z", "--format=")
    theirs = ("--invert-grep", "--grep=^Pyagent-")
    log = git(store.path, "log", f"--max-count={commits}", *theirs, *quiet, tip, "--").stdout
    counts = Counter[str]()
    today: dict[str, str] = {}  # newest commits come first: an older name leads to the present one
    for path, old in _changes(log.decode("utf-8", "surrogateescape")):
        now = today.get(path, path)
        counts[now] += 1
        if old:
            today[old] = now
    return dict(counts)


def _changes(log: str) -> Iterator[tuple[str, str]]:
    """(path, path before a move or an empty text) of each entry `status NUL path NUL [path NUL]`."""
    fields = (field.strip("\n") for field in log.split("\0"))
    for status in fields:
        if status.startswith("R"):
            old = next(fields)
            yield next(fields), old
        elif status:
            yield next(fields), ""
