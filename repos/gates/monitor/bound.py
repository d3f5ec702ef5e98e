"""Which names a function binds itself, so that they are no builtin inside it (pure).

Language reference, 4.2.2: a name bound anywhere in a function's block is local to all of it, unless declared
global or nonlocal; functions inside it see it too, class blocks in between lend them nothing. Defaults,
decorators and annotations are evaluated outside. Whoever hands a builtin in under another's name names the
builtin itself where it does.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import cast

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def bound_reads(tree: ast.AST) -> frozenset[int]:
    """`id` of every name node that stands for a binding of some function around it."""
    found: set[int] = set()
    todo = [(tree, frozenset[str]())]
    while todo:
        node, known = todo.pop()
        if isinstance(node, ast.Name) and node.id in known:
            found.add(id(node))
        inside = _block(node)
        own = known | frozenset(_bindings(node)) if isinstance(node, _Function) else known
        own -= _global(node)
        todo += [(child, own if id(child) in inside else known) for child in ast.iter_child_nodes(node)]
    return frozenset(found)


def bound_anywhere(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that the nodes may bind in any scope or in another module: all that is spelled and not only read."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Constant) or isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        for _, told in ast.iter_fields(node):
            words = cast("list[object]", told if isinstance(told, list) else [told])
            found.update(word for word in words if isinstance(word, str))
    return frozenset(found)


def _block(node: ast.AST) -> frozenset[int]:
    """`id` of the parts that see what the node's own block binds."""
    if isinstance(node, ast.Lambda):
        return frozenset({id(node.body)})
    return frozenset(map(id, node.body)) if isinstance(node, _NAMED) else frozenset()


def _global(node: ast.AST) -> frozenset[str]:
    """What a function's or a class's own block declares global: not even what an outer function binds, then."""
    found: set[str] = set()
    todo: list[ast.AST] = list(node.body) if isinstance(node, _NAMED) else []
    while todo:
        inner = todo.pop()
        if isinstance(inner, ast.Global):
            found.update(inner.names)
        elif not isinstance(inner, _SCOPES):
            todo += ast.iter_child_nodes(inner)
    return frozenset(found)


def _bindings(function: _Function) -> Iterator[str]:
    """Parameters, and what the function's own block assigns; walruses in comprehensions are left out, to be safe."""
    given = function.args
    yield from (each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs))
    yield from (each.arg for each in (given.vararg, given.kwarg) if each)
    if isinstance(function, ast.Lambda):
        return
    stored, declared = set[str](), set[str]()
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            declared.update(node.names)
        elif not isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            todo += ast.iter_child_nodes(node)
    yield from stored - declared


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (*_NAMED, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
