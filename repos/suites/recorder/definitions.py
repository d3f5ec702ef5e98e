"""Marks function definitions of the product while they are compiled; the files on disk stay as they are.

A function is known by its file and qualified name; of several of one name (a property and its
setter) by their order as well. Functions inside functions are reached through the outer one.
"""

from __future__ import annotations

import ast
import importlib.machinery
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # aliases that Python 3.8 could not evaluate
    Function = ast.FunctionDef | ast.AsyncFunctionDef
    Key = tuple[str, str, int]
    """File relative to the root, qualified name, order among those of one name."""


def compile_marked(root: str, wanted: Callable[[str], bool], mark: Callable[[Function, Key], None]) -> None:
    """From now on apply `mark` to every function of the files below `root` whose relative path is `wanted`."""
    plain: Any = importlib.machinery.SourceFileLoader.source_to_code
    base = os.path.realpath(root) + os.sep
    realpath = os.path.realpath  # bound here because tests may replace the functions of `os`

    def source_to_code(self: Any, data: Any, path: Any, **rest: Any) -> Any:
        place = realpath(os.fsdecode(path))
        if isinstance(data, ast.AST) or not place.startswith(base) or not wanted(place[len(base) :]):
            return plain(self, data, path, **rest)
        try:
            tree = ast.parse(data, path)
        except (SyntaxError, ValueError):
            return plain(self, data, path, **rest)
        for function, key in definitions(tree, place[len(base) :]):
            mark(function, key)
        return compile(tree, path, "exec", dont_inherit=True)

    setattr(importlib.machinery.SourceFileLoader, "source_to_code", source_to_code)  # noqa: B010 - pyright: no plain assignment


def definitions(tree: ast.Module, path: str) -> Iterator[tuple[Function, Key]]:
    """Every function that is not inside another one, in source order."""
    seen: dict[str, int] = {}
    for name, function in _below(tree, ""):
        order = seen.get(name, 0)
        seen[name] = order + 1
        yield function, (path, name, order)


def _below(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + child.name, child
        elif isinstance(child, ast.ClassDef):
            yield from _below(child, prefix + child.name + ".")
        elif not isinstance(child, (ast.expr, ast.Lambda)):
            yield from _below(child, prefix)


def insert_call(function: Function, name: str, index: int) -> None:
    """Have the function call `name(index, positional, keywords)` before its first statement; no line moves."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    place = function.body[1] if told and len(function.body) > 1 else first
    given = function.args
    positional: list[ast.expr] = [_name(each.arg) for each in (*getattr(given, "posonlyargs", ()), *given.args)]
    if given.vararg:
        positional.append(ast.Starred(_name(given.vararg.arg), ast.Load()))
    keys: list[Any] = [ast.Constant(each.arg) for each in given.kwonlyargs]
    values: list[ast.expr] = [_name(each.arg) for each in given.kwonlyargs]
    if given.kwarg:
        keys.append(None)
        values.append(_name(given.kwarg.arg))
    call = ast.Call(_name(name), [ast.Constant(index), ast.Tuple(positional, ast.Load()), ast.Dict(keys, values)], [])
    statement = _placed(ast.Expr(call), place)
    function.body.insert(1 if told else 0, statement)


def insert_decorator(function: Function, name: str, index: int) -> None:
    """Hand the bare function to `name(index)` before any decorator sees it; no line moves."""
    function.decorator_list.append(_placed(ast.Call(_name(name), [ast.Constant(index)], []), function))


def _name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())


def _placed(node: Any, place: ast.AST) -> Any:
    """`node` and all below it at the line and column of `place`."""
    for each in ast.walk(node):
        if isinstance(each, (ast.expr, ast.stmt, ast.keyword)):
            ast.copy_location(each, place)
    return node
