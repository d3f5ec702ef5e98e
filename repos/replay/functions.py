"""Which functions a patch changes, and the literals in them (pure)."""

import ast
from collections.abc import Iterable, Iterator
from typing import cast

from repos.suites.recorder.definitions import definitions

_MOST = 80
_LONGEST = 80
Name = tuple[str, int]
"""Qualified name of a function that is not inside another one, and its order among those of that name."""


def changed(path: str, before: bytes, after: bytes) -> tuple[Name, ...]:
    """Functions of both versions whose code differs, in the order of the old one; comments and layout aside."""
    old, new = _functions(path, before), _functions(path, after)
    return tuple(name for name, node in old.items() if name in new and ast.dump(node) != ast.dump(new[name]))


def rewritten(path: str, name: Name, before: bytes, after: bytes) -> tuple[str, ...]:
    """Which functions within the named one differ themselves, by their dotted names inside it; `` is the named one.

    A function does not differ where only one defined inside it does.
    """
    old, new = (dict(_within(_functions(path, version)[name], "")) for version in (before, after))
    return tuple(inner for inner, text in old.items() if inner in new and text != new[inner])


def constants(path: str, names: Iterable[Name], *versions: bytes) -> tuple[str, ...]:
    """Numbers, strings and bytes written in the named functions, in any version, as source text."""
    wanted = frozenset(names)
    found: dict[str, None] = {}
    for version in versions:
        for name, node in _functions(path, version).items():
            if name in wanted:
                found |= dict.fromkeys(_literals(node))
    return tuple(found)[:_MOST]


def _within(function: ast.AST, inner: str) -> Iterator[tuple[str, str]]:
    """Each function with its code, in which those inside it are no more than their names."""
    yield inner, _told(function, function)
    todo = list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _within(node, f"{inner}.{node.name}".lstrip("."))
        else:
            todo += ast.iter_child_nodes(node)


def _told(part: object, function: ast.AST) -> str:
    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part is not function:
        return part.name
    if isinstance(part, ast.AST):
        return f"{type(part).__name__}({', '.join(_told(value, function) for _, value in ast.iter_fields(part))})"
    if isinstance(part, list):
        return f"[{', '.join(_told(each, function) for each in cast('list[object]', part))}]"
    return repr(part)


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
