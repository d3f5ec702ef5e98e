"""Figures of a tree over its commits: each distinct content is measured once, and kept for the next time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyagent_native import FileMetrics, measure_all

from repos.stores.git import git
from repos.stores.store import Store, blobs, entries

FIGURES = ("files", "sloc", "functions", "cyclomatic", "cognitive", "documented", "annotated", "over_10", "over_25")
"""What is summed up over a tree; `over_N` counts functions of a cyclomatic complexity above N."""

BATCH = 2000
"""Contents that are in memory at a time."""

_REGULAR = ("100644", "100755")
_SLOW_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Change:
    """One path of a commit: the object before and after it, empty where there is none."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of a branch, when it was made (seconds since 1970), and what it changed."""

    commit: str
    committed: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one commit's tree, by name."""

    commit: str
    committed: int
    figures: dict[str, int]


def chart(store: Store, commit: str, *, last: int, wanted: Callable[[str], bool], cache: Path) -> tuple[Point, ...]:
    """The figures of the files that are `wanted`, for the `last` commits up to `commit`, oldest first.

    Merges count as one step: only first parents are followed. `cache` is the file that keeps what
    was measured.
    """
    held = {entry.path: entry.object for entry in entries(store, commit) if _is_wanted(entry.mode, entry.path, wanted)}
    followed = tuple(_wanted_changes(each, wanted) for each in revisions(store, commit, last=last))
    objects = {*held.values(), *(name for each in followed for change in each.changes for name in _objects(change))}
    measured = _measured(store, tuple(sorted(objects)), cache)
    return tuple(reversed(list(_walk_back(followed, _sum(measured[name] for name in held.values()), measured))))


def revisions(store: Store, commit: str, *, last: int) -> tuple[Revision, ...]:
    """The `last` commits up to `commit`, newest first, with the regular files that each changed."""
    listed = git(
        store.path,
        "log",
        "--first-parent",
        "--diff-merges=first-parent",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--format=%H %ct",
        f"--max-count={last}",
        "--end-of-options",
        commit,
        seconds=_SLOW_SECONDS,
    )
    return tuple(_parsed(iter(listed.stdout.split(b"\0"))))


def _parsed(words: Iterator[bytes]) -> Iterator[Revision]:
    """A header is `<commit> <time>`, a change `:<mode> <mode> <object> <object> <letter>` before its path."""
    name, committed, changes = "", 0, list[Change]()
    for raw in words:
        word = raw.lstrip(b"\n").decode("ascii")
        if word.startswith(":"):
            changes.append(_change(word, next(words).decode("utf-8", "surrogateescape")))
        elif word:
            if name:
                yield Revision(name, committed, tuple(changes))
            name, committed, changes = *_header(word), []
    if name:
        yield Revision(name, committed, tuple(changes))


def _header(word: str) -> tuple[str, int]:
    name, committed = word.split()
    return name, int(committed)


def _change(word: str, path: str) -> Change:
    old_mode, new_mode, old, new, _ = word[1:].split()
    return Change(path, old if old_mode in _REGULAR else "", new if new_mode in _REGULAR else "")


def _is_wanted(mode: str, path: str, wanted: Callable[[str], bool]) -> bool:
    return mode in _REGULAR and path.endswith(".py") and wanted(path)


def _wanted_changes(revision: Revision, wanted: Callable[[str], bool]) -> Revision:
    kept = tuple(change for change in revision.changes if change.path.endswith(".py") and wanted(change.path))
    return Revision(revision.commit, revision.committed, kept)


def _objects(change: Change) -> tuple[str, ...]:
    return tuple(name for name in (change.before, change.after) if name)


def _measured(store: Store, objects: tuple[str, ...], cache: Path) -> dict[str, tuple[int, ...]]:
    """The figures of each object."""
    found: dict[str, tuple[int, ...]] = {}
    for start in range(0, len(objects), BATCH):
        some = objects[start : start + BATCH]
        found.update(zip(some, map(_figures, measure_all(list(blobs(store, some)), cache=cache)), strict=True))
    return found


def _figures(file: FileMetrics) -> tuple[int, ...]:
    rows = file.functions
    complexities = [row.cyclomatic for row in rows]
    return (
        1,
        file.raw.sloc,
        len(rows),
        sum(complexities),
        sum(row.cognitive for row in rows),
        sum(row.documented for row in rows),
        sum(row.annotated for row in rows),
        sum(complexity > 10 for complexity in complexities),  # noqa: PLR2004 - the bound in the figure's name
        sum(complexity > 25 for complexity in complexities),  # noqa: PLR2004 - the bound in the figure's name
    )


def _sum(figures: Iterable[tuple[int, ...]]) -> list[int]:
    return [sum(column) for column in zip((0,) * len(FIGURES), *figures, strict=True)]


def _walk_back(followed: Iterable[Revision], sums: list[int], measured: dict[str, tuple[int, ...]]) -> Iterator[Point]:
    """From the newest commit's sums to the oldest's, undoing one commit after the other."""
    for each in followed:
        yield Point(each.commit, each.committed, dict(zip(FIGURES, sums, strict=True)))
        for change in each.changes:
            for sign, name in ((1, change.before), (-1, change.after)):
                if name:
                    sums = [value + sign * figure for value, figure in zip(sums, measured[name], strict=True)]
