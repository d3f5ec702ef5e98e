"""Both sides of a patch, read once for every guard (pure).

A thing is new when the whole patch holds it more often after than before: what moved within the
patch, from file to file or from function to function, is not.
"""

import ast
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyagent.model import FileChange


@dataclass(frozen=True, slots=True)
class Side:
    """One file on one side, walked once.

    Prose is comments and docstrings. What stands in prose is no excuse for code: an address that a
    comment names is still new when the code begins to hold it. The other way round it is known.
    """

    path: str
    text: str
    nodes: tuple[ast.AST, ...]
    """Every node but docstrings, breadth first; none where Python cannot read the file."""
    code: tuple[str, ...] = ()
    """Texts the code can use, and the names it binds, for a name can carry text as well."""
    prose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """The files of a patch before and after; a side that does not exist has no entry."""

    before: tuple[Side, ...]
    after: tuple[Side, ...]

    def new(self, found: Callable[[Side], Iterable[str]]) -> Counter[str]:
        """What `found` finds in the files after, as often as it is more than before."""
        old, now = (Counter(key for side in sides for key in found(side)) for sides in (self.before, self.after))
        return now - old

    def texts(self) -> frozenset[str]:
        """Texts of code and prose that stand nowhere in the files before, not even as a part."""
        known = {text for side in self.before for text in (*side.code, *side.prose)}
        news = {text for side in self.after for text in (*side.code, *side.prose)} - known
        before = "\n".join((*(side.text for side in self.before), *known)) if news else ""
        return frozenset(text for text in news if text not in before)


def delta(files: Iterable[FileChange]) -> Delta:
    """The delta of a patch whose `before` was read from the base."""
    kept = tuple(files)
    return Delta(
        tuple(read(change.path, change.before) for change in kept if change.before is not None),
        tuple(read(change.path, change.after) for change in kept if change.after is not None),
    )


def read(path: str, body: bytes) -> Side:
    """A file as the guards see it; without nodes where it is not Python or does not parse."""
    text = body.decode("utf-8", "surrogateescape")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            every = tuple(ast.walk(ast.parse(body))) if path.endswith(".py") else ()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        every = ()
    documents = {id(constant): constant for node in every for constant in _docstring(node)}
    nodes = tuple(node for node in every if id(node) not in documents)
    prose = (*(str(constant.value) for constant in documents.values()), *_comments(text)) if nodes else ()
    return Side(path, text, nodes, tuple(_texts(nodes)) if nodes else (text,), prose)


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every text the code holds, bytes as Latin-1, pieces put together where `+` and `join` do; every name it binds."""
    for node in nodes:
        match node:
            case ast.Constant() | ast.BinOp() | ast.Call():
                text = folded(node)
                if text is not None:
                    yield text
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case _:
                pass


def _docstring(node: ast.AST) -> Iterator[ast.Constant]:
    match node:
        case ast.Module(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_]):
            yield found
        case ast.FunctionDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_]):
            yield found
        case ast.AsyncFunctionDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_]):
            yield found
        case ast.ClassDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_]):
            yield found
        case _:
            pass


def _comments(text: str) -> Iterator[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    yield from (token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT)


def folded(node: ast.AST) -> str | None:
    """The text that constants make which `+`, `join` or an f-string puts together; None where it is not all text."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = folded(left), folded(right)
            return one + other if one is not None and other is not None else None
        case ast.Call(
            func=ast.Attribute(value=between, attr="join"), args=[ast.List(elts=parts) | ast.Tuple(elts=parts)]
        ):
            mark, pieces = folded(between), [folded(part) for part in parts]
            return None if mark is None or None in pieces else mark.join(piece or "" for piece in pieces)
        case ast.JoinedStr(values=values):
            return "".join(folded(value) or "" for value in values)
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=bytes() as body):
            return body.decode("latin-1")
        case _:
            return None
