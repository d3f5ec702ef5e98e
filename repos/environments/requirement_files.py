"""Requirement files and requirement lines, with their includes, read as data (pure)."""

import posixpath
import re
from collections.abc import Callable, Iterable

TEST_FILES = re.compile(
    r"^(?:(?:requirements|reqs|requires)[/_.-])?(?:tests?|testing|pytest|unittest)(?:[_.-]?(?:requirements|reqs|requires))?\.(?:txt|in|pip)$"
)
DEV_FILES = re.compile(
    r"^(?:(?:requirements|reqs|requires)[/_.-])?(?:dev|develop|development)(?:[_.-]?(?:requirements|reqs))?\.(?:txt|in|pip)$"
)
RUNTIME_FILES = re.compile(r"^(?:requirements|requirements/(?:base|main|requirements))\.(?:txt|in)$")

Read = Callable[[str], str | None]
"""The text of a file of the tree, None when it is absent."""


def requirement_lines(rows: Iterable[str], folder: str, read: Read) -> tuple[str, ...]:
    """The requirement lines among `rows`, includes followed, options, hashes and comments cut off.

    A reference to the project itself comes through as `.` or `.[extra]`.
    """
    return tuple(_lines(rows, folder, read, frozenset()))


def requirement_file(path: str, read: Read) -> tuple[str, ...]:
    """The requirement lines of one file; empty when it is absent."""
    return requirement_lines((f"-r {posixpath.basename(path)}",), posixpath.dirname(path), read)


def _lines(rows: Iterable[str], folder: str, read: Read, seen: frozenset[str]) -> Iterable[str]:
    for row in rows:
        line = re.split(r"(?:^|\s)#", row, maxsplit=1)[0].strip().rstrip("\\").strip()
        included = re.match(r"(?:-r|--requirement)[=\s]*(\S+)", line)
        if included:
            path = posixpath.normpath(posixpath.join(folder, _inside(included.group(1))))
            body = None if path in seen else read(path)
            if body is not None:
                joined = re.sub(r"\\\r?\n", " ", body)
                yield from _lines(joined.splitlines(), posixpath.dirname(path), read, seen | {path})
            continue
        own = re.match(r"(?:(?:-e|--editable)[=\s]*)?(?:\{(?:toxinidir|tox_root)\}/?|\./?)(\[[^\]]*\])?$", line)
        if own:
            yield f".{own.group(1) or ''}"
        elif line and not line.startswith("-"):
            yield re.split(r"\s--hash", line, maxsplit=1)[0].strip()


def _inside(path: str) -> str:
    return re.sub(r"^\{(?:toxinidir|tox_root)\}/?", "", path)
