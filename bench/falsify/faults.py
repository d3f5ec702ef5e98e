"""What a bad refactor does: one wrong edit of the lines it writes. Every kind is one small function (pure)."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from agents.transforms.rewrite import Edit
from agents.transforms.source import FunctionNode, Source
from bench.falsify.texts import Region, names_of, neighbours, within

_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_EXCEPTIONS: Mapping[str, str] = {
    "ValueError": "TypeError", "TypeError": "ValueError", "KeyError": "IndexError", "IndexError": "KeyError",
    "AttributeError": "NameError", "Exception": "ValueError", "OSError": "ValueError", "ImportError": "ValueError",
    "StopIteration": "ValueError", "RuntimeError": "ValueError", "NotImplementedError": "ValueError",
}  # fmt: skip
_COPIES = frozenset({"list", "dict", "set", "tuple", "copy", "deepcopy", "sorted"})
_WITH_DEFAULT = frozenset({"get", "pop", "getattr", "setdefault", "next"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong edit: its kind, where, and what it says."""

    kind: str
    line: int
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    source: Source
    function: FunctionNode
    lines: frozenset[int]

    def replaced(self, node: ast.expr | ast.stmt, text: str) -> tuple[Edit, ...]:
        start, end = self.source.span(node)
        return (Edit(start, end, text),)

    def text(self, node: ast.expr | ast.stmt) -> str:
        return self.source.segment(node)

    def swapped(self, one: ast.expr | ast.stmt, other: ast.expr | ast.stmt) -> tuple[Edit, ...]:
        return (*self.replaced(one, self.text(other)), *self.replaced(other, self.text(one)))


_Found = Iterator[tuple[Edit, ...]]
_Kind = Callable[[_Place, ast.AST], _Found]


def wrongs(source: Source, regions: Iterable[Region]) -> Iterator[Wrong]:
    """Every wrong edit of every kind in the new lines of a refactored text."""
    for region in regions:
        place = _Place(source, region.node, region.lines)
        for node in within(region):
            for kind, find in KINDS.items():
                for edits in find(place, node):
                    yield Wrong(kind, node.lineno, edits)


def _swap_arguments(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.Call):
        plain = [a for a in node.args if not isinstance(a, ast.Starred)]
        for one, other in pairwise(plain):
            if ast.dump(one) != ast.dump(other):
                yield place.swapped(one, other)


def _drop_argument(place: _Place, node: ast.AST) -> _Found:
    """An argument that has a default elsewhere is forgotten: a keyword, or the last of get, pop, getattr, next."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [keyword.value for keyword in node.keywords if keyword.arg]
    if name in _WITH_DEFAULT and len(node.args) > 1 and not node.keywords and not _usual_default(name, node.args[-1]):
        values = [node.args[-1]]
    for value in values:
        start, end = place.source.span(value)
        before = place.source.text.rfind(",", 0, start)
        inside = place.source.span(node)[0] < before and "(" not in place.source.text[before:start]
        if inside:
            yield (Edit(before, end, ""),)


def _usual_default(name: str, last: ast.expr) -> bool:
    """Whether the argument says what goes without saying: the default of a mapping's `get` is None already."""
    return name == "get" and isinstance(last, ast.Constant) and last.value is None


def _drop_output(place: _Place, node: ast.AST) -> _Found:
    """What a call gives back is not taken: all of it, or one of several."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call) or len(node.targets) != 1:
        return
    target = node.targets[0]
    if isinstance(target, ast.Name):
        yield place.replaced(node, place.text(node.value))
    elif isinstance(target, ast.Tuple):
        for each in target.elts:
            if isinstance(each, ast.Name):
                yield place.replaced(each, "_")


def _drop_return(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.Return) and node.value is not None:
        yield place.replaced(node, place.text(node.value) if isinstance(node.value, ast.Call) else "return")


def _drop_statement(place: _Place, node: ast.AST) -> _Found:
    """A call, an assignment, a raise or a jump that was there is gone."""
    plain = ast.Expr | ast.Assign | ast.AugAssign | ast.Raise | ast.Delete | ast.Continue | ast.Break
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if isinstance(node, plain) and not docstring:
        yield place.replaced(node, "pass")


def _negate(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield place.replaced(node.test, f"not ({place.text(node.test)})")


def _lost_not(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield place.replaced(node, f"({place.text(node.operand)})")


def _other_junction(place: _Place, node: ast.AST) -> _Found:
    """`and` for `or`, or one side forgotten."""
    if isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield place.replaced(node, "(" + word.join(f"({place.text(value)})" for value in node.values) + ")")
        yield place.replaced(node, f"({place.text(node.values[0])})")


def _swap_branches(place: _Place, node: ast.AST) -> _Found:
    """What is returned in one case is returned in the other."""
    for one, other in neighbours(node, place.lines):
        if isinstance(one, ast.If) and isinstance(one.body[-1], ast.Return) and isinstance(other, ast.Return):
            yield place.swapped(one.body[-1], other)
    if isinstance(node, ast.If) and len(node.body) == len(node.orelse) == 1 and not isinstance(node.orelse[0], ast.If):
        yield place.swapped(node.body[0], node.orelse[0])


def _swap_statements(place: _Place, node: ast.AST) -> _Found:
    """Two neighbours change places although the second reads what the first writes."""
    for one, other in neighbours(node, place.lines):
        if isinstance(one, ast.Assign | ast.AugAssign) and isinstance(other, ast.Assign | ast.AugAssign | ast.Expr):
            written = {n.id for n in ast.walk(one) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            read = {n.id for n in ast.walk(other) if isinstance(n, ast.Name)}
            if written & read:
                yield place.swapped(one, other)


def _wrong_name(place: _Place, node: ast.AST) -> _Found:
    """Another local name than the one meant."""
    known = names_of(place.function)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in known:
        for other in sorted(known - {node.id})[:3]:
            yield place.replaced(node, other)


def _off_by_one(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield place.replaced(node, str(node.value + 1))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        left, right = place.text(node.left), place.text(node.comparators[0])
        yield place.replaced(node, f"({left} {_COMPARISONS[type(node.ops[0])]} {right})")


def _lost_await(place: _Place, node: ast.AST) -> _Found:
    if isinstance(node, ast.Await):
        yield place.replaced(node, place.text(node.value))


def _other_exception(place: _Place, node: ast.AST) -> _Found:
    """Another exception is raised or caught."""
    names = [node.exc.func if isinstance(node.exc, ast.Call) else node.exc] if isinstance(node, ast.Raise) else []
    names += [handler.type for handler in node.handlers] if isinstance(node, ast.Try) else []
    for name in names:
        if isinstance(name, ast.Name) and name.id in _EXCEPTIONS:
            yield place.replaced(name, _EXCEPTIONS[name.id])


def _lost_copy(place: _Place, node: ast.AST) -> _Found:
    """The thing itself instead of its copy."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _COPIES):
        return
    if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        yield place.replaced(node, f"({place.text(node.args[0])})")


def _wrong_jump(place: _Place, node: ast.AST) -> _Found:
    """`break` for `continue` and the other way round; a bare `return` that no longer leaves."""
    if isinstance(node, ast.Continue):
        yield place.replaced(node, "break")
    if isinstance(node, ast.Break):
        yield place.replaced(node, "continue")
    if isinstance(node, ast.Return) and node.value is None:
        yield place.replaced(node, "pass")


KINDS: Mapping[str, _Kind] = {
    "swap-arguments": _swap_arguments,
    "drop-argument": _drop_argument,
    "drop-output": _drop_output,
    "drop-return": _drop_return,
    "drop-statement": _drop_statement,
    "negate-condition": _negate,
    "lost-not": _lost_not,
    "other-junction": _other_junction,
    "swap-branches": _swap_branches,
    "swap-statements": _swap_statements,
    "wrong-name": _wrong_name,
    "off-by-one": _off_by_one,
    "lost-await": _lost_await,
    "other-exception": _other_exception,
    "lost-copy": _lost_copy,
    "wrong-jump": _wrong_jump,
}
"""Every kind by name; each gives all edits it can make at one node."""
