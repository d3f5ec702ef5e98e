"""A fingerprint follows what a function says, not where it stands or how it is laid out."""

from textwrap import dedent, indent

import pyagent_native
import pytest

PLAIN = dedent("""
    def f(a, b=0xFF):
        '''Adds.

        Twice.
        '''
        # why
        return [a, b, g(a, "x")]
""")

REFORMATTED = dedent('''
    def f(
        a,
        b=0xff,
    ):
        """Adds.

        Twice.
        """

        return [  # because
            a,
            b,
            g(
                a, 'x'
            ),
        ]
''')


def fingerprint(source: str) -> str:
    """That of the first function of a module."""
    return pyagent_native.measure(source.encode()).functions[0].fingerprint


def test_a_reformatted_function_keeps_its_fingerprint() -> None:
    assert fingerprint(PLAIN) == fingerprint(REFORMATTED)


def test_a_moved_function_keeps_its_fingerprint() -> None:
    moved = "import os\n\nx = 1\n\nclass C:\n    y = 2\n" + indent(PLAIN, "    ")
    assert fingerprint(PLAIN) == fingerprint(moved)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(): return 1", "def f(): return 2"),
        ("def f(): return (x,)", "def f(): return (x)"),
        ("def f(): return x[1,]", "def f(): return x[1]"),
        ("def f(): return 'a'", "def f(): return 'A'"),
        ("def f(): return r'\\'' + 'a'", "def f(): return '\\'' + 'a'"),
        ("def f(): return 'a  b'", "def f(): return 'a b'"),
        ("def f(): return ab", "def f(): return a_b"),
        ("def f(): pass", "@cache\ndef f(): pass"),
        ("def f():\n  if a:\n    b()\n  c()", "def f():\n  if a:\n    b()\n    c()"),
        ("def f(): return f'{a}b'", "def f(): return f'{a}{b}'"),
        ("def f(): pass", "async def f(): pass"),
    ],
)
def test_another_meaning_is_another_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(): return (1, 2,)", "def f(): return (1, 2)"),
        ("def f(): return [1,]", "def f(): return [1]"),
        ("def f(a,): g(a,)", "def f(a): g(a)"),
        ("def f(): return 'it\\'s'", 'def f(): return "it\'s"'),
        ("def f(): return R'x'", "def f(): return r'x'"),
        ("def f():\n  a = 1; b = 2\n", "def f():\n    a = 1\n    b = 2\n"),
    ],
)
def test_another_layout_is_the_same_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize("above", ["x = 1\n", "if x:\n    y = 1\n", "def g():\n    if x:\n        return 1\n"])
def test_the_blocks_that_end_before_it_are_not_its_own(above: str) -> None:
    alone = pyagent_native.measure(PLAIN.encode()).functions[-1].fingerprint
    assert pyagent_native.measure(f"{above}\n{PLAIN}".encode()).functions[-1].fingerprint == alone
    inside = "class C:\n" + indent(f"{above}\n{PLAIN}", "    ")
    assert pyagent_native.measure(inside.encode()).functions[-1].fingerprint == alone
