"""Which modules test files need that neither Python nor the tree provides (pure but for reading the tree)."""

import ast
import posixpath
import sys
from collections.abc import Iterable, Iterator, Sequence

from pyagent.ports import Checkout


def imported_modules(checkout: Checkout, tests: Sequence[str]) -> tuple[str, ...]:
    """Top-level modules that `tests` import unconditionally and at module level, sorted.

    An import under `try`, under `if` or inside a function is the file's own business: it
    says what happens when the module is missing.
    """
    held = _held(checkout.paths(), tests)
    wanted = {name for path in tests for name in _unconditional(checkout.read(path))}
    return tuple(sorted(wanted - held - sys.stdlib_module_names - {"__future__"}))


def _unconditional(body: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def _held(paths: Iterable[str], tests: Sequence[str]) -> set[str]:
    """Names importable from the root, from `src` and `lib`, and from every folder on the way to a test."""
    folders = {"", "src", "lib"}
    for path in tests:
        here = posixpath.dirname(path)
        while here:
            folders.add(here)
            here = posixpath.dirname(here)
    held: set[str] = set()
    for path in paths:
        parts = path.split("/")
        for depth in range(len(parts)):
            if "/".join(parts[:depth]) in folders:
                held.add(parts[depth].partition(".")[0])
    return held
