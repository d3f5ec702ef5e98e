"""Turns a long last `if` into an early return, or an early continue in a loop.

Why: the condition is dealt with once at the top, and the work stands one level less deep.

Language rules:
- running past the last statement of a function returns None, past that of a loop body continues: so
  `if c: work` at such an end equals `if not c: return` (`continue`) before the work;
- `is`, `in` and `not` are exact opposites of `is not`, `not in` and the bare test; `!=` is taken for
  the opposite of `==`, which is the data model's default and its recommendation; `<` is not the
  opposite of `>=` (NaN, sets) and `not a < b` reads badly, so order comparisons are declined;
- `not (a and b)` equals `not a or not b`, with the same short circuit;
- only where it pays: the `if` holds most of its block, its work branches or loops itself, and it is
  long or the function nests deep; not where the work leaves (`if found: return it` reads well as it is);
- a comment above or beside the `if` speaks of the condition as written, so it is declined;
- white space inside strings is data, so lines that begin inside a string keep it.
"""

import ast
from collections.abc import Iterator

from agents.transforms.blocks import (
    Block,
    Step,
    block_end,
    first_line,
    indent_of,
    inner_lists,
    last_line,
    leaves,
    moved_left,
    own_blocks,
    places,
    settled,
)
from agents.transforms.opposites import canonical, inverted
from agents.transforms.rewrite import Edit, ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Function, FunctionNode, Source
from pyagent.model import ChangeClass

NAME = "guard-clause"
CHANGE_CLASS = ChangeClass.A

MIN_LINES = 8
"""Work of that many lines hides the end of its condition from the reader."""
MIN_NESTING = 3
"""In a function that nests so deep a level less is worth it for less work,"""
MIN_DEEP_LINES = 6
"""though not for a handful of lines."""

_NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)

CHANGES = (
    (
        """\
def f(a):
    print(a)
    if a == 1:
        for b in a:
            b.start()
            while b:
                b -= 1
            b.stop()
        print(b)
""",
        """\
def f(a):
    print(a)
    if a != 1:
        return

    for b in a:
        b.start()
        while b:
            b -= 1
        b.stop()
    print(b)
""",
    ),
    (
        """\
def f(a):
    for b in a:
        if not b:
            # why
            b = 1
            c = 2
            if a:
                print(b)
            # end
            print(c)
    return a
""",
        """\
def f(a):
    for b in a:
        if b:
            continue

        # why
        b = 1
        c = 2
        if a:
            print(b)
        # end
        print(c)
    return a
""",
    ),
    (
        """\
def f(a, b):
    if a is None:
        return 1
    if a and b not in a:
        for c in a:
            if c:
                print('''
    c''')
        a.close()
        b.close()
""",
        """\
def f(a, b):
    if a is None:
        return 1
    if not a or b in a:
        return None

    for c in a:
        if c:
            print('''
    c''')
    a.close()
    b.close()
""",
    ),
    (
        """\
def f(a):
    if (b := a):

        print(1)
        print(2)
        print(3)
        print(4)
        print(5)
        print(6)
        if f:
            print(b)
""",
        """\
def f(a):
    if not (b := a):
        return

    print(1)
    print(2)
    print(3)
    print(4)
    print(5)
    print(6)
    if f:
        print(b)
""",
    ),
)
KEEPS = (
    """\
def f(a):
    if a:
        print(1)
""",
    """\
def f(a):
    for b in a:
        if b:
            for c in b:
                print(c)
        print(a)
""",
    """\
def f(a):
    for b in a:
        if b:
            for c in b:
                print(c)
            a = c
            print(a)
            print(b)
            print(c)
            return b
""",
    """\
def f(a):
    print(1)
    print(2)
    print(3)
    print(4)
    print(5)
    print(6)
    print(7)
    print(8)
    print(9)
    if a:
        for b in a:
            if b:
                a = b
                print(a)
                print(b)
                print(f)
""",
)
REFUSES = (
    (
        """\
def f(a):
    for b in a:
        # only full ones
        if b:
            for c in b:
                if c:
                    print(a)
                    print(b)
                    print(c)
            print(b)
""",
        "f",
        "comment-displaced",
    ),
    (
        """\
def f(a):
    for b in a:
        if b:  # full
            for c in b:
                if c:
                    print(a)
                    print(b)
                    print(c)
            print(b)
""",
        "f",
        "comment-displaced",
    ),
    (
        """\
def f(a):
    for b in a:
        if (b and
                a):
            for c in b:
                if c:
                    print(a)
                    print(b)
                    print(c)
            print(b)
""",
        "f",
        "multi-line-test",
    ),
    (
        """\
def f(a):
    for b in a:
        if b < 3:
            for c in b:
                if c:
                    print(a)
                    print(b)
                    print(c)
            print(b)
""",
        "f",
        "unreadable-test",
    ),
)


def sites(source: Source) -> tuple[Site, ...]:
    """Functions and loops whose work hides in a last `if`."""
    return places(source, _find)


def rewrite(source: Source, name: str, facts: ProjectFacts) -> Rewrite | Refusal:  # noqa: ARG001 - the protocol of transforms
    """Leave early wherever that pays in one function."""
    done = settled(source, name, _find, _normal)
    if isinstance(done, Refusal):
        return done
    edits, count = done
    return Rewrite(
        edits,
        title=f"Leave early in {name}",
        why=f"{count} last `if` held the work; inverted, it leaves early and the work nests less.",
        obligations=(
            "The inverted `if` was the last statement of its function or loop body and had no else.",
            "With early leaves folded back, the syntax trees before and after are equal.",
        ),
    )


def _find(source: Source, function: Function) -> Iterator[Step]:
    deep = _nesting(function.node.body) >= MIN_NESTING
    for block in own_blocks(function.node):
        last = block.statements[-1]
        word = _leaving_word(block, function.node)
        if word and isinstance(last, ast.If) and not last.orelse and _pays(block, last, deep=deep):
            yield _guarded(source, block, last, word)


def _leaving_word(block: Block, function: FunctionNode) -> str:
    """How to leave a block early; empty where nothing short does."""
    if block.statements is function.body:
        return "return None" if _returns_values(function) else "return"
    owner = block.owner
    return "continue" if isinstance(owner, _LOOPS) and block.statements is owner.body else ""


def _returns_values(function: FunctionNode) -> bool:
    statements = (statement for block in own_blocks(function) for statement in block.statements)
    return any(isinstance(statement, ast.Return) and statement.value is not None for statement in statements)


def _pays(block: Block, last: ast.If, *, deep: bool) -> bool:
    lines = last_line(last) - last.lineno
    most = 2 * lines >= last_line(last) - first_line(block.statements[0])
    branches = any(isinstance(node, _NESTING) for statement in last.body for node in _own_walk(statement))
    return most and branches and not leaves(last.body) and lines >= (MIN_DEEP_LINES if deep else MIN_LINES)


def _own_walk(statement: ast.stmt) -> Iterator[ast.AST]:
    yield statement
    if not isinstance(statement, FunctionNode | ast.ClassDef):
        for inner in inner_lists(statement):
            for each in inner:
                yield from _own_walk(each)


def _nesting(statements: list[ast.stmt]) -> int:
    return max((_depth(statement) for statement in statements), default=0)


def _depth(statement: ast.stmt) -> int:
    if isinstance(statement, FunctionNode | ast.ClassDef):
        return 0
    below = max((_nesting(inner) for inner in inner_lists(statement)), default=0)
    return below + isinstance(statement, _NESTING)


def _guarded(source: Source, block: Block, last: ast.If, word: str) -> Step:
    keyword, test_end = source.span(last)[0], source.span(last.test)[1]
    header_end = source.starts[last.lineno]
    colon = source.text.find(":", test_end)
    if not colon < header_end or "\n" in source.text[keyword:test_end]:
        return Refusal(f"multi-line-test: the test of line {last.lineno} spans several lines")
    if source.text[colon + 1 : header_end].strip() or _commented_above(source, block, last):
        return Refusal(f"comment-displaced: a comment above or beside line {last.lineno} speaks of its condition")
    test = inverted(source, last.test)
    if test is None:
        return Refusal(f"unreadable-test: the test of line {last.lineno} has no readable opposite")
    outer, deep = indent_of(source, last.lineno), indent_of(source, first_line(last.body[0]))
    blank = "" if not source.lines[last.lineno].strip() else "\n"
    guard = Edit(keyword, header_end, f"if {test}:\n{deep}{word}\n{blank}")
    lines = range(last.lineno + 1, block_end(source, last.body, deep) + 1)
    return guard, *moved_left(source, lines, deep, outer)


def _commented_above(source: Source, block: Block, last: ast.If) -> bool:
    above = last.lineno - 1
    floor = first_line(block.statements[0]) if len(block.statements) > 1 else block.owner.lineno
    return above > floor and source.lines[above - 1].strip().startswith("#")


def _normal(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            node.body = _folded(node.body, ast.Return)
        elif isinstance(node, _LOOPS):
            node.body = _folded(node.body, ast.Continue)
    return ast.dump(tree)


def _folded(statements: list[ast.stmt], leaving: type[ast.stmt]) -> list[ast.stmt]:
    for index, statement in enumerate(statements):
        rest = statements[index + 1 :]
        if isinstance(statement, ast.If) and not statement.orelse:
            if rest and _only_leaves(statement.body, leaving):
                return [
                    *statements[:index],
                    ast.If(canonical(statement.test, negated=True), _folded(rest, leaving), []),
                ]
            if not rest:
                return [*statements[:index], ast.If(canonical(statement.test), _folded(statement.body, leaving), [])]
    return statements


def _only_leaves(body: list[ast.stmt], leaving: type[ast.stmt]) -> bool:
    only = body[0] if len(body) == 1 else None
    if isinstance(only, ast.Return):
        value = only.value
        return leaving is ast.Return and (value is None or (isinstance(value, ast.Constant) and value.value is None))
    return isinstance(only, leaving)
