"""Where two texts of one file differ, and edits that keep to what differs (pure)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from types import CodeType

from agents.transforms.source import FunctionNode, Source, functions


@dataclass(frozen=True, slots=True)
class Region:
    """A function of the newer text and those of its lines that the older text did not have there."""

    name: str
    node: FunctionNode
    lines: frozenset[int]


def new_lines(before: str, after: str) -> frozenset[int]:
    """Lines of `after`, from 1, that a diff calls added or changed; moved lines are added where they now stand."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return frozenset(
        line + 1 for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for line in range(start, end)
    )


def old_lines(before: str, after: str) -> frozenset[int]:
    """Lines of `before` that a diff calls removed or changed, and the one above each pure insertion."""
    matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    found = [(start, max(end, start + 1)) for tag, start, end, _, _ in matcher.get_opcodes() if tag != "equal"]
    return frozenset(line + 1 for start, end in found for line in range(start, end))


def regions(before: str, after: Source) -> tuple[Region, ...]:
    """The innermost functions of `after` that hold new lines."""
    fresh = new_lines(before, after.text)
    found = [(function, _own_lines(function.node) & fresh) for function in functions(after)]
    return tuple(Region(function.name, function.node, lines) for function, lines in found if lines)


def within(region: Region) -> Iterator[ast.AST]:
    """The region's function and its nodes that touch new lines; functions defined inside are their own regions."""
    yield region.node
    todo: list[ast.AST] = list(region.node.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.JoinedStr):
            continue  # positions inside an f-string are not exact before Python 3.12
        if isinstance(node, ast.expr | ast.stmt) and _touches(node, region.lines):
            yield node
        todo += ast.iter_child_nodes(node)


def neighbours(node: ast.AST, lines: frozenset[int]) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Statements that follow each other in one block of `node`, where a new line holds one of them."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for one, other in pairwise(block) if isinstance(block, list) else ():
            if lines & {one.lineno, other.lineno}:
                yield one, other


def names_of(function: FunctionNode) -> frozenset[str]:
    """Parameters and local names of a function."""
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    stored = (n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return frozenset([*(argument.arg for argument in given), *stored])


def same_code(one: bytes, other: bytes) -> bool:
    """Whether two files compile to the same instructions, wherever their lines are."""
    try:
        return _bare(compile(one, "f", "exec", dont_inherit=True)) == _bare(
            compile(other, "f", "exec", dont_inherit=True)
        )
    except (SyntaxError, ValueError):
        return False


def _bare(code: CodeType) -> tuple[object, ...]:
    constants = tuple(_bare(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_name)
    return (code.co_code, code.co_exceptiontable, constants, names, shape)


def _own_lines(node: FunctionNode) -> frozenset[int]:
    inner = {
        line
        for child in ast.walk(node)
        if child is not node and isinstance(child, FunctionNode)
        for line in range(child.lineno, (child.end_lineno or child.lineno) + 1)
    }
    return frozenset(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - inner


def _touches(node: ast.expr | ast.stmt, lines: frozenset[int]) -> bool:
    """A simple statement or an expression by all its lines, a compound statement by its header's."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
    return any(line in lines for line in range(node.lineno, max(last, node.lineno) + 1))
