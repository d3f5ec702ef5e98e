"""Behaviour-preserving refactors made by other routes than our transforms, as a person would make them (pure).

`BY_HAND` work on a project's own text and lower some measure of a function; `VARIED` work on the new
lines of a refactored text. Each states the rule of the language that keeps behaviour; where the rule
cannot be seen to hold, nothing is offered.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from agents.transforms.rewrite import Edit
from agents.transforms.source import FunctionNode, Source
from bench.falsify.texts import Region, names_of, neighbours, within

Found = Iterator[tuple[Edit, ...]]
_OPPOSITE: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_DYNAMIC = frozenset({"locals", "vars", "eval", "exec", "globals", "dir", "_getframe", "currentframe"})
"""A function that says one of these may see its own names or lines."""


def reads_itself(function: FunctionNode) -> bool:
    """Whether the function could notice that its names or lines changed."""
    said = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    said |= {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}
    return bool(said & _DYNAMIC)


def merge_nested_ifs(source: Source, function: FunctionNode) -> Found:
    """`if a: if b: x` is `if a and b: x` where neither has an else: both test a, then b, then run x."""
    for node in ast.walk(function):
        if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1 or _is_elif(source, node):
            continue
        inner = node.body[0]
        if not isinstance(inner, ast.If) or inner.orelse or not _plain_lines(source, node, inner):
            continue
        test = f"{_operand(source, node.test)} and {_operand(source, inner.test)}"
        indent, deeper = node.col_offset, inner.body[0].col_offset
        first, last = inner.body[0].lineno, inner.end_lineno or inner.lineno
        lines = source.lines[first - 1 : last]
        if any(line.strip() and not line.startswith(" " * deeper) for line in lines) or _holds_strings(inner):
            continue
        body = "".join(line[deeper - inner.col_offset :] if line.strip() else line for line in lines)
        yield (Edit(source.starts[node.lineno - 1], source.starts[last], f"{' ' * indent}if {test}:\n{body}"),)


def return_the_condition(source: Source, function: FunctionNode) -> Found:
    """`if c: return True` then `return False` is `return bool(c)`: an `if` asks for the truth of c, as bool does."""
    for block in _blocks(function):
        for one, other in pairwise(block):
            if not isinstance(one, ast.If) or one.orelse or len(one.body) != 1 or _is_elif(source, one):
                continue
            first, second = _returned(one.body[0]), _returned(other)
            if {first, second} != {True, False} or _commented(source, one.lineno, other.end_lineno or 0):
                continue
            test = source.segment(one.test)
            text = f"return bool({test})" if first else f"return not ({test})"
            yield (Edit(source.span(one)[0], source.span(other)[1], text),)


def continue_early(source: Source, function: FunctionNode) -> Found:
    """A loop whose body is one `if c:` without else goes on early: `if not (c): continue`, then the body."""
    for node in ast.walk(function):
        if not isinstance(node, ast.For | ast.While) or len(node.body) != 1:
            continue
        inner = node.body[0]
        if not isinstance(inner, ast.If) or inner.orelse or not _plain_lines(source, node, inner):
            continue
        deeper, first, last = inner.body[0].col_offset, inner.body[0].lineno, inner.end_lineno or inner.lineno
        lines = source.lines[first - 1 : last]
        if any(line.strip() and not line.startswith(" " * deeper) for line in lines) or _holds_strings(inner):
            continue
        step = deeper - inner.col_offset
        body = "".join(line[step:] if line.strip() else line for line in lines)
        margin = " " * inner.col_offset
        head = f"{margin}if not ({source.segment(inner.test)}):\n{margin}{' ' * step}continue\n"
        yield (Edit(source.starts[inner.lineno - 1], source.starts[last], head + body),)


def any_of(source: Source, function: FunctionNode) -> Found:
    """`for x in y: if c: return True` then `return False` is `return any(c for x in y)`: both stop at the first."""
    for block in _blocks(function):
        for one, other in pairwise(block):
            if not isinstance(one, ast.For) or one.orelse or len(one.body) != 1 or _returned(other) is not False:
                continue
            inner = one.body[0]
            if not isinstance(inner, ast.If) or inner.orelse or len(inner.body) != 1:
                continue
            odd = any(isinstance(n, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for n in ast.walk(one))
            # A class body's names cannot be seen from a generator; `super()` without arguments neither.
            if _returned(inner.body[0]) is not True or odd or "super" in source.segment(one):
                continue
            if not isinstance(one.target, ast.Name) or _commented(source, one.lineno, other.end_lineno or 0):
                continue
            where = f"{source.segment(one.target)} in {_operand(source, one.iter)}"
            text = f"return any({_operand(source, inner.test)} for {where})"
            yield (Edit(source.span(one)[0], source.span(other)[1], text),)


def rename_local(source: Source, region: Region) -> Found:
    """A local name has no meaning outside its function: every occurrence takes a new one."""
    function = region.node
    plain = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
    odd = any(isinstance(n, ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom) for n in ast.walk(function))
    inner = any(
        isinstance(n, ast.Lambda | FunctionNode | ast.ClassDef | ast.JoinedStr | ast.ExceptHandler | ast.Match)
        for n in ast.walk(function)
        if n is not function
    )
    if odd or inner or reads_itself(function):
        return
    taken = names_of(function) | {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
    for name in sorted(names_of(function) - plain):
        uses = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
        new = f"{name}_value"
        if new not in taken and not name.startswith("_") and any(n.lineno in region.lines for n in uses):
            yield tuple(Edit(*source.span(n), new) for n in uses)


def name_the_result(source: Source, region: Region) -> Found:
    """`return x` is `result = x` then `return result`, where the function knows no `result`."""
    names = {n.id for n in ast.walk(region.node) if isinstance(n, ast.Name)} | names_of(region.node)
    if "result" in names or reads_itself(region.node):
        return
    for node in within(region):
        if isinstance(node, ast.Return) and node.value is not None and _alone_on_line(source, node):
            margin = " " * node.col_offset
            value = source.segment(node.value)
            if "\n" not in value:
                yield (Edit(*source.span(node), f"result = {value}\n{margin}return result"),)


def use_de_morgan(source: Source, region: Region) -> Found:
    """`not (a and b)` is `not a or not b`, with the same operands asked in the same order."""
    for node in within(region):
        if not (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.BoolOp)
        ):
            continue
        word = " or " if isinstance(node.operand.op, ast.And) else " and "
        parts = (f"not {_operand(source, value)}" for value in node.operand.values)
        yield (Edit(*source.span(node), f"({word.join(parts)})"),)


def turn_the_test(source: Source, region: Region) -> Found:
    """`if c: x else: y` is `if not (c): y else: x`; for a comparison of identity or membership, its opposite."""
    for node in within(region):
        if isinstance(node, ast.IfExp):
            parts = (node.orelse, node.test, node.body)
            other, test, one = (source.segment(part) for part in parts)
            if "\n" not in source.segment(node):
                yield (Edit(*source.span(node), f"({other} if not ({test}) else {one})"),)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Compare):
            compare = node.operand
            sure = isinstance(compare.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn) and len(compare.ops) == 1
            if sure:
                left, right = source.segment(compare.left), source.segment(compare.comparators[0])
                yield (Edit(*source.span(node), f"({left} {_OPPOSITE[type(compare.ops[0])]} {right})"),)


def swap_independent(source: Source, region: Region) -> Found:
    """Two neighbours that bind names to constants, or to other plain names, do not see each other."""
    for node in within(region):
        for one, other in neighbours(node, region.lines):
            if _binds_plainly(one) and _binds_plainly(other) and not _shared(one, other):
                yield (Edit(*source.span(one), source.segment(other)), Edit(*source.span(other), source.segment(one)))


ByHand = Callable[[Source, FunctionNode], Found]
Varied = Callable[[Source, Region], Found]

BY_HAND: Mapping[str, ByHand] = {
    "merge-nested-ifs": merge_nested_ifs,
    "return-the-condition": return_the_condition,
    "continue-early": continue_early,
    "any-of": any_of,
}
VARIED: Mapping[str, Varied] = {
    "rename-local": rename_local,
    "name-the-result": name_the_result,
    "de-morgan": use_de_morgan,
    "turn-the-test": turn_the_test,
    "swap-independent": swap_independent,
}


def _blocks(function: FunctionNode) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _returned(node: ast.stmt) -> object:
    return node.value.value if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) else None


def _is_elif(source: Source, node: ast.If) -> bool:
    return source.text.startswith("elif", source.span(node)[0])


def _operand(source: Source, node: ast.expr) -> str:
    """The text, in brackets unless it binds tighter than any operator."""
    text = source.segment(node)
    tight = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Constant | ast.Subscript)
    return text if tight and "\n" not in text else f"({text})"


def _plain_lines(source: Source, outer: ast.stmt, inner: ast.If) -> bool:
    """Headers of one line each, nothing but them before the inner body, spaces only."""
    first = inner.body[0].lineno
    rows = source.lines[outer.lineno - 1 : first - 1]
    in_order = inner.lineno == outer.lineno + 1 and first == inner.lineno + 1
    return in_order and not any("#" in row or "\t" in row for row in rows)


def _holds_strings(node: ast.stmt) -> bool:
    """A string over several lines would change with its indentation."""
    strings = (n for n in ast.walk(node) if isinstance(n, ast.Constant | ast.JoinedStr))
    return any(n.end_lineno != n.lineno for n in strings)


def _commented(source: Source, first: int, last: int) -> bool:
    return any("#" in line for line in source.lines[first - 1 : last])


def _alone_on_line(source: Source, node: ast.stmt) -> bool:
    return not source.lines[node.lineno - 1][: node.col_offset].strip()


def _binds_plainly(node: object) -> bool:
    if not isinstance(node, ast.Assign) or not all(isinstance(t, ast.Name) for t in node.targets):
        return False
    return isinstance(node.value, ast.Constant)


def _shared(one: ast.stmt, other: ast.stmt) -> bool:
    names = [{n.id for n in ast.walk(each) if isinstance(n, ast.Name)} for each in (one, other)]
    return bool(names[0] & names[1])
