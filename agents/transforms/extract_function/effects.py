"""What one step of a function does to its local names, in evaluation order.

Language rules (reference manual, "Expressions" and "Simple statements"): operands are evaluated
left to right, an assignment's value before its targets, a walrus binds where it stands; `and`,
`or`, `if`-`else`, later links of a comparison and comprehension bodies may not run at all; a bare
annotation `x: T` evaluates and binds nothing; a comprehension's first iterable runs at once in the
enclosing scope; a generator expression's body runs later, unless a builtin consumes it on the spot.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.transforms.extract_function.scopes import (
    NO_NAMES,
    Comprehension,
    Deferred,
    annotations,
    bound_names,
    comprehension_names,
    free_reads,
)

CONSUMERS = frozenset({"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"})
"""Builtins that exhaust an iterable before they return."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Names a step touches."""

    uses: frozenset[str] = NO_NAMES
    """Read before the step itself has certainly bound them."""
    binds: frozenset[str] = NO_NAMES
    """Bound whenever the step completes."""
    may_bind: frozenset[str] = NO_NAMES
    """Bound on some way through the step; contains `binds`."""
    unbinds: frozenset[str] = NO_NAMES
    captures: frozenset[str] = NO_NAMES
    """Read by code that the step defines and that runs later."""


@dataclass(slots=True)
class _Step:
    uses: set[str] = field(default_factory=set[str])
    binds: set[str] = field(default_factory=set[str])
    may_bind: set[str] = field(default_factory=set[str])
    unbinds: set[str] = field(default_factory=set[str])
    captures: set[str] = field(default_factory=set[str])

    def read(self, name: str) -> None:
        if name not in self.binds:
            self.uses.add(name)

    def bind(self, name: str, *, certain: bool) -> None:
        self.may_bind.add(name)
        if certain:
            self.binds.add(name)

    def capture(self, names: Iterable[str]) -> None:
        for name in names:
            self.captures.add(name)
            self.read(name)


def effects(nodes: Iterable[ast.AST], *, consumers: frozenset[str] = CONSUMERS) -> Effects:
    """The joint effects of nodes evaluated in the given order; names are not yet limited to locals."""
    step = _Step()
    for node in nodes:
        _visit(step, node, NO_NAMES, certain=True, consumers=consumers)
    return Effects(
        frozenset(step.uses),
        frozenset(step.binds - step.unbinds),
        frozenset(step.may_bind),
        frozenset(step.unbinds),
        frozenset(step.captures),
    )


def _visit(step: _Step, node: ast.AST, hidden: frozenset[str], *, certain: bool, consumers: frozenset[str]) -> None:
    match node:
        case ast.Name():
            _name(step, node, hidden, certain=certain)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            _comprehension(step, node, hidden, consumers=consumers, later=isinstance(node, ast.GeneratorExp))
        case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as only], keywords=[]) if name in consumers:
            step.read(name)
            _comprehension(step, only, hidden, consumers=consumers, later=False)
        case _:
            for child, sure in _in_order(node):
                if child is not None:
                    _visit(step, child, hidden, certain=certain and sure, consumers=consumers)
            if isinstance(node, Deferred | ast.ClassDef):
                step.capture(free_reads(node) - hidden)
            for name in bound_names(node):
                step.bind(name, certain=certain)


def _in_order(node: ast.AST) -> Iterable[tuple[ast.AST | None, bool]]:
    """The parts a node evaluates at once, in order, each with whether it certainly is."""
    match node:
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
            return [(part, True) for part in _assignment(node)]
        case ast.BoolOp() | ast.IfExp() | ast.Compare() | ast.Assert() | ast.Dict():
            return _partial(node)
        case ast.Lambda() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [(part, True) for part in _definition(node)]
        case _:
            return [(part, True) for part in ast.iter_child_nodes(node)]


def _name(step: _Step, node: ast.Name, hidden: frozenset[str], *, certain: bool) -> None:
    if isinstance(node.ctx, ast.Store):
        step.bind(node.id, certain=certain)
        return
    if node.id not in hidden:
        step.read(node.id)
    if isinstance(node.ctx, ast.Del):
        step.unbinds.add(node.id)


def _assignment(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) -> Iterable[ast.AST]:
    match node:
        case ast.Assign():
            return (node.value, *node.targets)
        case ast.AugAssign():
            read = [ast.Name(node.target.id, ast.Load())] if isinstance(node.target, ast.Name) else []
            return (*read, node.value, node.target)
        case ast.NamedExpr():
            return (node.value, node.target)
        case ast.AnnAssign(value=None):
            return () if isinstance(node.target, ast.Name) else (node.target,)
        case ast.AnnAssign(value=value):
            return (value, node.target) if value else ()


def _partial(
    node: ast.BoolOp | ast.IfExp | ast.Compare | ast.Assert | ast.Dict,
) -> Iterable[tuple[ast.AST | None, bool]]:
    match node:
        case ast.BoolOp(values=values):
            return [(v, i == 0) for i, v in enumerate(values)]
        case ast.IfExp():
            return [(node.test, True), (node.body, False), (node.orelse, False)]
        case ast.Compare():
            return [(node.left, True), *((c, i == 0) for i, c in enumerate(node.comparators))]
        case ast.Assert():
            return [(node.test, True), (node.msg, False)]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [(part, True) for pair in pairs for part in pair]


def _definition(node: Deferred | ast.ClassDef) -> Iterable[ast.AST | None]:
    match node:
        case ast.Lambda(args=args):
            return (*args.defaults, *args.kw_defaults)
        case ast.ClassDef():
            return (*node.decorator_list, *node.bases, *node.keywords)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *annotations(node))


def _comprehension(
    step: _Step, node: Comprehension, hidden: frozenset[str], *, consumers: frozenset[str], later: bool
) -> None:
    own = comprehension_names(node)
    inner = hidden | own
    first, *rest = node.generators
    _visit(step, first.iter, hidden, certain=True, consumers=consumers)
    results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    clauses = (part for generator in rest for part in (generator.iter, generator.target, *generator.ifs))
    scoped = _Step(binds=step.binds)
    for part in (first.target, *first.ifs, *clauses, *results):
        _visit(scoped, part, inner, certain=False, consumers=consumers)
    step.may_bind |= scoped.may_bind - own
    step.captures |= scoped.captures
    step.uses |= scoped.uses
    if later:
        step.capture(scoped.uses | (scoped.may_bind - own))
