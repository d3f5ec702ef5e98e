"""Joins neighbouring branches with the same body into one test with `or`.

Why: the body is written once, so it cannot drift apart, and the reader sees one case instead of two.

Language rules:
- `if a: X elif b: X` and `if a or b: X` evaluate the same tests in the same order, each once, and stop
  at the first true one;
- `or` binds looser than every operator but the conditional expression, lambda and `:=`: those are put
  in parentheses, `and` too for the reader;
- the last `else:` is not joined: that would drop the evaluation of a test, which may have effects;
- bodies must be equal token by token, comments included; a comment beside or above the second test
  would lose its place, so it is declined.
"""

import ast
import io
import itertools
import tokenize
from collections.abc import Iterator

from agents.transforms.blocks import (
    Step,
    chains,
    first_line,
    has_comment,
    indent_of,
    last_line,
    own_blocks,
    places,
    settled,
)
from agents.transforms.rewrite import Edit, ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Function, Source
from pyagent.model import ChangeClass

NAME = "merge-equal-branches"
CHANGE_CLASS = ChangeClass.A

CHANGES = (
    (
        """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 1
    return b
""",
        """\
def f(a, b):
    if a or b:
        b = 1
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:
        return 0
    elif a and b:
        return 1
    elif (b := a):
        return 1
    else:
        return 2
""",
        """\
def f(a, b):
    if a:
        return 0
    elif (a and b) or (b := a):
        return 1
    else:
        return 2
""",
    ),
    (
        """\
def f(a, b):
    if a if b else b:
        b = 1  # one
        # end
    elif lambda: b:
        b = 1  # one
        # end
    return b
""",
        """\
def f(a, b):
    if (a if b else b) or (lambda: b):
        b = 1  # one
        # end
    return b
""",
    ),
    (
        """\
def f(a, b):
    if a:  # first
        b = 1
    elif b or not a:
        b = 1
    elif b is None:
        b = 1
    return b
""",
        """\
def f(a, b):
    if a or b or not a or b is None:  # first
        b = 1
    return b
""",
    ),
    (
        """\
def f(a, b):
    if b := a:
        b = 1
    elif b:
        b = 1
""",
        """\
def f(a, b):
    if (b := a) or b:
        b = 1
""",
    ),
)
KEEPS = (
    """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 1.0
    return b
""",
    """\
def f(a, b):
    if a:
        b = 1
    else:
        b = 1
    return b
""",
    """\
def f(a, b):
    if a:
        b = 1
    elif b:
        b = 2
    elif a is None:
        b = 1
    return b
""",
)
REFUSES = (
    (
        """\
def f(a, b):
    if a:
        b = 1  # x
    elif b:
        b = 1  # y
    return b
""",
        "f",
        "comments-differ",
    ),
    (
        """\
def f(a, b):
    if a:
        b = 1
    # then
    elif b:
        b = 1
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
    elif b:  # then
        b = 1
    return b
""",
        "f",
        "comment-displaced",
    ),
    (
        """\
def f(a, b):
    if (a and
            b):
        b = 1
    elif b:
        b = 1
    return b
""",
        "f",
        "multi-line-test",
    ),
    (
        """\
def f(a, b):
    if a == 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx':
        b = 1
    elif b == 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy':
        b = 1
    return b
""",
        "f",
        "test-too-long",
    ),
)

_WIDTH = 79
"""PEP 8's line length; a file whose own lines are longer sets its own, up to `_WIDEST`."""
_WIDEST = 120


def sites(source: Source) -> tuple[Site, ...]:
    """Functions with neighbouring branches of equal body."""
    return places(source, _find)


def rewrite(source: Source, name: str, facts: ProjectFacts) -> Rewrite | Refusal:  # noqa: ARG001 - the protocol of transforms
    """Join all neighbouring equal branches of one function."""
    done = settled(source, name, _find, _normal)
    if isinstance(done, Refusal):
        return done
    edits, count = done
    return Rewrite(
        edits,
        title=f"Merge branches with equal bodies in {name}",
        why=f"{count} branch{'es' * (count > 1)} repeated the body of the one before; one test with `or` says so.",
        obligations=(
            "The joined tests are evaluated in the same order, each at most once.",
            "With equal neighbouring branches joined, the syntax trees before and after are equal.",
        ),
    )


def _find(source: Source, function: Function) -> Iterator[Step]:
    for block in own_blocks(function.node):
        for links in chains(source, block):
            for upper, lower in itertools.pairwise(links):
                if _dumps(upper.body) == _dumps(lower.body):
                    yield _joined(source, upper, lower)


def _dumps(statements: list[ast.stmt]) -> list[str]:
    return [ast.dump(statement) for statement in statements]


def _joined(source: Source, upper: ast.If, lower: ast.If) -> Step:
    first, second = _test_text(source, upper), _test_text(source, lower)
    if first is None or second is None:
        return Refusal(f"multi-line-test: a test of lines {upper.lineno} and {lower.lineno} spans several lines")
    if refused := _comments_lost(source, upper, lower):
        return refused
    start, end, _ = first
    test = f"{_operand(upper.test, first[2])} or {_operand(lower.test, second[2])}"
    header = source.lines[upper.lineno - 1]
    if len(header.rstrip("\n")) - (end - start) + len(test) > _width(source):
        return Refusal(f"test-too-long: the joined test of line {upper.lineno} does not fit on one line")
    repeated = Edit(source.starts[lower.lineno - 1], source.starts[_body_end(source, lower)], "")
    return Edit(start, end, test), repeated


def _body_end(source: Source, branch: ast.If) -> int:
    """Last line of a branch: its last statement or a comment below it that is indented deeper than the branch."""
    outer = indent_of(source, branch.lineno)
    end = last_line(branch.body[-1])
    for line in range(end + 1, len(source.lines) + 1):
        text = source.lines[line - 1].strip()
        deeper = len(indent_of(source, line)) > len(outer)
        if text and not (text.startswith("#") and deeper):
            break
        if text:
            end = line
    return end


def _test_text(source: Source, branch: ast.If) -> tuple[int, int, str] | None:
    """Start, end and text of all between the keyword and the colon; None over several lines or with a comment."""
    keyword = source.span(branch)[0]
    start = keyword + (len("elif") if source.text.startswith("elif", keyword) else len("if"))
    end = source.text.find(":", source.span(branch.test)[1])
    text = source.text[start:end]
    if "\n" in text or has_comment(text):
        return None
    start += len(text) - len(text.lstrip())
    return start, start + len(text.strip()), text.strip()


def _operand(test: ast.expr, text: str) -> str:
    loose = isinstance(test, ast.NamedExpr | ast.IfExp | ast.Lambda)
    loose |= isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)
    return f"({text})" if loose and not _wrapped(text, test) else text


def _wrapped(text: str, test: ast.expr) -> bool:
    """Whether one pair of parentheses already holds the whole test."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    try:
        # In brackets `a) and (b` is an error, while `a := b` is not.
        inside = ast.parse(f"[{text[1:-1]}]", mode="eval").body
    except SyntaxError:
        return False
    return isinstance(inside, ast.List) and [ast.dump(each) for each in inside.elts] == [ast.dump(test)]


def _comments_lost(source: Source, upper: ast.If, lower: ast.If) -> Refusal | None:
    above = range(last_line(upper.body[-1]) + 1, lower.lineno)
    outer = len(indent_of(source, lower.lineno))
    displaced = any(source.lines[n - 1].strip() and len(indent_of(source, n)) <= outer for n in above)
    if displaced or _header_comment(source, lower):
        return Refusal(f"comment-displaced: a comment stands above or beside the test of line {lower.lineno}")
    if _tokens(source, upper) != _tokens(source, lower):
        return Refusal(
            f"comments-differ: the equal bodies below lines {upper.lineno} and {lower.lineno} are not written alike"
        )
    return None


def _header_comment(source: Source, branch: ast.If) -> bool:
    if branch.lineno == first_line(branch.body[0]):
        return False
    tail = source.text[source.span(branch.test)[1] : source.starts[branch.lineno]]
    return "#" in tail


def _tokens(source: Source, branch: ast.If) -> list[str]:
    begin = source.span(branch.body[0])[0]
    if branch.lineno != first_line(branch.body[0]):
        begin = source.starts[branch.lineno]
    text = source.text[begin : source.starts[_body_end(source, branch)]]
    lines = io.StringIO("if 1:\n" + text if text[:1].isspace() else text)
    layout = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT)
    return [token.string for token in tokenize.generate_tokens(lines.readline) if token.type not in layout]


def _width(source: Source) -> int:
    longest = max(len(line.rstrip("\n")) for line in source.lines)
    return min(max(longest, _WIDTH), _WIDEST)


def _normal(text: str) -> str:
    return ast.dump(_Joining().visit(ast.parse(text)))


class _Joining(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        while len(node.orelse) == 1 and isinstance(below := node.orelse[0], ast.If):
            if _dumps(node.body) != _dumps(below.body):
                break
            node.test = ast.BoolOp(ast.Or(), [*_alternatives(node.test), *_alternatives(below.test)])
            node.orelse = below.orelse
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Or):
            node.values = _alternatives(node)
        return node


def _alternatives(test: ast.expr) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return [part for value in test.values for part in _alternatives(value)]
    return [test]
