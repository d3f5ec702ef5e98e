"""A module's text with the spans of its syntax tree, and which parts of it say something a test could hear (pure)."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BOM = b"\xef\xbb\xbf"
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_LOGGERS = ("log", "logger", "logging")


@dataclass(frozen=True, slots=True)
class Source:
    """The text, its tree, and where its lines begin."""

    text: bytes
    tree: ast.Module
    starts: tuple[int, ...]
    """Byte offset of each line; a byte order mark lies before the first."""

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.ExceptHandler) -> tuple[int, int]:
        """First byte of a node and the one behind its last."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[end_line - 1] + end

    def part(self, node: ast.expr | ast.stmt | ast.keyword) -> bytes:
        """The bytes of a node; parentheses around it are not its own."""
        start, end = self.span(node)
        return self.text[start:end]


@dataclass(frozen=True, slots=True)
class Site:
    """A node that may be edited, and where it stands."""

    node: ast.AST
    statement: ast.stmt | ast.ExceptHandler
    """The innermost one around it."""
    function: Function | None
    last: bool
    """Whether its statement ends the body of its function."""


def read(text: bytes) -> Source | None:
    """The source; None for one that does not parse or is not UTF-8, whose offsets the tree does not tell."""
    try:
        if tokenize.detect_encoding(io.BytesIO(text).readline)[0] not in {"utf-8", "utf-8-sig"}:
            return None
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    mark = len(_BOM) if text.startswith(_BOM) else 0
    lines = text[mark:].splitlines(keepends=True)
    return Source(text, tree, tuple(accumulate(map(len, lines), initial=mark)))


def sites(tree: ast.Module) -> Iterator[Site]:
    """Every node that says what the program does.

    Left out, for no test of behaviour need notice: documentation, type hints, decorators' arguments, what log
    records hold, and what messages of exceptions, warnings and assertions are made from.
    """
    for statement in tree.body:
        yield from _statement(statement, None, last=False)


def header(statement: ast.stmt | ast.ExceptHandler) -> range:
    """The lines a statement runs by itself, without the body below it."""
    body: list[ast.stmt] = getattr(statement, "body", [])
    end = statement.end_lineno or statement.lineno
    return range(statement.lineno, max(statement.lineno, body[0].lineno - 1 if body else end) + 1)


def _statement(node: ast.stmt | ast.ExceptHandler, function: Function | None, *, last: bool) -> Iterator[Site]:
    if _says_nothing(node):
        return
    yield Site(node, node, function, last)
    inner = node if isinstance(node, Function) else function
    for child in _spoken(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler):
            yield from _statement(
                child, None if isinstance(node, ast.ClassDef) else inner, last=_ends(child, node, last)
            )
        elif isinstance(child, ast.match_case):
            for statement in child.body:
                yield from _statement(statement, inner, last=False)
        else:
            yield from (Site(part, node, function, last) for part in _expressions(child))


def _ends(child: ast.AST, node: ast.stmt | ast.ExceptHandler, last: bool) -> bool:  # noqa: FBT001 - private recursion
    """Whether nothing of the function follows a statement of `node`, which is itself `last` or the function."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return child is node.body[-1]
        case ast.If() | ast.With() | ast.AsyncWith():
            return last and child in (node.body[-1], *getattr(node, "orelse", ())[-1:])
        case _:
            return False


def _spoken(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a statement that are not left out."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
            yield from node.body
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from filter(None, (node.target, node.value))
        case ast.Assert():
            yield node.test
        case ast.Raise():
            return
        case _:
            yield from ast.iter_child_nodes(node)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and _is_message(node)):
        return
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.Call) and _called(node) == "cast":
        children = iter(node.args[1:])
    for child in children:
        yield from _expressions(child)


def _says_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr=name))):
            return name in _LOGGING and _name(holder).lower().endswith(_LOGGERS)
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
        case _:
            return False


def _is_message(call: ast.Call) -> bool:
    """Whether a call's arguments are for a reader: a warning's, or what is printed."""
    return _called(call) in {"warn", "warn_explicit", "print"}


def _called(call: ast.Call) -> str:
    return _name(call.func)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
