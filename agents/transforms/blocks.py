"""Statement lists as text: where a block begins and ends, and how its lines move left unharmed."""

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.transforms.rewrite import Edit, Refusal, Site, apply_edits
from agents.transforms.source import Function, FunctionNode, Source, find_functions, functions, parse_text, split_lines

Step = tuple[Edit, ...] | Refusal
"""What to do at one place, or why not."""
Find = Callable[[Source, Function], Iterator[Step]]
"""The places of one function, outermost first."""
Normal = Callable[[str], str]
"""Of a file's text: a form that is equal where the meaning is, under one transform's law."""

_STEPS = 500
"""No function has this many places; a transform that never settles is our bug, and must end."""
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_INTERPOLATED = ("FSTRING", "TSTRING")


@dataclass(frozen=True, slots=True)
class Block:
    """A statement list, the statement it belongs to, and how many branches or loops enclose it."""

    statements: list[ast.stmt]
    owner: ast.stmt
    depth: int


@dataclass(frozen=True, slots=True)
class ElseLine:
    """The line that says `else:`."""

    line: int
    indent: str
    comment: str
    """From `#` to the line's end; empty without one."""
    column: int
    """Where on the line the body begins; 0 when it begins on a later line."""


_ELSE = re.compile(r"(?P<indent>[ \t\f]*)else[ \t]*:[ \t]*(?P<rest>[^\n]*)")


def own_blocks(function: FunctionNode) -> Iterator[Block]:
    """Every statement list of the function, outer before inner; nested functions and classes are not entered."""
    return _blocks(Block(function.body, function, 0))


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for statement in block.statements:
        if isinstance(statement, FunctionNode | ast.ClassDef):
            continue
        deeper = block.depth + (not isinstance(statement, ast.With | ast.AsyncWith))
        for inner in inner_lists(statement):
            yield from _blocks(Block(inner, statement, deeper))


def inner_lists(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists directly inside a statement: bodies, handlers, cases."""
    for name in ("body", "orelse", "finalbody"):
        inner: list[ast.stmt] | None = getattr(statement, name, None)
        if inner:
            yield inner
    for name in ("handlers", "cases"):
        parts: list[ast.AST] = getattr(statement, name, [])
        for part in parts:
            yield from inner_lists(part)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether control never runs past the end of `body`: return, raise, continue or break on every path."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and leaves(last.body) and leaves(last.orelse)
    return isinstance(last, _LEAVING)


def is_elif(source: Source, statement: ast.stmt) -> bool:
    """Whether a statement is written `elif`."""
    return isinstance(statement, ast.If) and source.text.startswith("elif", source.span(statement)[0])


def chains(source: Source, block: Block) -> Iterator[list[ast.If]]:
    """Each `if` of a statement list with its `elif` branches, in order."""
    for statement in block.statements:
        if isinstance(statement, ast.If) and not is_elif(source, statement):
            yield _chain(source, statement)


def _chain(source: Source, head: ast.If) -> list[ast.If]:
    links = [head]
    while links[-1].orelse:
        following = links[-1].orelse[0]
        if not isinstance(following, ast.If) or not is_elif(source, following):
            break
        links.append(following)
    return links


def first_line(statement: ast.stmt) -> int:
    """Line a statement begins on, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def last_line(node: ast.stmt | ast.expr) -> int:
    """Line a statement or an expression ends on."""
    return node.end_lineno or node.lineno


def indent_of(source: Source, line: int) -> str:
    """White space a line begins with."""
    text = source.lines[line - 1]
    return text[: len(text) - len(text.lstrip(" \t\f"))]


def else_line(source: Source, branch: ast.If) -> ElseLine | None:
    """Where the `else:` of `branch` stands; None when it is written in a way not worth handling."""
    opening = first_line(branch.orelse[0])
    for line in range(last_line(branch.body[-1]) + 1, opening + 1):
        match = _ELSE.match(source.lines[line - 1])
        if match:
            same_line = line == opening
            comment = "" if same_line or not match["rest"].startswith("#") else match["rest"].rstrip()
            plain = same_line or bool(comment) or not match["rest"]
            return ElseLine(line, match["indent"], comment, match.start("rest") * same_line) if plain else None
    return None


def block_end(source: Source, statements: list[ast.stmt], indent: str) -> int:
    """Last line of a block, with the comments below it that are indented like it or deeper."""
    end = last_line(statements[-1])
    for line in range(end + 1, len(source.lines) + 1):
        text = source.lines[line - 1].strip()
        if text and not (text.startswith("#") and indent_of(source, line).startswith(indent)):
            break
        if text:
            end = line
    return end


@lru_cache(maxsize=8)
def string_lines(text: str) -> frozenset[int]:
    """Lines of a file that begin inside a string: their white space is data."""
    inside: set[int] = set()
    openings: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
        elif name.startswith(_INTERPOLATED) and name.endswith("_START"):
            openings.append(token.start[0])
        elif name.startswith(_INTERPOLATED) and name.endswith("_END"):
            inside.update(range(openings.pop() + 1, token.end[0] + 1))
    return frozenset(inside)


def moved_left(source: Source, lines: Iterable[int], old: str, new: str) -> list[Edit]:
    """Edits that give `lines` the indentation `new` for `old`; what begins inside a string stays."""
    fixed = string_lines(source.text)
    movable = (line for line in lines if line not in fixed and source.lines[line - 1].startswith(old))
    return [Edit(source.starts[line - 1], source.starts[line - 1] + len(old), new) for line in movable]


def aligned_lines(source: Source, branch: ast.If) -> frozenset[int]:
    """Later lines of a test that are aligned with its first line rather than hung below it.

    They have to follow when the keyword before the test becomes longer or shorter.
    """
    head = source.lines[branch.lineno - 1].rstrip()
    if head.endswith(("(", "[", "{")):
        return frozenset()
    column = source.span(branch.test)[0] - source.starts[branch.lineno - 1]
    later = range(branch.lineno + 1, last_line(branch.test) + 1)
    fixed = string_lines(source.text)
    return frozenset(line for line in later if line not in fixed and len(indent_of(source, line)) >= column)


def has_comment(text: str) -> bool:
    """Whether a piece of source holds a comment; a piece that does not tokenize alone counts as holding one."""
    try:
        return any(t.type == tokenize.COMMENT for t in tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline))
    except (tokenize.TokenError, SyntaxError):
        return True


def places(source: Source, find: Find) -> tuple[Site, ...]:
    """A Site per function name where `find` can do something, in file order."""
    counts: dict[str, Site] = {}
    for function in functions(source):
        count = sum(not isinstance(step, Refusal) for step in find(source, function))
        seen = counts.get(function.name)
        if count and seen:
            counts[function.name] = Site(function.name, seen.line, seen.count + count)
        elif count:
            counts[function.name] = Site(function.name, function.line, count)
    return tuple(counts.values())


def settled(source: Source, name: str, find: Find, normal: Normal) -> tuple[tuple[Edit, ...], int] | Refusal:
    """Edits that do every place of the functions called `name`, and how many; or the first reason why none.

    Places are done one at a time, each on a fresh parse, so nested ones cannot collide. In the end
    the `normal` form of the whole file must be what it was.
    """
    if not find_functions(source, name):
        return Refusal(f"no-function: {source.path} has no function {name}")
    current = source
    for count in range(_STEPS):
        steps = [step for function in find_functions(current, name) for step in find(current, function)]
        step = next((step for step in steps if not isinstance(step, Refusal)), None)
        if step is None:
            return _result(source, current, count, normal) or _first_refusal(steps, name)
        following = parse_text(source.path, apply_edits(current.text, step))
        if not isinstance(following, Source):
            return Refusal(f"layout: the text of {name} is laid out in a way this rewrite cannot keep")
        current = following
    return Refusal(f"unsettled: {name} has more than {_STEPS} places")


def _result(before: Source, after: Source, count: int, normal: Normal) -> tuple[tuple[Edit, ...], int] | Refusal | None:
    if not count:
        return None
    if normal(before.text) != normal(after.text):
        return Refusal(f"not-proven: the rewritten {before.path} is not shown to mean the same")
    return edits_between(before.text, after.text), count


def _first_refusal(steps: Iterable[Step], name: str) -> Refusal:
    nothing = Refusal(f"no-site: nothing to do in {name}")
    return next((step for step in steps if isinstance(step, Refusal)), nothing)


def edits_between(before: str, after: str) -> tuple[Edit, ...]:
    """Line-wise edits that turn `before` into `after`."""
    old, new = split_lines(before), split_lines(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = (code for code in matcher.get_opcodes() if code[0] != "equal")
    return tuple(Edit(starts[i1], starts[i2], "".join(new[j1:j2])) for _, i1, i2, j1, j2 in changed)
