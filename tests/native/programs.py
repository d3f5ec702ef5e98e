"""Random programs: nonsense that Python parses, with every statement and expression that metrics tell apart."""

import random
import re
from textwrap import indent

# `del`, a handler's name that is also a local and a walrus among bases are left out: docs/metrics.md says why.
LEAVES = ("a", "b", "x", "a.b", "1", "'s'", "None")
EXPRESSIONS = (
    "{e} and {e}",
    "{e} or {e} and {e}",
    "({e} or {e})",
    "({e} and {e})",
    "not {e}",
    "({e} if {e} else {e})",
    "(lambda q=({e}): {e})",
    "[{e} for i in ({e}) if {e}]",
    "{{{e}: {e} for i in ({e}) for j in ({e})}}",
    "g({e}, k={e})",
    "f({e})",
    "(w := {e})",
    "({e} < {e})",
    "a[{e}]",
    "({e} + {e})",
    "-({e})",
    "[{e}, {e}]",
    'f"{{({e})}}"',
)
SIMPLE = (
    "return {e}",
    "x = {e}",
    "y += {e}",
    "assert {e}, {e}",
    "a, (b, *c) = {e}",
    "import os.path as z",
    "from m import x",
    "x: int",
    "x: int = {e}",
    "raise y",
    "pass",
)
COMPOUND = (
    "if {e}:\n{s}",
    "if {e}:\n{s}elif {e}:\n{s}else:\n{s}",
    "for x in {e}:\n{s}",
    "for x, y in {e}:\n{s}else:\n{s}",
    "while {e}:\n{s}",
    "while {e}:\n{s}else:\n{s}",
    "try:\n{s}finally:\n{s}",
    "try:\n{s}except E as v:\n{s}except F:\n{s}else:\n{s}finally:\n{s}",
    "with {e} as x:\n{s}",
    "match {e}:\n    case 1 if {e}:\n        {l}\n    case [x, *y]:\n        {l}\n    case _:\n        {l}",
    "match {e}:\n    case 2 | 3:\n        {l}\n    case {{**z}}:\n        {l}\n    case w if {e}:\n        {l}",
    "@d({e})\ndef g(p, q={e}):\n{s}",
    "def f(p):\n{s}",
    "def h():\n{s}    return h",
    "class C(B):\n    a = {e}\n    def m(self):\n        {l}",
)
BLANK = re.compile(r"\{(\w)\}|\{\{|\}\}")


def program(chooser: random.Random) -> str:
    """A module with one function and what is nested in it."""
    return "def f(a, b=1):\n" + _suite(chooser, 4)


def _suite(chooser: random.Random, depth: int) -> str:
    return indent("".join(_statement(chooser, depth) + "\n" for _ in range(chooser.randint(1, 2))), "    ")


def _statement(chooser: random.Random, depth: int) -> str:
    is_simple = depth == 0 or chooser.random() < 0.3
    return _filled(chooser.choice(SIMPLE if is_simple else COMPOUND), chooser, depth - 1)


def _expression(chooser: random.Random, depth: int) -> str:
    return _filled(chooser.choice(LEAVES if depth <= 0 else (*LEAVES, *EXPRESSIONS)), chooser, depth - 1)


def _filled(template: str, chooser: random.Random, depth: int) -> str:
    """The template with something else in each blank: an (e)xpression, a (s)uite, or one (l)ine."""

    def fill(blank: re.Match[str]) -> str:
        match blank[1]:
            case "e":
                return _expression(chooser, min(depth, 2))
            case "s":
                return _suite(chooser, depth)
            case "l":
                return _filled(chooser.choice(SIMPLE), chooser, 1)
            case _:
                return blank[0][0]

    return BLANK.sub(fill, template)
