"""Which base lines a rewrite really touches, function by function (pure).

A diff of whole files may call an extracted block unchanged and the function around it new.
Comparing each function with its namesake says what a reader means by moved and edited.
"""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from repos.gates.linediff import hunks

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = _Function | ast.ClassDef
_Place = ast.stmt | ast.ExceptHandler | ast.match_case

_BLANK = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
LAYOUT_TOKENS = frozenset({tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER, *_BLANK})


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a file: its lines, which of them carry code, and the scope each belongs to."""

    places: tuple[_Place, ...]
    lines: tuple[str, ...]
    code: frozenset[int]
    scopes: dict[str, tuple[int, ...]]
    """Qualified name to its lines; `` is the module. A definition's header belongs to the scope around it."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Base lines of code that a rewrite reaches."""

    edited: frozenset[int]
    """Removed, changed, or moved to another scope."""
    beside: frozenset[int]
    """Just before or just after a pure insertion, in its scope."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement by the lines coverage may report it under, and whether it must be seen running."""

    first: frozenset[int]
    executable: bool


def read(source: bytes) -> Text:
    """The text in its scopes; SyntaxError when it does not parse."""
    tree = ast.parse(source)
    lines = tuple(line.decode("utf-8", "surrogateescape") for line in source.splitlines())
    owners = [""] * (len(lines) + 1)
    _own(tree, owners, "", Counter())
    scopes: dict[str, list[int]] = {}
    for line, owner in enumerate(owners[1:], start=1):
        scopes.setdefault(owner, []).append(line)
    places = tuple(node for node in ast.walk(tree) if isinstance(node, _Place))
    return Text(places, lines, _code_lines(source, tree), {name: tuple(found) for name, found in scopes.items()})


def body(text: Text, name: str) -> range:
    """The lines of a function from its body's first, those of functions in it included; empty where it is not."""
    own = text.scopes.get(name)
    if not own:
        return range(0)
    inside = (lines[-1] for scope, lines in text.scopes.items() if scope.startswith(f"{name}."))
    return range(own[0], max(own[-1], *inside, own[0]) + 1)


def touched(before: Text, after: Text) -> Touched:
    """The base lines of code that a rewrite edits, moves to another scope, or writes beside."""
    edited: set[int] = set()
    beside: set[int] = set()
    for name, lines in before.scopes.items():
        others = after.scopes.get(name, ())
        written = {after.lines[line - 1] for line in others if line in after.code}
        for hunk in hunks([before.lines[line - 1] for line in lines], [after.lines[line - 1] for line in others]):
            gone = before.code.intersection(lines[hunk.start : hunk.end])
            edited |= gone
            if not gone and written.intersection(hunk.added):
                beside.update(_neighbours(before, lines, hunk.start))
    return Touched(frozenset(edited), frozenset(beside - edited))


def hides_body(text: Text, line: int) -> bool:
    """Whether a function's body starts on its header's line: that line runs at the definition, whoever calls."""
    written = text.lines[line - 1]
    indent = len(written) - len(written.lstrip())
    bodies = (place.body[0] for place in text.places if isinstance(place, _Function))
    return any(first.lineno == line and first.col_offset != indent for first in bodies)


def statement_at(text: Text, line: int) -> Statement:
    """The innermost statement that holds this line of code."""
    holders = [place for place in text.places if _start(place) <= line <= _end(place)]
    place = min(holders, key=lambda held: _end(held) - _start(held))
    return Statement(frozenset({_line(place), _start(place)}), executable=not _leaves_no_code(place))


def _neighbours(before: Text, lines: tuple[int, ...], at: int) -> Iterator[int]:
    earlier = [line for line in lines[:at] if line in before.code]
    later = [line for line in lines[at:] if line in before.code]
    yield from (*earlier[-1:], *later[:1])


def _own(node: ast.AST, owners: list[str], scope: str, seen: Counter[str]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Definition):
            name = f"{scope}.{child.name}" if scope else child.name
            seen[name] += 1
            # Overloads and conditional definitions share a name; their order tells them apart.
            inner = name if seen[name] == 1 else f"{name}#{seen[name]}"
            last_header = max(child.lineno, _start(child.body[0]) - 1)
            for line in range(last_header + 1, _end(child) + 1):
                owners[line] = inner
            _own(child, owners, inner, seen)
        else:
            _own(child, owners, scope, seen)


def _code_lines(source: bytes, tree: ast.Module) -> frozenset[int]:
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    code = {
        line for token in tokens if token.type not in LAYOUT_TOKENS for line in range(token.start[0], token.end[0] + 1)
    }
    return frozenset(code - {line for node in ast.walk(tree) for line in _docstring_lines(node)})


def _docstring_lines(node: ast.AST) -> range:
    if not isinstance(node, _Definition | ast.Module) or not node.body:
        return range(0)
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return range(first.lineno, _end(first) + 1)
    return range(0)


def _line(place: _Place) -> int:
    return place.pattern.lineno if isinstance(place, ast.match_case) else place.lineno


def _start(place: _Place) -> int:
    decorators = place.decorator_list if isinstance(place, _Definition) else []
    return min([_line(place), *(decorator.lineno for decorator in decorators)])


def _end(place: _Place) -> int:
    last = place.body[-1] if isinstance(place, ast.match_case) else place
    return last.end_lineno or last.lineno


def _leaves_no_code(place: _Place) -> bool:
    """The compiler emits nothing for these, so no run can ever show them executed."""
    match place:
        case ast.Global() | ast.Nonlocal():
            return True
        case ast.AnnAssign(value=None):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False
