"""What is shown to run the same steps behaves alike, and each small thing that matters is a difference."""

import argparse
import asyncio.base_events
import inspect
import textwrap
import typing
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.transforms import collapse_else_if, merge_equal_branches, superfluous_else
from repos.bytecode.sameness import difference
from repos.mutants.choice import mutants
from tests.plugins.random_functions import functions, rewritten, trace


def function(body: str) -> bytes:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f'def f(c, t, xs):\n    """Says."""\n{lines}'.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for x in xs:\n    if c(x):\n        t(x)", "for x in xs:\n    if not c(x):\n        continue\n    t(x)"),
        ("if c(1):\n    return 1\nelse:\n    t(2)", "if c(1):\n    return 1\nt(2)"),
        ("if c:\n    t(1)\nelse:\n    if xs:\n        t(2)", "if c:\n    t(1)\nelif xs:\n    t(2)"),
        ("if c:\n    if xs:\n        t(1)", "if c and xs:\n    t(1)"),
        ("if c:\n    t(1)\nelif xs:\n    t(1)", "if c or xs:\n    t(1)"),
        ("if c in xs:\n    t(1)\nelse:\n    t(2)", "if c not in xs:\n    t(2)\nelse:\n    t(1)"),
        ("if c is xs:\n    t(1)", "if c is not xs:\n    return\nt(1)"),
        ("if c is None:\n    t(1)", "if c is not None:\n    return None\nt(1)"),
        ("while c():\n    if t():\n        t(1)\n    else:\n        break\nelse:\n    t(3)",
         "while c():\n    if not t():\n        break\n    t(1)\nelse:\n    t(3)"),
        ("try:\n    if c:\n        t(1)\n    else:\n        return 2\nexcept KeyError:\n    t(3)\nfinally:\n    t(4)",
         "try:\n    if not c:\n        return 2\n    t(1)\nexcept KeyError:\n    t(3)\nfinally:\n    t(4)"),
        ("with c:\n    if xs:\n        return 1\n    else:\n        t()",
         "with c:\n    if xs:\n        return 1\n    t()"),
        ("def g():\n    if c:\n        return 1\n    else:\n        return 2\nreturn g",
         "def g():\n    if c:\n        return 1\n    return 2\nreturn g"),
        ("while True:\n    pass", "while 1:\n    ..."),
        ("if c:\n    return 1\nelse:\n    return 2", "if not c:\n    return 2\nreturn 1  # said"),
    ],
)  # fmt: skip
def test_other_words_for_the_same_steps(before: str, after: str) -> None:
    assert difference(function(before), function(after)) is None
    assert difference(function(after), function(before)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for x in xs:\n    if c(x):\n        t(x)", "for x in xs:\n    if not c(x):\n        break\n    t(x)"),
        ("if c == 1:\n    t(1)", "if c != 1:\n    return\nt(1)"),
        ("if c < 1:\n    t(1)", "if c >= 1:\n    return\nt(1)"),
        ("if c is xs:\n    t(1)", "if c is not xs:\n    t(1)"),
        ("return c in xs", "return c not in xs"),
        ("x = c in xs\nif x:\n    t(1)", "x = c not in xs\nif not x:\n    t(1)"),
        ("return c in xs and t", "return c not in xs and t"),
        ("if c is None:\n    t(1)", "if not c:\n    t(1)"),
        ("if c and xs:\n    t(1)", "if xs and c:\n    t(1)"),
        ("return 1", "return True"),
        ("return 0.0", "return -0.0"),
        ("return (1, 2)", "return (1, True)"),
        ("return 'a'", "return b'a'"),
        ("return lambda: 1", "return lambda: 2"),
        ("return c.a", "return c.b"),
        ("return c(t)", "return c(xs)"),
        ("return c(a=t)", "return c(b=t)"),
        ("return t", "return xs"),
        ("return abs", "return len"),
        ("x = 1\nt()\nreturn x", "y = 1\nt()\nreturn y"),
        ("t(1)\nt(2)", "t(2)\nt(1)"),
        ("while True:\n    pass", "return"),
        ("try:\n    t(1)\nexcept KeyError:\n    t(2)", "t(1)"),
        ("try:\n    t()\n    c()\nexcept KeyError:\n    t()",
         "try:\n    t()\nexcept KeyError:\n    t()\nelse:\n    c()"),
        ("try:\n    t(1)\nexcept KeyError:\n    t(2)", "try:\n    t(1)\nexcept ValueError:\n    t(2)"),
        ("try:\n    t(1)\nfinally:\n    t(2)", "try:\n    t(1)\nexcept Exception:\n    t(2)"),
        ("with c:\n    t(1)\n    t(2)", "with c:\n    t(1)\nt(2)"),
        ("assert c", "if not c:\n    raise AssertionError(1)"),
        ("async def g():\n    t()\nreturn g", "def g():\n    t()\nreturn g"),
        ("def g(a):\n    t()\nreturn g", "def g(b):\n    t()\nreturn g"),
        ("def g(a, /):\n    t()\nreturn g", "def g(a):\n    t()\nreturn g"),
        ("def g(*, a):\n    t()\nreturn g", "def g(a):\n    t()\nreturn g"),
        ("def g(a=1):\n    t()\nreturn g", "def g(a=2):\n    t()\nreturn g"),
        ("def g(a: int):\n    t()\nreturn g", "def g(a):\n    t()\nreturn g"),
        ("def g():\n    'Says.'\nreturn g", "def g():\n    'Tells.'\nreturn g"),
        ("def g():\n    yield t\nreturn g", "def g():\n    return t\nreturn g"),
        ("x = 1\ndef g():\n    return x\nreturn g", "def g():\n    x = 1\n    return x\nreturn g"),
        ("if c:\n    a = 1\nelse:\n    b = 2\nreturn vars()", "if not c:\n    b = 2\nelse:\n    a = 1\nreturn vars()"),
        ("class G:\n    a = 1\nreturn G", "class G:\n    a = 2\nreturn G"),
        ("return f'{c}'", "return f'{c!r}'"),
        ("return c[1:2]", "return c[1:3]"),
        ("global t2\nt2 = c", "t2 = c"),
        # Only without assertions or documentation:
        ("if not c():\n    assert False", "assert c()"),
        ("if __debug__:\n    t()", "t()"),
        ("return __debug__", "return True"),
        ("class G:\n    'Says.'\nreturn G", "class G:\n    __doc__ = 'Says.'\nreturn G"),
        # Only by the order of local names, read by another name or from an inner function:
        ("def g(vars=vars):\n    if c:\n        a = 1\n    else:\n        b = 1\n    return vars()\nreturn g",
         "def g(vars=vars):\n    if not c:\n        b = 1\n    else:\n        a = 1\n    return vars()\nreturn g"),
        ("if c:\n    a = 1\nelse:\n    b = 1\nreturn [t._getframe(1) for _ in xs]",
         "if not c:\n    b = 1\nelse:\n    a = 1\nreturn [t._getframe(1) for _ in xs]"),
        # Only by the order in which a set is built:
        ("for x in {'a', 'f'}:\n    t(x)", "for x in {'f', 'a'}:\n    t(x)"),
    ],
)  # fmt: skip
def test_each_of_these_is_a_difference(before: str, after: str) -> None:
    assert difference(function(before), function(after))
    assert difference(function(after), function(before))


def test_another_interpreter_is_a_difference() -> None:
    assert difference(b"#!/usr/bin/python\n", b"#!/usr/bin/python -O\n") == "the module"


def test_what_is_not_a_number_is_not_compared() -> None:
    for text in (b"x = 1e400 - 1e400\n", b"x = (1, 1e400 - 1e400)\n", b"x = (1e400 - 1e400) * 1j\n"):
        with pytest.raises(ValueError, match="not a number"):
            difference(text, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("while 1:\n" + "    f()\n" * 1000, "while 1:\n" + "    f()\n" * 1001),
        ("while 1:\n" + "    f(lambda: g())\n" * 800, "while 1:\n" + "    f(lambda: g())\n" * 801),
    ],
)
def test_a_text_with_endless_places_ends_in_words(before: str, after: str) -> None:
    with pytest.raises(ValueError, match="places to compare"):
        difference(before.encode(), after.encode())


def test_the_first_function_that_differs_is_named() -> None:
    assert (
        difference(b"class A:\n    def f(self):\n        return 1\n", b"class A:\n    def f(self):\n        pass\n")
        == "`A.f`"
    )
    assert difference(b"x = 1\n", b"x = 2\n") == "the module"
    assert difference(b"", b"# said\n") is None


@pytest.mark.parametrize("transform", [collapse_else_if, merge_equal_branches, superfluous_else])
def test_what_these_rewrites_do_is_shown(transform: ModuleType) -> None:
    assert [difference(*map(str.encode, pair)) for pair in transform.CHANGES] == [None] * len(transform.CHANGES)


@settings(max_examples=60, deadline=None)
@given(text=functions(), answers=st.lists(st.integers(0, 1), max_size=12), data=st.data())
def test_a_wrong_edit_that_is_shown_leaves_the_same_trace(text: str, answers: list[int], data: st.DataObject) -> None:
    found = mutants("f.py", text.encode(), range(1, 999))
    assume(found)
    edited = data.draw(st.sampled_from(found)).applied(text.encode())
    if _compiles(edited) and difference(text.encode(), edited) is None:
        assert trace(edited.decode(), answers) == trace(text, answers), edited


@settings(max_examples=60, deadline=None)
@given(text=functions(), answers=st.lists(st.integers(0, 1), max_size=12))
def test_a_rewrite_that_is_shown_leaves_the_same_trace(text: str, answers: list[int]) -> None:
    after = rewritten(text)
    if difference(text.encode(), after.encode()) is None:
        assert trace(after, answers) == trace(text, answers), after


@pytest.mark.parametrize("module", [argparse, asyncio.base_events, inspect, typing])
def test_real_modules_are_the_same_wherever_they_stand(module: ModuleType) -> None:
    text = Path(str(module.__file__)).read_bytes()
    assert difference(text, b"# above\n\n" + text) is None


def test_wrong_edits_of_real_code_are_differences_but_where_it_never_runs() -> None:
    text = Path(str(textwrap.__file__)).read_bytes()
    dead = text.splitlines().index(b"    if 0 and margin:") + 1
    found = mutants("textwrap.py", text, range(1, 999))
    same = {edit.line for edit in found if difference(text, edit.applied(text)) is None}
    assert len(found) > 300
    assert same == {dead + 1, dead + 2}


def _compiles(text: bytes) -> bool:
    try:
        compile(text, "f.py", "exec")
    except SyntaxError:
        return False
    return True
