"""What counts as one text is one to Python, and nothing else counts as one."""

import ast
from copy import deepcopy
from typing import Any

import pytest

from repos.gates.monitor.alike import alike

VALUES: dict[str, Any] = {"a": "x", "b": ["x", 3.25], "n": 7, "w": 12, "o": {"k": "{v}"}}
SAME = (
    ("not a in b", "a not in b"),
    ("not a is b", "a is not b"),
    ("u'abc'", "'abc'"),
    ("f'abc'", "'abc'"),
    ("f'{{}}'", "'{}'"),
    ("f'{{{n}}}'", "'{{{}}}'.format(n)"),
    ("f'{str(n)}'", "f'{n!s}'"),
    ("f'{repr(a)}'", "'{!r}'.format(a)"),
    ("'{} and {}'.format(a, n)", "f'{a} and {n}'"),
    ("'{1} and {0}'.format(a, n)", "f'{n} and {a}'"),
    ("'{0}{0}'.format(a)", "f'{a}{a}'"),
    ("'{text!r:>9}'.format(text=a)", "f'{a!r:>9}'"),
    ("'{:.2f}'.format(b[1])", "f'{b[1]:.2f}'"),
    ("'{}'.format(str('\\n'))", "'{!s}'.format('\\n')"),
    ("'abc'.encode('utf-8')", "b'abc'"),
    ("'abc'.encode()", "b'abc'"),
    ("f'{len(b)} {n}'", "'{} {}'.format(len(b), n)"),
    ("[f'{a}', u'b']", "['{}'.format(a), 'b']"),
)
DIFFERENT = (
    ("a in b", "a not in b"),
    ("not (a in b in o)", "a not in b"),
    ("f'{a}'", "f'{n}'"),
    ("f'{a}{n}'", "f'{n}{a}'"),
    ("f'{a!r}'", "f'{a!s}'"),
    ("f'{n:>9}'", "f'{n:<9}'"),
    ("'{} {}'.format(a, n)", "f'{n} {a}'"),
    ("'{1} {0}'.format(a.pop(), n.pop())", "f'{n.pop()} {a.pop()}'"),
    ("'{0}{0}'.format(a.pop())", "f'{a.pop()}{a.pop()}'"),
    ("'{0.real}'.format(n)", "f'{n}'"),
    ("'{}'.format(a, n.pop())", "f'{a}'"),
    ("'{}'.format(*b)", "f'{b}'"),
    ("'{k}'.format(**o)", "f'{o}'"),
    ("'{:{}}'.format(n, w)", "f'{n}'"),
    ("'{'.format(a)", "f'{a}'"),
    ("'{}'.format()", "'{}'"),
    ("'abc'.encode('utf-16')", "b'abc'"),
    ("'ä'.encode('latin-1')", "'ä'.encode()"),
    ("str('abc')", "'abc'"),
    ("f'{b} {b.pop()}'", "'{} {}'.format(b, b.pop())"),
    ("'{} {}'.format(str(b), b.pop())", "'{!s} {}'.format(b, b.pop())"),
    ("'{0} {}'.format(a, n)", "f'{a} {n}'"),
    ("f'{{n}}'", "f'{n}'"),
)
BRACED = (
    ("f'{n:x\\x7d}'", "f'{n:x}\\x7d'"),
    ("f'{n:\\x7b}t'", "'{:{{}t'.format(n)"),
)
"""Specifications with a brace: `ast.unparse` writes another literal for them, so their text proves nothing."""


def told(text: str, *rebound: str) -> str:
    return alike(ast.parse(text, mode="eval").body, rebound)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_text_for_what_python_reads_as_one(one: str, other: str) -> None:
    assert told(one) == told(other)
    assert eval(one, deepcopy(VALUES)) == eval(other, deepcopy(VALUES))  # noqa: S307 - our own text


@pytest.mark.parametrize(("one", "other"), DIFFERENT + BRACED)
def test_what_may_mean_something_else_keeps_its_own_text(one: str, other: str) -> None:
    assert told(one) != told(other)


@pytest.mark.parametrize("text", [text for pair in SAME + DIFFERENT for text in pair])
def test_the_text_means_what_the_expression_means(text: str) -> None:
    def answer(source: str) -> object:
        try:
            return eval(source, deepcopy(VALUES))  # noqa: S307 - our own text
        except Exception as error:  # noqa: BLE001 - an exception is an answer
            return type(error)

    assert answer(told(text)) == answer(text)


@pytest.mark.parametrize("rebound", ["str", "*"])
def test_a_builtin_that_may_mean_something_else_here_is_left_alone(rebound: str) -> None:
    assert told("f'{str(a)}'", rebound) != told("f'{a!s}'", rebound)


def test_a_literal_that_stays_one_holds_what_it_held() -> None:
    text = "f\"{u'a'} {b.pop()}\""
    assert told(text) == ast.unparse(ast.parse(text))
