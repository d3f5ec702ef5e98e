"""The block's own lines at another indentation: moved, never printed anew.

Language rule: indentation is part of the grammar only at the start of a logical line; inside a
string token every character is the string's, so those lines stay as they are byte for byte.
"""

import ast
import io
import textwrap
import tokenize

from agents.transforms.extract_function.blocks import Block
from agents.transforms.source import Source


def moved_lines(
    source: Source, block: Block, jumps: tuple[ast.Continue, ...], *, indent: str, replacement: str
) -> list[str]:
    """The lines of `block` at `indent`, its `elif` as `if`, each `continue` of `jumps` as `replacement`."""
    lines = list(source.lines[block.first - 1 : block.last])
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    for jump in sorted(jumps, key=lambda j: -j.col_offset):
        line = lines[jump.lineno - block.first]
        column = source.offset(jump.lineno, jump.col_offset) - source.starts[jump.lineno - 1]
        lines[jump.lineno - block.first] = line[:column] + replacement + line[column + len("continue") :]
    if block.chained:
        at = block.code - block.first
        lines[at] = lines[at].replace("elif", "if", 1)
    quoted = _string_lines(lines, block)
    return [line if n in quoted else _shifted(line, block.indent, indent) for n, line in enumerate(lines)]


def _shifted(line: str, old: str, new: str) -> str:
    stripped = line.lstrip(" ")
    if not stripped.strip():
        return line
    own = len(line) - len(stripped)
    if own < len(old):
        # Only a comment or the inside of brackets can stand left of its statement.
        return new + stripped
    return new + line[len(old) :]


def _string_lines(lines: list[str], block: Block) -> frozenset[int]:
    """Indices of lines that start inside a string token."""
    if not any(_spans_lines(n) for n in ast.walk(ast.Module([*block.statements], []))):
        return frozenset()
    found: set[int] = set()
    starts: list[int] = []
    text = "if 1:\n" + textwrap.indent("".join(lines), " ")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            found.update(range(token.start[0] + 1, token.end[0] + 1))
        elif name.endswith("STRING_START"):
            starts.append(token.start[0])
        elif name.endswith("STRING_END"):
            found.update(range(starts.pop() + 1, token.end[0] + 1))
    return frozenset(number - 2 for number in found)


def _spans_lines(node: ast.AST) -> bool:
    quoted = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
    return quoted and node.lineno != node.end_lineno  # type: ignore[attr-defined]  # every expression has lines
