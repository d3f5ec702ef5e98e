"""Every statement that may let a function come to its end, then what a change makes of it."""

import ast

import pytest

from repos.gates.returns import mixed, newly_mixed
from tests.repos.gates.workshop import text


def is_mixed(body: str) -> bool:
    [function] = ast.parse("def f(a):\n" + "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))).body
    assert isinstance(function, ast.FunctionDef)
    return mixed(function)


@pytest.mark.parametrize(
    "body",
    [
        "if a:\n    return 1",
        "if a:\n    return 1\nreturn",
        "if a:\n    return 1\nelse:\n    a()",
        "for b in a:\n    return b",
        "while a:\n    return 1",
        "while True:\n    if a:\n        break\n    return 1",
        "while True:\n    for b in a:\n        pass\n    else:\n        break\n    return 1",
        "try:\n    return a()\nexcept ValueError:\n    pass",
        "with a:\n    a()\nif a:\n    return 1",
        "match a:\n    case 1:\n        return 1",
        "match a:\n    case 1:\n        return 1\n    case _:\n        a()",
    ],
)
def test_a_value_on_one_path_and_nothing_on_another(body: str) -> None:
    assert is_mixed(body)


@pytest.mark.parametrize(
    "body",
    [
        "a()",
        "return",
        "if a:\n    return\na()",
        "if a:\n    return None\na()",
        "if a:\n    return 1\nreturn None",
        "if a:\n    return 1\nelse:\n    raise ValueError",
        "if a:\n    return 1\nassert False",
        "while True:\n    if a:\n        return 1",
        "while True:\n    for b in a:\n        break\n    if a:\n        return 1",
        "for b in a:\n    a()\nelse:\n    return 1",
        "try:\n    b = a()\nexcept ValueError:\n    return 0\nelse:\n    return b",
        "try:\n    a()\nfinally:\n    return 1",
        "with a:\n    return 1",
        "match a:\n    case 1:\n        return 1\n    case b:\n        return b",
        "def g():\n    return 1\na(g, lambda: 1)",
        "if a:\n    yield 1\n    return 2\nreturn",
    ],
)
def test_one_kind_on_every_path(body: str) -> None:
    assert not is_mixed(body)


BASE = text("""
class C:
    def m(self, a):
        if a:
            return False
        return g(a)


def uneven(a):
    if a:
        return 1
""")


def test_a_return_that_lost_its_value_is_named() -> None:
    assert newly_mixed(BASE, BASE.replace(b"return False", b"return")) == ("C.m",)
    assert newly_mixed(BASE, BASE.replace(b"return g(a)", b"g(a)")) == ("C.m",)


def test_what_was_so_before_is_left_alone_and_so_is_what_was_taken_from_it() -> None:
    moved = BASE.replace(
        b"    if a:\n        return 1\n", b"    return h(a)\n\n\ndef h(a):\n    if a:\n        return 1\n"
    )
    assert moved != BASE
    assert newly_mixed(BASE, moved) == ()
    assert newly_mixed(BASE, BASE + b"\n\ndef other(a):\n    if a:\n        return 2\n") == ()


def test_a_new_function_is_asked_where_none_stood_before() -> None:
    even = BASE.partition(b"\n\ndef uneven")[0]
    assert newly_mixed(even, even + b"\n\ndef other(a):\n    if a:\n        return 2\n") == ("other",)


def test_a_text_that_does_not_parse_has_none() -> None:
    assert newly_mixed(b"def f(:", BASE) == newly_mixed(BASE, b"def f(:") == ()
