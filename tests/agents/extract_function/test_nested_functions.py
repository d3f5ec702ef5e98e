"""What a nested function has from the functions and classes around it stays with it, wherever its helper stands."""
# ruff: noqa: E501 - a small program reads best as one string

import textwrap

import pytest

from agents.transforms.extract_function import rewrite
from agents.transforms.rewrite import ProjectFacts, Refusal, apply_edits
from tests.agents.extract_function.cutting import every_cut, parsed, reasons
from tests.agents.extract_function.test_placement import run

LATER = """\
def outer(x):
    def f(a: Later, n) -> Later:
        b = a.v
        c = b + n
        return c
    return f(Later(x), 1)
class Later:
    def __init__(self, v):
        self.v = v
"""
OWN_CLASS = """\
class C:
    v = 4
    def m(self):
        def f(a: C, n):
            b = a.v
            c = b + n
            return c
        return f(self, 1)
"""
IMPORTED = """\
import sys, types
M = types.ModuleType("M")
M.__dict__.update({"__q": 1, "_C__q": 2})
sys.modules["M"] = M
class C:
    def m(self):
        def f(a):
            from M import __q as z
            b = a + z
            return b
        return f(1)
"""
STRING = "T = '''\n# heading'''\ndef outer():\n    def f(a):\n        b = a + 1\n        c = b + 1\n        return c\n    return f(1), T\n"


@pytest.mark.parametrize(
    ("text", "expression"), [(LATER, "outer(3)"), (OWN_CLASS, "C().m()"), (STRING, "outer()"), (IMPORTED, "C().m()")]
)
def test_every_cut_answers_as_before(text: str, expression: str) -> None:
    expected = run(text, expression)
    assert [run(after, expression) for _, after in every_cut(text)] == [expected] * len(every_cut(text))


@pytest.mark.parametrize("text", [LATER, OWN_CLASS])
def test_annotations_go_along_only_where_none_is_evaluated(text: str) -> None:
    helpers = [after.partition("def _moved_lines(")[2].partition(":\n")[0] for _, after in every_cut(text)]
    assert helpers
    assert not any(":" in helper or "->" in helper for helper in helpers)
    postponed = f"from __future__ import annotations\n{text}"
    assert any("def _moved_lines(a: " in after for _, after in every_cut(postponed))


@pytest.mark.parametrize(
    "line",
    ["k = lambda: __class__.__name__", "k = lambda a: super().g()", "k = super", "def k(self): return super().g()"],
)
def test_what_knows_the_class_through_the_method_stays(line: str) -> None:
    text = f"class C:\n    def m(self):\n        def f(a):\n            {line}\n            b = a\n            return b, k\n        return f(1)\n"
    assert "super" in reasons(text)
    assert not any(line in after.partition("\nclass C")[0] for _, after in every_cut(text))


@pytest.mark.parametrize("binding", ["import os as x", "def x(): pass", "[x := 1]", "pass"])
def test_a_name_shared_with_the_outer_function_stays(binding: str) -> None:
    inner = f"def g():\n  nonlocal x\n  {binding}\ng()\nreturn a\n"
    text = f"def outer():\n  x = 1\n  def f(a):\n{textwrap.indent(inner, '    ')}  f(1)\n  return x\n"
    assert "enclosing-name" in reasons(text)
    assert not any("nonlocal" in after.partition("\ndef outer")[0] for _, after in every_cut(text))


def test_a_decorator_that_compiles_the_outer_function_compiles_the_nested_one() -> None:
    text = "@njit\ndef outer(x):\n    def f(a):\n        b = a + 1\n        return b\n    return f(x)\n"
    assert every_cut(text) == []
    assert every_cut(text.replace("@njit\n", ""))


@pytest.mark.parametrize(
    "first", ["#!/usr/bin/env python\n", "# -*- coding: latin-1 -*-\n", "#!/bin/x\n# vim: fileencoding=utf-8\n"]
)
def test_lines_that_must_be_the_files_first_stay_so(first: str) -> None:
    text = f"{first}# about outer\ndef outer(x):\n    def f(a):\n        b = a + 1\n        return b\n    return f(x)\n"
    for _, after in every_cut(text):
        assert after.startswith(f"{first}def _moved_lines(")
        assert after.endswith(text.partition("# about")[1] + after.rpartition("# about")[2])


def test_of_two_functions_of_one_name_the_one_that_was_asked_for_is_cut() -> None:
    def branches(decisions: int) -> str:
        ifs = "".join(f"                if row == {n}:\n                    groups += row\n" for n in range(decisions))
        head = "    def f(rows):\n        groups = 0\n        for row in rows:\n            if row:\n"
        return f"{head}{ifs}        return groups\n"

    text = f"def outer():\n{branches(7)}    first = f\n{branches(9)}    return first, f\n"
    done = rewrite(parsed(text), "outer.<locals>.f", ProjectFacts(), limit=6)
    assert not isinstance(done, Refusal), done
    after = apply_edits(text, done.edits)
    assert f"def outer():\n{branches(7)}    first = f\n" in after
    assert branches(9) not in after
    assert run(after, "[f([1, 8, 3]) for f in outer()]") == run(text, "[f([1, 8, 3]) for f in outer()]")
