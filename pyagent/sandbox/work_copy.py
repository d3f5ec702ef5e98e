"""A job's tree and overlay as one anonymous memory file, which the jail unpacks inside.

Read by the parent, so that files of any owner and mode reach the sandbox's uid. Laid out as file
bodies, then the plan, then the plan's length in 8 bytes.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pyagent.errors import EnvironmentFault
from pyagent.sandbox.plan import Placed, Plan, encoded

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds, as POSIX paths relative to it; sockets, pipes and devices are left out."""

    folders: tuple[str, ...]
    """Parents before children."""
    files: Mapping[str, bool]
    """Path to whether its owner may execute it."""
    links: Mapping[str, str]
    """Path to what the link says, unresolved."""


def listing(tree: Path) -> Listing:
    """Everything below `tree`, following no link."""
    folders: list[str] = []
    files: dict[str, bool] = {}
    links: dict[str, str] = {}
    for path, entry in _entries(tree):
        if entry.is_symlink():
            links[path] = str(Path(entry.path).readlink())
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif entry.is_file(follow_symlinks=False):
            files[path] = bool(entry.stat(follow_symlinks=False).st_mode & 0o100)
    return Listing(tuple(folders), files, links)


def _entries(tree: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(tree / prefix) as found:
            for entry in found:
                yield prefix + entry.name, entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{prefix}{entry.name}/")


def laid_over(tree: Listing, overlay: Mapping[str, bytes | None]) -> Listing:
    """The tree as it stands once `overlay` is written: deleted paths gone, new ones executable as what they replace.

    In the order of their paths: a file system may list files as they were made, and code that reads a folder
    should see no change where only the content of its files has changed.

    ValueError when a path leaves the work copy, or would be written through a link or below a file.
    """
    for path in overlay:
        _check_relative(path)
    folders = _kept(dict.fromkeys(tree.folders), overlay)
    files, links = _kept(tree.files, overlay), _kept(tree.links, overlay)
    written = {path: tree.files.get(path, False) for path, body in overlay.items() if body is not None}
    parents = {str(parent) for path in written for parent in list(PurePosixPath(path).parents)[:-1]}
    for parent in parents & {*files, *links, *written}:
        message = f"{parent} is no folder, so nothing can be written below it."
        raise ValueError(message)
    files = dict(sorted({**files, **written}.items()))
    return Listing(tuple(sorted({*folders, *parents})), files, dict(sorted(links.items())))


def _check_relative(path: str) -> None:
    parts = path.split("/")
    if "\0" in path or any(part in {"", ".", ".."} for part in parts):
        message = f"{path!r} is no plain path below the work copy."
        raise ValueError(message)


def _kept(part: Mapping[str, Value], overlay: Mapping[str, bytes | None]) -> dict[str, Value]:
    return {path: value for path, value in part.items() if not _covered(path, overlay)}


def _covered(path: str, overlay: Mapping[str, bytes | None]) -> bool:
    """Whether the overlay replaces or deletes `path` or a folder above it."""
    if path in overlay:
        return True
    cut = path.rfind("/")
    while cut != -1:
        if path[:cut] in overlay:
            return True
        cut = path.rfind("/", 0, cut)
    return False


def packed(tree: Path | None, overlay: Mapping[str, bytes | None], plan: Plan) -> int:
    """Descriptor of the memory file holding tree, overlay and `plan`; the caller closes it.

    EnvironmentFault when the tree cannot be read or the overlay does not fit it.
    """
    freight = os.memfd_create("pyagent-freight", os.MFD_CLOEXEC)
    with ExitStack() as undo:
        undo.callback(os.close, freight)
        try:
            _load(freight, tree, overlay, plan)
        except OSError as error:
            raise EnvironmentFault(
                f"{error.filename or tree} cannot be copied into the sandbox: {error.strerror}.",
                "Check that the tree's files can be read and memory is left.",
            ) from error
        except ValueError as error:
            raise EnvironmentFault(f"The overlay does not fit: {error}", "Name files below the tree.") from error
        undo.pop_all()
    return freight


def _load(freight: int, tree: Path | None, overlay: Mapping[str, bytes | None], plan: Plan) -> None:
    before = listing(tree) if tree is not None else Listing((), {}, {})
    after = laid_over(before, overlay)
    rows: list[tuple[str, bool, int, int]] = []
    offset = 0
    for path, executable in after.files.items():
        body = overlay.get(path)
        size = _append_file(freight, f"{tree}/{path}") if body is None else _append(freight, body)
        rows.append((path, executable, offset, size))
        offset += size
    _append(freight, encoded(plan, Placed(after.folders, rows, after.links.items())))


def _append(freight: int, body: bytes) -> int:
    view = memoryview(body)
    while view:
        view = view[os.write(freight, view) :]
    return len(body)


def _append_file(freight: int, path: str) -> int:
    source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        size = 0
        while sent := os.sendfile(freight, source, size, 1 << 30):
            size += sent
        return size
    finally:
        os.close(source)
