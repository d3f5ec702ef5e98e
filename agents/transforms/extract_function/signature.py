"""Annotations a helper may copy from its function.

Language rule: an annotation is evaluated where the helper is defined, so it is copied only while
its names mean the same there: none bound in the class body, none the function's own. A parameter
that the function rebinds may by then hold a value of another type.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from agents.transforms.extract_function.scopes import bound_names, own_nodes
from agents.transforms.source import Function, Source


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
    """The annotations that mean the same beside the function."""
    node = function.node
    rebound = {name for child in own_nodes(node) for name in bound_names(child)}
    around = function.enclosing[-1]
    changed = {node.name}
    if isinstance(around, ast.ClassDef):
        changed |= {name for child in own_nodes(around) for name in bound_names(child)}
    single = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    stable = {
        a.arg: source.segment(a.annotation)
        for a in single
        if a.annotation is not None and a.arg not in rebound and _means_the_same(source, a.annotation, changed)
    }
    generator = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node))
    returns = ""
    if node.returns is not None and not generator and _means_the_same(source, node.returns, changed):
        returns = source.segment(node.returns)
    annotated = node.returns is not None or any(a.annotation is not None for a in single)
    return Signature(stable, returns, annotated)


def _means_the_same(source: Source, annotation: ast.expr, changed: set[str]) -> bool:
    if annotation.lineno != annotation.end_lineno or "\n" in source.segment(annotation):
        return False
    return not any(isinstance(n, ast.Name) and n.id in changed for n in ast.walk(annotation))
