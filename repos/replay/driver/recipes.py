"""Calls and values as they can be written down: source text that makes a value again, through calls where it must."""

from __future__ import annotations

import keyword
import sys
from typing import Any

from .anything import is_a, items_of, kind_of
from .expressing import Inexpressible, expression

_DEEPEST = 4
_LONGEST = 600


class Recipe:
    """How one value is made: a call of something by name, or of a method of what another recipe makes."""

    __slots__ = ("call", "callee", "owner")

    def __init__(self, callee: str, call: Any, owner: Any = None) -> None:
        """`callee` is `module.name`, or with an `owner` what follows it: `.method`, `.attribute`, `[0]`.

        `call` is `(positional, keywords)` whose values may be recipes; None where nothing is called.
        """
        self.callee, self.call, self.owner = callee, call, owner

    def with_call(self, call: Any) -> Recipe:
        """The same with other arguments."""
        return Recipe(self.callee, call, self.owner)

    def with_owner(self, owner: Any) -> Recipe:
        """The same of another object."""
        return Recipe(self.callee, self.call, owner)

    def text(self, modules: set[str]) -> str:
        """Source text, the modules it needs are added; Inexpressible where an argument has none."""
        text = _text(self, modules, _DEEPEST)
        if len(text) > _LONGEST:
            raise Inexpressible
        return text

    @property
    def parts(self) -> list[Recipe]:
        """Recipes of its object and its arguments."""
        inside = [self.owner] if self.owner is not None else []
        if self.call is not None:
            inside += [each for each in (*self.call[0], *self.call[1].values()) if is_a(each, Recipe)]
        return inside

    @property
    def depth(self) -> int:
        """How many recipes deep."""
        return 1 + max((each.depth for each in self.parts), default=0)


def _text(recipe: Recipe, modules: set[str], depth: int) -> str:
    if not depth:
        raise Inexpressible
    if recipe.owner is None:
        modules.add(module_of(recipe.callee))
        start = recipe.callee
    else:
        start = _text(recipe.owner, modules, depth - 1) + recipe.callee
    return start if recipe.call is None else start + _arguments(recipe.call, modules, depth)


def _arguments(call: Any, modules: set[str], depth: int) -> str:
    positional, keywords = call
    parts = [_value(value, modules, depth) for value in positional]
    for name, value in keywords.items():
        plain = name.isidentifier() and not keyword.iskeyword(name)
        written = _value(value, modules, depth)
        parts.append(name + "=" + written if plain else "**{" + repr(name) + ": " + written + "}")
    return "(" + ", ".join(parts) + ")"


def _value(value: Any, modules: set[str], depth: int) -> str:
    if kind_of(value) is Recipe:
        return _text(value, modules, depth - 1)
    if kind_of(value) in (list, tuple) and any(kind_of(each) is Recipe for each in value):
        inside = ", ".join(_value(each, modules, depth) for each in value)
        return "[" + inside + "]" if kind_of(value) is list else "(" + inside + ",)"
    if kind_of(value) is dict and any(kind_of(each) is Recipe for _, each in items_of(value)):
        rows = [expression(key, modules) + ": " + _value(each, modules, depth) for key, each in items_of(value)]
        return "{" + ", ".join(rows) + "}"
    return expression(value, modules)


def module_of(callee: str) -> str:
    """The longest prefix that is a module."""
    name = callee.rpartition(".")[0]
    while name and name not in sys.modules:
        name = name.rpartition(".")[0]
    return name
