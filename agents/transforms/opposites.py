"""The opposite of a test, as text a person would write, and as a tree to compare by."""

import ast

from agents.transforms.source import Source

_EXACT: dict[type[ast.cmpop], tuple[type[ast.cmpop], str]] = {
    ast.Eq: (ast.NotEq, "!="),
    ast.NotEq: (ast.Eq, "=="),
    ast.Is: (ast.IsNot, "is not"),
    ast.IsNot: (ast.Is, "is"),
    ast.In: (ast.NotIn, "not in"),
    ast.NotIn: (ast.In, "in"),
}
_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await)
_READABLE_OPERANDS = 2
"""A reader turns `not a or not b` round in his head; with three he reaches for paper."""


def inverted(source: Source, test: ast.expr) -> str | None:
    """Text of the opposite of `test`; None when it would not read well."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        bare = isinstance(test.operand, (*_ATOMS, ast.Compare, ast.BoolOp))
        return source.segment(test.operand) if bare else None
    if isinstance(test, ast.Compare):
        return _comparison(source, test)
    if isinstance(test, ast.BoolOp):
        return _junction(source, test)
    if isinstance(test, ast.NamedExpr):
        return f"not ({source.segment(test)})"
    return f"not {source.segment(test)}" if isinstance(test, _ATOMS) else None


def _comparison(source: Source, test: ast.Compare) -> str | None:
    opposite = _EXACT.get(type(test.ops[0]))
    if opposite is None or len(test.ops) > 1:
        return None
    text = source.segment(test)
    start = source.span(test)[0]
    between = source.text[source.span(test.left)[1] : source.span(test.comparators[0])[0]]
    return _swapped(text, source.span(test.left)[1] - start, between, opposite[1])


def _swapped(text: str, at: int, between: str, sign: str) -> str:
    """`text` with the operator in `between` exchanged; parentheses around it stay."""
    words = between.strip("() \t")
    return text[:at] + between.replace(words, sign, 1) + text[at + len(between) :]


def _junction(source: Source, test: ast.BoolOp) -> str | None:
    """De Morgan: `a and b` becomes `not a or not b`, where each half stays simple."""
    if len(test.values) > _READABLE_OPERANDS or any(_is_composed(value) for value in test.values):
        return None
    halves = [inverted(source, value) for value in test.values]
    if None in halves:
        return None
    word = " or " if isinstance(test.op, ast.And) else " and "
    return word.join(half for half in halves if half is not None)


def _is_composed(test: ast.expr) -> bool:
    operand = test.operand if isinstance(test, ast.UnaryOp) else test
    return isinstance(operand, ast.BoolOp | ast.IfExp | ast.Lambda)


def canonical(test: ast.expr, *, negated: bool = False) -> ast.expr:
    """A tree of equal truth with `not` pushed inwards; equal for a test and its opposite's opposite."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return canonical(test.operand, negated=not negated)
    if isinstance(test, ast.BoolOp):
        conjunction = isinstance(test.op, ast.And) != negated
        return ast.BoolOp(ast.And() if conjunction else ast.Or(), [canonical(v, negated=negated) for v in test.values])
    if not negated:
        return test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and (opposite := _EXACT.get(type(test.ops[0]))):
        return ast.Compare(test.left, [opposite[0]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)
