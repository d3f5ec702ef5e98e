"""The edits themselves: faults of the kind a bad refactor makes, each one small function (pure).

Swapping the branches of an `if` is negating its condition. Not among them, for they are the same program or
nearly: `return None` dropped at an end, arguments of `min` and `max` swapped, a local name unbound by `del`,
a name assigned that nothing reads.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from repos.mutants.source import Site, Source

Found = Iterator[tuple[int, int, bytes]]
"""First byte to replace, the one behind the last, and the bytes in their place."""
_NUMBER = (int, float)
_COMPARISONS: Mapping[type[ast.cmpop], tuple[bytes, bytes]] = {
    ast.Lt: (rb"<", b"<="), ast.LtE: (rb"<=", b"<"), ast.Gt: (rb">", b">="), ast.GtE: (rb">=", b">"),
    ast.Eq: (rb"==", b"!="), ast.NotEq: (rb"!=", b"=="), ast.Is: (rb"\bis\b", b"is not"),
    ast.IsNot: (rb"\bis\s+not\b", b"is"), ast.In: (rb"\bin\b", b"not in"), ast.NotIn: (rb"\bnot\s+in\b", b"in"),
}  # fmt: skip
_ARITHMETIC: Mapping[type[ast.operator], tuple[bytes, bytes]] = {
    ast.Add: (rb"\+", b"-"), ast.Sub: (rb"-", b"+"), ast.Mult: (rb"\*", b"+"), ast.FloorDiv: (rb"//", b"*"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong edit of one file."""

    path: str
    kind: str
    line: int
    heard: tuple[int, ...]
    """Lines whose tests can notice it: those of the statement it stands in, without the body below."""
    place: tuple[str, int]
    """Its function's name and the bytes from there; outside of functions none, and those from its statement's start."""
    start: int
    end: int
    text: bytes

    def applied(self, source: bytes) -> bytes:
        """The file with this edit."""
        return source[: self.start] + self.text + source[self.end :]


def _swap_arguments(source: Source, site: Site) -> Found:
    node = site.node
    if not isinstance(node, ast.Call) or (isinstance(node.func, ast.Name) and node.func.id in {"min", "max"}):
        return
    for one, other in pairwise(node.args):
        if ast.Starred not in (type(one), type(other)) and ast.dump(one) != ast.dump(other):
            (start, middle), (after, end) = source.span(one), source.span(other)
            yield start, end, source.part(other) + source.text[middle:after] + source.part(one)


def _drop_argument(source: Source, site: Site) -> Found:
    """A keyword argument is forgotten, so that its default holds."""
    node = site.node
    if isinstance(node, ast.Call) and node.keywords:
        last = node.keywords[-1]
        before = [*node.args, *node.keywords[:-1]]
        start = source.span(before[-1])[1] if before else source.span(last)[0]
        # Parentheses around the argument before are not its own, so the comma may stand behind one.
        gap = source.text[start : source.span(last)[0]]
        cut = start + (gap.index(b",") if b"," in gap else 0)
        if b"#" not in gap:
            yield cut, source.span(last)[1], b""


def _drop_output(source: Source, site: Site) -> Found:
    """One of several results is not taken over."""
    if isinstance(site.node, ast.Assign):
        for target in site.node.targets:
            if isinstance(target, ast.Tuple | ast.List):
                yield from ((*source.span(n), b"_dropped") for n in target.elts if isinstance(n, ast.Name))


def _drop_return(source: Source, site: Site) -> Found:
    node = site.node
    if isinstance(node, ast.Return):
        start, end = source.span(node)
        if node.value is None:
            if not site.last:
                yield start, end, b"pass"
        elif not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield start, start + len(b"return"), b"_dropped ="


def _drop_call(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.Expr) and isinstance(
        site.node.value, ast.Call | ast.Await | ast.Yield | ast.YieldFrom
    ):
        yield (*source.span(site.node), b"pass")


def _drop_statement(source: Source, site: Site) -> Found:
    match site.node:
        case ast.Assign(targets=[ast.Name(id=name)]) if not _is_read(name, site):
            return
        case ast.AnnAssign(value=None) | ast.Delete(targets=[ast.Name()]):
            return
        case (
            ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Delete() | ast.Raise() | ast.Break() | ast.Continue()
        ) as node:
            yield (*source.span(node), b"pass")
        case _:
            return


def _early_return(source: Source, site: Site) -> Found:
    """The caller leaves with what it should have gone on with."""
    match site.node:
        case (ast.Assign(value=ast.Call() as value) | ast.Expr(value=ast.Call() as value)) as node:
            if site.function is not None and not site.last:
                yield (*source.span(node), b"return " + source.part(value))
        case _:
            return


def _negate(source: Source, site: Site) -> Found:
    match site.node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            conditions = [test]
        case ast.comprehension(ifs=conditions):
            pass
        case _:
            return
    for condition in conditions:
        yield (*source.span(condition), b"(not (" + source.part(condition) + b"))")


def _boundary(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.Compare):
        operands = pairwise([site.node.left, *site.node.comparators])
        for (left, right), operator in zip(operands, site.node.ops, strict=True):
            yield from _between(source, left, right, _COMPARISONS[type(operator)])


def _logic(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.BoolOp):
        words = (rb"\band\b", b"or") if isinstance(site.node.op, ast.And) else (rb"\bor\b", b"and")
        yield from _between(source, site.node.values[0], site.node.values[1], words)


def _arithmetic(source: Source, site: Site) -> Found:
    match site.node:
        case ast.BinOp(left=left, op=operator, right=right) | ast.AugAssign(target=left, op=operator, value=right):
            if type(operator) in _ARITHMETIC:
                yield from _between(source, left, right, _ARITHMETIC[type(operator)])
        case _:
            return


def _constant(source: Source, site: Site) -> Found:
    """Off by one, the other truth, another word."""
    node = site.node
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield (*source.span(node), repr(not value).encode())
    elif isinstance(value, _NUMBER):
        yield (*source.span(node), repr(value + 1).encode())
    elif isinstance(value, str):
        yield (*source.span(node), ascii(value + "_").encode())
    elif isinstance(value, bytes):
        yield (*source.span(node), repr(value + b"_").encode())


def _drop_handler(source: Source, site: Site) -> Found:
    """An exception is caught no more."""
    if isinstance(site.node, ast.ExceptHandler) and site.node.type is not None:
        yield (*source.span(site.node.type), b"()")


def _skip_loop(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.For):
        yield (*source.span(site.node.iter), b"()")


def _leave_loop(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.Continue):
        yield (*source.span(site.node), b"break")


def _go_on(source: Source, site: Site) -> Found:
    if isinstance(site.node, ast.Break):
        yield (*source.span(site.node), b"continue")


def _between(source: Source, left: ast.expr, right: ast.expr, words: tuple[bytes, bytes]) -> Found:
    start, end = source.span(left)[1], source.span(right)[0]
    gap = source.text[start:end]
    other, count = re.subn(words[0], words[1], gap, count=1)
    if count and b"#" not in gap:
        yield start, end, other


def _is_read(name: str, site: Site) -> bool:
    """Whether anything in the function reads the name; what a module or a class binds, others may read."""
    if site.function is None:
        return True
    return any(
        (isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Store))
        or (isinstance(n, ast.Global | ast.Nonlocal) and name in n.names)
        or (isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name) and n.target.id == name)
        for n in ast.walk(site.function)
    )


Kinds = Mapping[str, Callable[[Source, Site], Found]]
"""Edits by the words a reviewer reads."""
KINDS: Kinds = {
    "arguments swapped": _swap_arguments,
    "argument dropped": _drop_argument,
    "output dropped": _drop_output,
    "return dropped": _drop_return,
    "call dropped": _drop_call,
    "statement dropped": _drop_statement,
    "early return": _early_return,
    "condition negated": _negate,
    "boundary moved": _boundary,
    "and for or": _logic,
    "other arithmetic": _arithmetic,
    "other constant": _constant,
    "exception uncaught": _drop_handler,
    "loop skipped": _skip_loop,
    "loop left": _leave_loop,
}
"""Every kind of edit of code that is there."""
TURNS: Kinds = {"loop left": _leave_loop, "loop gone on": _go_on}
"""A loop is left where it should go on, or goes on where it should be left."""
