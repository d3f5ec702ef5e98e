"""Every identifier of a file: what a new name must not be, and which builtins it still has."""

import ast
import builtins
from collections.abc import Iterator

from agents.transforms.extract_function.scopes import bound_names


def identifiers(tree: ast.Module) -> frozenset[str]:
    """Every name, attribute, parameter, definition, import and identifier-like string, and the builtins."""
    found = (name for node in ast.walk(tree) for name in _spelled(node))
    return frozenset(dir(builtins)).union(found)


def _spelled(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=alias):
            yield alias or name.partition(".")[0]
        case ast.Constant(value=str(text)) if text.isidentifier():
            yield text
        case _:
            pass


def rebound_builtins(tree: ast.Module) -> frozenset[str]:
    """Builtins that the module may mean something else by."""
    bound = {name for node in ast.walk(tree) for name in bound_names(node)}
    return frozenset(dir(builtins)) if "*" in bound else frozenset(bound)
