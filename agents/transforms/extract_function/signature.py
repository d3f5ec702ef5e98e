"""Annotations a helper may copy from its function.

Language rule: an annotation is evaluated where and when the helper is defined, so it is copied only while
its names mean the same there: none bound in a class or function around it, none the function's own. Those of a
nested function are evaluated when the function around it runs, its helper's when the module is imported, which
may be too early: they are copied only where none is evaluated at all (PEP 563). A parameter that the function
rebinds may by then hold a value of another type.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from agents.transforms.extract_function.scopes import annotations, bound_names, own_nodes, scope_of
from agents.transforms.source import Function, FunctionNode, Source


@dataclass(frozen=True, slots=True)
class Signature:
    """What the function says about its types."""

    parameters: Mapping[str, str]
    """Annotation text of each parameter that is never rebound."""
    returns: str
    """Empty when absent, or when the function is a generator."""
    annotated: bool

    def parameter(self, name: str) -> str:
        """`name` with its annotation, if known."""
        return f"{name}: {self.parameters[name]}" if name in self.parameters else name


def annotations_for(source: Source, function: Function) -> Signature:
    """The annotations that mean the same where the helper stands."""
    node = function.node
    if isinstance(function.enclosing[-1], FunctionNode) and not _postponed(source):
        return Signature({}, "", annotated=False)
    changed = _bound_around(function) or {node.name}
    rebound = _bound_in(node)
    single = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    texts = {a.arg: _text(source, a.annotation, changed) for a in single if a.arg not in rebound}
    generator = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node))
    return Signature(
        {name: text for name, text in texts.items() if text},
        "" if generator else _text(source, node.returns, changed),
        annotated=bool(annotations(node)),
    )


def _postponed(source: Source) -> bool:
    """Whether `from __future__ import annotations` keeps every annotation of the file from being evaluated."""
    imports = (n for n in source.tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__")
    return any(alias.name == "annotations" for n in imports for alias in n.names)


def _bound_around(function: Function) -> set[str]:
    bound: set[str] = set()
    for each in function.enclosing:
        if isinstance(each, ast.ClassDef):
            bound |= _bound_in(each)
        elif isinstance(each, FunctionNode):
            bound |= scope_of(each).locals
    return bound


def _bound_in(node: FunctionNode | ast.ClassDef) -> set[str]:
    return {name for child in own_nodes(node) for name in bound_names(child)}


def _text(source: Source, annotation: ast.expr | None, changed: set[str]) -> str:
    """The annotation as written; empty when there is none, it spans lines, or its names change."""
    if annotation is None or "\n" in source.segment(annotation):
        return ""
    named = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return "" if named & changed else source.segment(annotation)
