"""Writes `else:` whose only statement is an `if` as `elif`.

Why: a chain of cases reads as one chain, one level less deep.

Language rules:
- `elif` is defined as `else:` holding one `if`; the syntax trees before and after are equal;
- a comment between the two lines describes the case that follows, so it stays above the `elif`;
- a comment after the inner `if` belongs to the `else:` block and would change its place: declined;
- where the branch before holds one `if` too, the two mirror each other and stay as they are;
- where the earlier branches leave, the `else:` itself is superfluous and another transform drops it;
- white space inside strings is data, so lines that begin inside a string keep it.
"""

import ast
from collections.abc import Iterator

from agents.transforms.blocks import (
    Step,
    aligned_lines,
    block_end,
    chains,
    else_line,
    first_line,
    indent_of,
    last_line,
    leaves,
    moved_left,
    own_blocks,
    places,
    settled,
)
from agents.transforms.rewrite import Edit, ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Function, Source
from pyagent.model import ChangeClass

NAME = "collapse-else-if"
CHANGE_CLASS = ChangeClass.A

CHANGES = (
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:
        if b:
            b = 2
    return b
""",
        """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 2
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:
        # two
        if b:
            b = 2
        else:
            # three
            b = 3
    return b
""",
        """\
def f(a, b):
    if a:
        b = 1
    # two
    elif b:
        b = 2
    else:
        # three
        b = 3
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:  # one
        if b:  # two
            b = 2
    return b
""",
        """\
def f(a, b):
    if a:
        b = 1
    # one
    elif b:  # two
        b = 2
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:
        if b:
            b = 2
        else:
            if a is None:
                b = '''
                3'''
    return b
""",
        """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 2
    elif a is None:
        b = '''
                3'''
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:
        if (b and
            a is None):
            b = 2
    return b
""",
        """\
def f(a, b):
    if a:
        b = 1
    elif (b and
          a is None):
        b = 2
    return b
""",
    ),
)
KEEPS = (
    """\
def f(a, b):
    if a:
        b = 1
    else:
        if b:
            b = 2
        b += 1
    return b
""",
    """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 2
    return b
""",
    """\
def f(a, b):
    if a:
        return 1
    else:
        if b:
            b = 2
    return b
""",
    """\
def f(a, b):
    if a:
        if b:
            b = 1
    else:
        if b:
            b = 2
    return b
""",
)
REFUSES = (
    (
        """\
def f(a, b):
    if a:
        b = 1
    else:
        if b:
            b = 2
        # nothing else
    return b
""",
        "f",
        "comment-displaced",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    else \\
        :
        if b:
            b = 2
""",
        "f",
        "else-layout",
    ),
)


def sites(source: Source) -> tuple[Site, ...]:
    """Functions with an `if` alone in an `else:`."""
    return places(source, _find)


def rewrite(source: Source, name: str, facts: ProjectFacts) -> Rewrite | Refusal:  # noqa: ARG001 - the protocol of transforms
    """Write every `else:` + `if` of one function as `elif`."""
    done = settled(source, name, _find, lambda text: ast.dump(ast.parse(text)))
    if isinstance(done, Refusal):
        return done
    edits, count = done
    return Rewrite(
        edits,
        title=f"Write else-if as elif in {name}",
        why=f"{count} `else:` held a single `if`; as `elif` the chain reads as one and nests less.",
        obligations=("The syntax trees before and after are equal.",),
    )


def _find(source: Source, function: Function) -> Iterator[Step]:
    for block in own_blocks(function.node):
        for links in chains(source, block):
            inner = _lone_if(links[-1].orelse)
            mirrored = _lone_if(links[-1].body) is not None
            if inner and not mirrored and not all(leaves(link.body) for link in links):
                yield _collapsed(source, links[-1], inner)


def _lone_if(statements: list[ast.stmt]) -> ast.If | None:
    only = statements[0] if len(statements) == 1 else None
    return only if isinstance(only, ast.If) else None


def _collapsed(source: Source, branch: ast.If, inner: ast.If) -> Step:
    found = else_line(source, branch)
    if found is None:
        return Refusal(f"else-layout: the else of line {branch.lineno} is not one plain line")
    deep = indent_of(source, first_line(inner))
    end = block_end(source, [inner], deep)
    if _comment_outside(source, inner, deep, end):
        return Refusal(f"comment-displaced: a comment at the end of the else of line {found.line} would leave it")
    start = source.starts[found.line - 1]
    comment = f"{found.indent}{found.comment}\n" if found.comment else ""
    above = moved_left(source, range(found.line + 1, inner.lineno), deep, found.indent)
    keyword = source.span(inner)[0]
    head = Edit(source.starts[inner.lineno - 1], keyword + len("if"), f"{found.indent}elif")
    aligned = aligned_lines(source, inner)
    longer = moved_left(source, aligned, deep, found.indent + "  ")
    below = moved_left(source, set(range(inner.lineno + 1, end + 1)) - aligned, deep, found.indent)
    return (Edit(start, source.starts[found.line], comment), *above, head, *longer, *below)


def _comment_outside(source: Source, inner: ast.stmt, deep: str, end: int) -> bool:
    after = range(last_line(inner) + 1, end + 1)
    return any(source.lines[line - 1].strip() and indent_of(source, line) == deep for line in after)
