r"""One parsed Python file: exact positions on its own text, and the way back to its own bytes.

The text every transform sees has `\n` line ends only; encoding, byte order mark and CRLF come
back in `Source.encode`. Positions in `ast` count UTF-8 bytes in a line, positions here count
characters in the whole text; `Source.offset` is the only bridge.
"""

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
"""A `def` or an `async def`."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Unparsable:
    """Why a file cannot be worked on."""

    reason: str
    """Starts with a stable kebab-case word, then `: detail`."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a file and the nodes that enclose it, module first."""

    name: str
    """Qualified as Python does: `Class.method`, `outer.<locals>.inner`."""
    node: FunctionNode
    enclosing: tuple[ast.AST, ...]

    @property
    def line(self) -> int:
        """Line of the `def` keyword, decorators left aside."""
        return self.node.lineno


@dataclass(frozen=True, slots=True)
class Source:
    """A file that parses."""

    path: str
    text: str
    r"""Decoded, without byte order mark, line ends as `\n`."""
    tree: ast.Module
    lines: tuple[str, ...]
    r"""`text` cut after each `\n`; form feeds and Unicode separators end no line, as in Python's grammar."""
    starts: tuple[int, ...]
    """Offset of each line's first character, and of the end."""
    encoding: str
    bom: bool
    newline: str
    r"""`\n` or `\r\n`: what `encode` writes."""

    def offset(self, line: int, column: int) -> int:
        """Character offset of an ast position (line from 1, column in UTF-8 bytes)."""
        if line > len(self.lines):
            return len(self.text)
        content = self.lines[line - 1]
        if content.isascii():
            return self.starts[line - 1] + column
        return self.starts[line - 1] + len(content.encode()[:column].decode())

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Start and end offsets of a node's own text (a function's decorators lie before it)."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """A node's own text, byte for byte."""
        start, end = self.span(node)
        return self.text[start:end]

    def encode(self, text: str) -> bytes:
        """Bytes of `text` in this file's encoding, byte order mark and line ends.

        Raises:
            UnicodeEncodeError: `text` holds a character that the file's own encoding lacks.
        """
        data = text.replace("\n", self.newline).encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data


def split_lines(text: str) -> tuple[str, ...]:
    r"""`text` cut after each `\n` and nowhere else (`str.splitlines` cuts at form feeds too)."""
    return tuple(_LINE.findall(text))


def parse_text(path: str, text: str) -> Source | Unparsable:
    r"""A UTF-8 source with `\n` line ends, from text."""
    return _parsed(path, text, "utf-8", bom=False, newline="\n")


def parse_source(path: str, data: bytes) -> Source | Unparsable:
    """A file's bytes as a Source; honours byte order mark and PEP 263 cookie."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        bom = data.startswith(codecs.BOM_UTF8)
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8" if bom else encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Unparsable(f"undecodable: {error}")
    crlf = text.count("\r\n")
    newline = "\r\n" if crlf else "\n"
    if text.count("\r") != crlf or (crlf and text.count("\n") != crlf):
        return Unparsable("mixed-line-ends: the file mixes line ends, so it cannot be written back unchanged")
    return _parsed(path, text.replace("\r\n", "\n"), "utf-8" if bom else encoding, bom=bom, newline=newline)


def _parsed(path: str, text: str, encoding: str, *, bom: bool, newline: str) -> Source | Unparsable:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape in a target is no news about us
            tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return Unparsable(f"syntax: {error}")
    except (RecursionError, MemoryError):
        return Unparsable("too-deep: the file nests deeper than the parser's stack")
    lines = split_lines(text)
    starts = (0, *accumulate(len(line) for line in lines))
    return Source(path, text, tree, lines, starts, encoding, bom, newline)


def functions(source: Source) -> tuple[Function, ...]:
    """Every function of the file, by line; overloads and property setters repeat their name."""
    return tuple(_walk(source.tree, "", (source.tree,)))


def _walk(node: ast.AST, prefix: str, enclosing: tuple[ast.AST, ...]) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield Function(prefix + child.name, child, enclosing)
            yield from _walk(child, f"{prefix}{child.name}.<locals>.", (*enclosing, child))
        elif isinstance(child, ast.ClassDef):
            yield from _walk(child, f"{prefix}{child.name}.", (*enclosing, child))
        else:
            yield from _walk(child, prefix, enclosing)


def find_functions(source: Source, name: str, line: int | None = None) -> tuple[Function, ...]:
    """The functions of that qualified name, narrowed to the one at `line` when given."""
    named = (f for f in functions(source) if f.name == name)
    return tuple(f for f in named if line is None or f.line == line)
