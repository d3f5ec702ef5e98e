"""The statements that could become a function: a run of one list, or the rest of an elif chain, in whole lines."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.transforms.source import FunctionNode, Source

MIN_LINES = 4
"""A shorter helper costs a reader more than it saves."""


Condition = ast.expr | ast.pattern | None
"""What a whole branch depends on."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive statements that own their lines."""

    statements: tuple[ast.stmt, ...]
    first: int
    """First line, leading comment lines included."""
    code: int
    """Line of the first statement (or its first decorator)."""
    last: int
    indent: str
    chained: bool
    """The block starts at `elif`: the call goes under a new `else`."""
    whole_list: bool

    @property
    def key(self) -> tuple[int, int, int]:
        """Where it stands: stays true while only lines below it change."""
        return self.code, self.last, len(self.indent)


def statement_lists(node: FunctionNode) -> Iterator[tuple[tuple[ast.stmt, ...], Condition]]:
    """Every statement list of the function with the condition it is the whole branch of.

    Nested functions and classes are left out; the rest of an elif chain is a list of one.
    """
    yield tuple(node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body), None
    for statement in node.body:
        yield from _inner_lists(statement)


def _inner_lists(statement: ast.stmt) -> Iterator[tuple[tuple[ast.stmt, ...], Condition]]:
    for statements in child_lists(statement):
        yield tuple(statements), _condition(statement, statements)
        for child in statements:
            yield from _inner_lists(child)


def _condition(statement: ast.stmt, statements: Sequence[ast.stmt]) -> Condition:
    if isinstance(statement, ast.If) and statements is statement.body:
        return statement.test
    cases = statement.cases if isinstance(statement, ast.Match) else []
    return next((case.pattern for case in cases if case.body is statements), None)


def child_lists(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The statement lists directly under a compound statement."""
    if isinstance(statement, FunctionNode | ast.ClassDef):
        return
    for _, value in ast.iter_fields(statement):
        if not isinstance(value, list):
            continue
        if value and isinstance(value[0], ast.stmt):
            yield value  # type: ignore[misc]  # a list that starts with a statement holds only statements
        for part in value:  # type: ignore[misc]  # handlers and cases hold a body each
            if isinstance(part, ast.ExceptHandler | ast.match_case):
                yield part.body


def block_of(source: Source, statements: Sequence[ast.stmt], i: int, j: int) -> Block | None:
    """The block of `statements[i..j]`; None when it shares a line with other code or is too short."""
    run = tuple(statements[i : j + 1])
    code = first_line(run[0])
    last = run[-1].end_lineno or run[-1].lineno
    line = source.lines[code - 1]
    indent = line[: len(line) - len(line.lstrip(" "))]
    if last - code + 1 < MIN_LINES or "\t" in line[: len(indent) + 1]:
        return None
    if not _starts_line(source, run[0], indent) or not _ends_line(source, run[-1]):
        return None
    chained = isinstance(run[0], ast.If) and line[len(indent) :].startswith("elif")
    floor = (statements[i - 1].end_lineno or 0) if i else 0
    first = _with_comments(source, code, indent, floor)
    return Block(run, first, code, last, indent, chained, len(run) == len(statements))


def first_line(statement: ast.stmt) -> int:
    """A statement's first line, decorators included."""
    if isinstance(statement, FunctionNode | ast.ClassDef):
        return min((statement.lineno, *(d.lineno for d in statement.decorator_list)))
    return statement.lineno


def _starts_line(source: Source, statement: ast.stmt, indent: str) -> bool:
    code = first_line(statement)
    if code > 1 and source.lines[code - 2].endswith("\\\n"):
        return False  # the line above goes on here
    alone = source.starts[code - 1] + len(indent)
    return code < statement.lineno or source.offset(code, statement.col_offset) == alone


def _ends_line(source: Source, statement: ast.stmt) -> bool:
    end = source.span(statement)[1]
    rest = source.text[end : source.starts[statement.end_lineno or statement.lineno]].strip()
    return not rest or rest.startswith("#")


def _with_comments(source: Source, code: int, indent: str, floor: int) -> int:
    line = code
    while line - 1 > floor and source.lines[line - 2].startswith(indent + "#"):
        line -= 1
    return line


def leading_comment(source: Source, block: Block) -> str:
    """The comment right above the block, as one text; empty when it speaks of something else.

    A comment ends with its paragraph and with the next comment of its level; one marked `#:`
    documents the attribute below it.
    """
    lines = [line.strip() for line in source.lines[block.first - 1 : block.code - 1]]
    if any(line.startswith("#:") for line in lines) or not _one_paragraph(source, block):
        return ""
    return " ".join(line.lstrip("#").strip() for line in lines)


def _one_paragraph(source: Source, block: Block) -> bool:
    body = source.lines[block.code : block.last]
    if any(line.startswith(block.indent + "#") for line in body):
        return False
    starts = (first_line(s) for s in block.statements[1:])
    return all(source.lines[start - 2].strip() for start in starts)
