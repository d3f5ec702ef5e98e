"""Which names a function owns, and what code it defines reads from it later.

Language rules (reference manual, "Naming and binding"): any binding form anywhere in a function
makes the name local to all of it; a walrus inside a comprehension binds in the enclosing function;
nested functions, lambdas and comprehensions are scopes of their own; a class body is one too, but
its names are not visible in the functions inside it.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.transforms.source import Function, FunctionNode

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Deferred = FunctionNode | ast.Lambda
NO_NAMES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one function."""

    locals: frozenset[str]
    parameters: frozenset[str]
    declared: frozenset[str]
    """Names under `global` or `nonlocal` in the function itself."""
    rebound_inside: frozenset[str]
    """Locals that a nested function (`nonlocal`) or a lazy generator (walrus) may rebind at any time."""


def scope_of(node: Deferred) -> Scope:
    """The function's own names, nested scopes looked through only where they bind or rebind outside."""
    parameters = frozenset(a.arg for a in all_parameters(node.args))
    bound: set[str] = set()
    declared: set[str] = set()
    rebound: set[str] = set()
    for child in own_nodes(node):
        bound.update(bound_names(child))
        declared.update(child.names if isinstance(child, ast.Global | ast.Nonlocal) else ())
        rebound.update(_rebound_later(child))
    names = (parameters | bound) - declared
    return Scope(names, parameters, frozenset(declared), frozenset(rebound & names))


def names_around(function: Function) -> frozenset[str]:
    """Names of the functions around this one that it sees as they are: it has none of its own by that name."""
    own = scope_of(function.node).locals
    outer = (scope_of(each).locals for each in function.enclosing if isinstance(each, FunctionNode))
    return frozenset[str]().union(*outer) - own


def _rebound_later(node: ast.AST) -> Iterator[str]:
    if isinstance(node, Deferred | ast.ClassDef):
        yield from _nonlocals(node)
    elif isinstance(node, ast.GeneratorExp):
        yield from _walrus_names(node)


def all_parameters(args: ast.arguments) -> tuple[ast.arg, ...]:
    """Parameters in the order of the signature."""
    stars = [args.vararg] if args.vararg else []
    keywords = [args.kwarg] if args.kwarg else []
    return (*args.posonlyargs, *args.args, *stars, *args.kwonlyargs, *keywords)


def own_nodes(node: Deferred | ast.ClassDef) -> Iterator[ast.AST]:
    """Nodes that run in this function's own scope, comprehensions included, nested bodies left out.

    A nested function's, lambda's or class's own node is given, so are its decorators and defaults.
    """
    for root in _body(node):
        yield root
        yield from own_children(root)


def _body(node: Deferred | ast.ClassDef) -> Sequence[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else node.body


def own_children(node: ast.AST) -> Iterator[ast.AST]:
    """What a node evaluates in its own scope, at any depth, the node itself left out."""
    for child in _run_here(node):
        yield child
        yield from own_children(child)


def _run_here(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (*node.decorator_list, *_defaults(node.args), *annotations(node))
        case ast.Lambda():
            yield from _defaults(node.args)
        case ast.ClassDef():
            yield from (*node.decorator_list, *node.bases, *node.keywords)
        case _:
            yield from ast.iter_child_nodes(node)


def _defaults(args: ast.arguments) -> tuple[ast.expr, ...]:
    return (*args.defaults, *(d for d in args.kw_defaults if d is not None))


def annotations(node: FunctionNode) -> tuple[ast.expr, ...]:
    """Annotations of parameters and return value, evaluated when the `def` runs."""
    found = (*(a.annotation for a in all_parameters(node.args)), node.returns)
    return tuple(a for a in found if a is not None)


def bound_names(node: ast.AST) -> Iterator[str]:
    """Names the node itself binds or unbinds, its parts left aside."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (a.asname or a.name.partition(".")[0] for a in names)
        case _:
            pass


def comprehension_names(node: Comprehension) -> frozenset[str]:
    """The loop variables, local to the comprehension."""
    targets = (n for generator in node.generators for n in ast.walk(generator.target))
    return frozenset(n.id for n in targets if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def free_reads(node: Deferred | ast.ClassDef) -> frozenset[str]:
    """Names the body reads (or, by `nonlocal`, shares) from the scopes around it."""
    reads: set[str] = set()
    shared: set[str] = set()
    for child in own_nodes(node):
        if isinstance(child, ast.Name):
            reads.add(child.id)
        elif isinstance(child, ast.Nonlocal):
            shared.update(child.names)
        elif isinstance(child, Deferred | ast.ClassDef):
            reads |= free_reads(child)
    if isinstance(node, ast.ClassDef):
        return frozenset(reads | shared)
    scope = scope_of(node)
    return frozenset((reads - scope.locals - scope.declared) | shared)


def _nonlocals(node: Deferred | ast.ClassDef) -> Iterator[str]:
    for child in own_nodes(node):
        if isinstance(child, ast.Nonlocal):
            yield from child.names
        elif isinstance(child, Deferred | ast.ClassDef):
            yield from _nonlocals(child)


def _walrus_names(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.NamedExpr):
            yield child.target.id
