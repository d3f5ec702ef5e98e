"""Which path names from outside may become files of ours, or part of a change. Pure.

Git reads more into a name than its bytes: HFS+ ignores invisible characters, NTFS trailing
dots, streams and short names (git's own `is_hfs_dotgit`, `is_ntfs_dotgit`). We refuse what any
of them would take for `.git`, on every system.
"""

import re
import unicodedata

LONGEST = 4096
"""PATH_MAX of Linux, in bytes."""

_SHORT_NAME = re.compile(r"git~\d+|gi[0-9a-f]{4}~\d+|git(?:mod|att|ign)~\d")
# NTFS shortens `.git` to git~N, `.gitmodules` to gitmod~1..4 and, once those are taken, to gi and four hex digits.
_LINUX_NAME_BYTES = 255
_SPECIAL = frozenset({".lfsconfig"})


def folded(component: str) -> str:
    """One path component as the most forgiving file system would read it."""
    visible = "".join(c for c in component if unicodedata.category(c) != "Cf")
    name = unicodedata.normalize("NFKC", visible).casefold()
    return name.split(":", 1)[0].rstrip(" .")


def is_git_folder(component: str) -> bool:
    """Whether some file system would take this component for `.git`."""
    name = folded(component)
    return name == ".git" or _SHORT_NAME.fullmatch(name) is not None


def steers_git(component: str) -> bool:
    """Whether git, or a forge, could read its orders from here: `.git*`, `.lfsconfig`."""
    name = folded(component)
    return name.startswith(".git") or name in _SPECIAL or _SHORT_NAME.fullmatch(name) is not None


def why_unsafe(path: str) -> str | None:
    """Why `path` must not be written below a folder of ours; None when it may."""
    if not path or path.startswith("/"):
        return "it is empty or absolute"
    if "\0" in path or "\\" in path:
        return "it holds a NUL or a backslash"
    if len(path.encode("utf-8", "surrogateescape")) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    return next((reason for reason in map(_why_component, path.split("/")) if reason), None)


def why_unchangeable(path: str) -> str | None:
    """Why no change may touch `path`; None when one may. Stricter than `why_unsafe`."""
    if any(steers_git(part) for part in path.split("/")):
        return "it steers git or the forge"
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in path):
        return "it holds invisible, control or undecodable characters"
    return why_unsafe(path)


def _why_component(part: str) -> str | None:
    if part in {"", ".", ".."}:
        return "it has an empty, `.` or `..` component"
    if len(part.encode("utf-8", "surrogateescape")) > _LINUX_NAME_BYTES:
        return f"it has a component longer than {_LINUX_NAME_BYTES} bytes"
    if is_git_folder(part):
        return "it has a component that reads as `.git`"
    return None
