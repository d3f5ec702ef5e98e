"""Which functions a patch changes, and the literals in them (pure)."""

import ast
from collections.abc import Iterable, Iterator

from repos.suites.recorder.definitions import definitions

_MOST = 80
_LONGEST = 80
Name = tuple[str, int]
"""Qualified name of a function that is not inside another one, and its order among those of that name."""


def changed(path: str, before: bytes, after: bytes) -> tuple[Name, ...]:
    """Functions of both versions whose code differs, in the order of the old one; comments and layout aside."""
    old, new = _functions(path, before), _functions(path, after)
    return tuple(name for name, node in old.items() if name in new and ast.dump(node) != ast.dump(new[name]))


def constants(path: str, names: Iterable[Name], *versions: bytes) -> tuple[str, ...]:
    """Numbers, strings and bytes written in the named functions, in any version, as source text."""
    wanted = frozenset(names)
    found: dict[str, None] = {}
    for version in versions:
        for name, node in _functions(path, version).items():
            if name in wanted:
                found |= dict.fromkeys(_literals(node))
    return tuple(found)[:_MOST]


def _literals(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float, str, bytes):
            text = repr(node.value)
            if len(text) <= _LONGEST:
                yield text


def _functions(path: str, body: bytes) -> dict[Name, ast.AST]:
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return {}
    return {(name, order): node for node, (_, name, order) in definitions(tree, path)}
