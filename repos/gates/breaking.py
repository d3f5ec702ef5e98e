"""Breaks functions on purpose: the named ones raise as soon as they are called (pure)."""

import ast
from collections.abc import Iterable

from repos.replay.functions import Name
from repos.suites.recorder.definitions import definitions

_RAISE = b'raise SystemError("broken on purpose")'


def broken(path: str, body: bytes, names: Iterable[Name]) -> tuple[bytes, frozenset[int]]:
    """The file with each function's body gone, and the lines of `body` these bodies stood on.

    A function whose body begins on the line of its `def` is left as it is.
    """
    wanted = frozenset(names)
    lines = body.splitlines(keepends=True)
    gone: set[int] = set()
    for node, (_, name, order) in definitions(ast.parse(body), path):
        first = node.body[0]
        if (name, order) in wanted and first.lineno > node.lineno and not _opens_on_head(node):
            span = range(first.lineno, (node.body[-1].end_lineno or first.lineno) + 1)
            gone |= set(span)
            for line in span:
                lines[line - 1] = b""
            lines[first.lineno - 1] = b" " * first.col_offset + _RAISE + b"\n"
    return b"".join(lines), frozenset(gone)


def _opens_on_head(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body's first line still holds part of the signature."""
    signature = (*ast.walk(node.args), *([node.returns] if node.returns else []))
    ends: list[int] = [getattr(part, "end_lineno", 0) for part in signature]
    return node.body[0].lineno <= max(ends, default=0)
