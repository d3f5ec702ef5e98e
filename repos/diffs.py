"""A patch as the unified diff people read and `git apply` takes. Pure."""

from collections.abc import Iterator

import pyagent_native

from pyagent.model import FileChange, Patch
from repos.stores.imports import quoted

CONTEXT_LINES = 3


def unified_diff(patch: Patch) -> str:
    """The diff of every file in patch order, git's dialect; bytes that are not UTF-8 become surrogates.

    Encoded with `surrogateescape`, it applies with `git apply` to the bytes before and gives the
    bytes after. Empty when nothing differs.
    """
    return b"".join(part for change in patch.files for part in _file(change)).decode("utf-8", "surrogateescape")


def _file(change: FileChange) -> Iterator[bytes]:
    if change.before == change.after:
        return
    old, new = _name("a", change.path), _name("b", change.path)
    yield b"diff --git " + old + b" " + new + b"\n"
    if change.before is None:
        yield b"new file mode 100644\n"
    elif change.after is None:
        yield b"deleted file mode 100644\n"
    if hunks := pyagent_native.unified_diff(change.before or b"", change.after or b"", context=CONTEXT_LINES):
        yield b"--- " + (b"/dev/null" if change.before is None else old) + b"\n"
        yield b"+++ " + (b"/dev/null" if change.after is None else new) + b"\n"
        yield hunks


def _name(side: str, path: str) -> bytes:
    whole = quoted(f"{side}/{path}")
    plain = whole[1:-1]
    return plain if plain == f"{side}/{path}".encode("utf-8", "surrogateescape") and b" " not in plain else whole
