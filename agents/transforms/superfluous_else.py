"""Drops an `else:` that every earlier branch leaves before.

Why: the main path of a function then stands at its left margin, one level less deep.

Language rules:
- a branch leaves when it ends in return, raise, continue or break on every path; then running past
  the chain is the same as entering its `else`;
- the last expression of a `with` body or of `try` proves nothing (a context manager may swallow an
  exception, a `finally` may redirect), so such branches do not count as leaving;
- an `elif` of such a chain may be written `if`; that is done where it stands at the function's own
  level, and not in loops or branches, where it would read as deeper logic than it is;
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
    leaves,
    moved_left,
    own_blocks,
    places,
    settled,
)
from agents.transforms.rewrite import Edit, ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Function, Source, find_functions
from pyagent.model import ChangeClass

NAME = "superfluous-else"
CHANGE_CLASS = ChangeClass.A

CHANGES = (
    (
        """\
def f(a):
    if a:
        return 1
    else:
        b = 2
        return b
""",
        """\
def f(a):
    if a:
        return 1
    b = 2
    return b
""",
    ),
    (
        """\
def f(a):
    if a == 1:
        return 1
    elif a == 2:
        raise ValueError
    else:
        return 3
""",
        """\
def f(a):
    if a == 1:
        return 1
    if a == 2:
        raise ValueError
    return 3
""",
    ),
    (
        """\
def f(a):
    for b in a:
        if b:
            continue
        elif a:
            break
        else:
            print(b)
""",
        """\
def f(a):
    for b in a:
        if b:
            continue
        elif a:
            break
        print(b)
""",
    ),
    (
        """\
def f(a):
    if a:
        return 1  # yes
    # between
    else:  # no

        # first
        return 2
        # last
""",
        """\
def f(a):
    if a:
        return 1  # yes
    # between
    # no

    # first
    return 2
    # last
""",
    ),
    (
        '''\
def f(a):
    if a:
        return 1
    else:
        return """
        kept
"""
''',
        '''\
def f(a):
    if a:
        return 1
    return """
        kept
"""
''',
    ),
    (
        """\
def f(a):
    if a: return 1
    else: return 2
""",
        """\
def f(a):
    if a: return 1
    return 2
""",
    ),
    (
        """\
def f(a, b):
    if a:
        return 1
    else:
        if b:
            return 2
        else:
            return a + \\
                b
""",
        """\
def f(a, b):
    if a:
        return 1
    if b:
        return 2
    return a + \\
        b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        return 1
    elif (b and
          a is None):
        return 2
    elif g(
        b
    ):
        return 3
    else:
        return 4
""",
        """\
def f(a, b):
    if a:
        return 1
    if (b and
        a is None):
        return 2
    if g(
        b
    ):
        return 3
    return 4
""",
    ),
)
KEEPS = (
    """\
def f(a):
    if a:
        b = 1
    else:
        b = 2
    return b
""",
    """\
def f(a):
    if a:
        return 1
    elif a is None:
        a = 2
    else:
        a = 3
    return a
""",
    """\
def f(a):
    if a:
        with a:
            raise ValueError
    else:
        return 2
""",
    """\
def f(a):
    if a:
        return 1
    elif a is None:
        return 2
    return 3
""",
    """\
if f:
    raise SystemExit
else:
    print(1)
""",
)
REFUSES = (
    (
        """\
def f(a):
    if a:
        return 1
    else \\
            :
        return 2
""",
        "f",
        "else-layout",
    ),
    (
        """\
def f(a):
    return a
""",
        "f",
        "no-site",
    ),
    (
        """\
def f(a):
    return a
""",
        "g",
        "no-function",
    ),
)


def sites(source: Source) -> tuple[Site, ...]:
    """Functions with superfluous `else:` lines."""
    return places(source, _find)


def rewrite(source: Source, name: str, facts: ProjectFacts) -> Rewrite | Refusal:  # noqa: ARG001 - the protocol of transforms
    """Drop every superfluous `else:` of one function."""
    words = _leaving_words(source, name)
    done = settled(source, name, _find, _normal)
    if isinstance(done, Refusal):
        return done
    edits, count = done
    return Rewrite(
        edits,
        title=f"Drop superfluous else after {' and '.join(words)} in {name}",
        why=f"Every earlier branch leaves, so {count} `else:` only indented what follows.",
        obligations=(
            "Every branch before the dropped `else:` ends in return, raise, continue or break on all paths.",
            "With such branches flattened, the syntax trees before and after are equal.",
        ),
    )


def _find(source: Source, function: Function) -> Iterator[Step]:
    own_level = "<locals>" not in function.name
    return (_dropped(source, links, split=own_level and depth == 0) for links, depth in _chains(source, function))


def _chains(source: Source, function: Function) -> Iterator[tuple[list[ast.If], int]]:
    for block in own_blocks(function.node):
        for links in chains(source, block):
            if links[-1].orelse and all(leaves(link.body) for link in links):
                yield links, block.depth


def _dropped(source: Source, links: list[ast.If], *, split: bool) -> Step:
    found = else_line(source, links[-1])
    if found is None:
        return Refusal(f"else-layout: the else of line {links[-1].lineno} is not one plain line")
    edits = [edit for link in links[1:] for edit in _as_if(source, link)] if split else []
    line_start = source.starts[found.line - 1]
    if found.column:
        return (*edits, Edit(line_start + len(found.indent), line_start + found.column, ""))
    body = links[-1].orelse
    comment = f"{found.indent}{found.comment}\n" if found.comment else ""
    edits.append(Edit(line_start, source.starts[found.line], comment))
    deep = indent_of(source, first_line(body[0]))
    lines = range(found.line + 1, block_end(source, body, deep) + 1)
    return (*edits, *moved_left(source, lines, deep, found.indent))


def _as_if(source: Source, link: ast.If) -> Iterator[Edit]:
    keyword = source.span(link)[0]
    yield Edit(keyword, keyword + len("elif"), "if")
    for line in sorted(aligned_lines(source, link)):
        yield Edit(source.starts[line - 1], source.starts[line - 1] + len("el"), "")


def _normal(text: str) -> str:
    tree = ast.parse(text)
    # Breadth first, reversed: what lies inside a list is flat before the list itself is.
    for node in reversed(tuple(ast.walk(tree))):
        for name in ("body", "orelse", "finalbody"):
            inner: list[ast.stmt] | ast.expr | None = getattr(node, name, None)
            if isinstance(inner, list):
                setattr(node, name, _flat(inner))
    return ast.dump(tree)


def _flat(statements: list[ast.stmt]) -> list[ast.stmt]:
    flat: list[ast.stmt] = []
    for statement in statements:
        flat.append(statement)
        if isinstance(statement, ast.If) and statement.orelse and leaves(statement.body):
            flat += statement.orelse
            statement.orelse = []
    return flat


def _leaving_words(source: Source, name: str) -> list[str]:
    chains = (links for function in find_functions(source, name) for links, _ in _chains(source, function))
    words = dict.fromkeys(type(link.body[-1]).__name__.lower() for links in chains for link in links)
    return [word for word in words if word != "if"] or ["leaving"]
