"""Ways of making objects that have no literal: calls that were seen to return one, parts of what these return."""

from __future__ import annotations

import enum
import inspect
import types
from contextlib import suppress
from typing import Any

from .anything import is_a, items_of, kind_of
from .describing import describe
from .expressing import Inexpressible, expression
from .recipes import Recipe

_OF_ONE_KIND = 6
_TRIED = 3
"""Makers of a kind that one recorded object is replaced by, the one that makes its equal first."""
_DEEPEST = 3
_ITEMS = 3
_MOST_ITEMS = 12
_MOST_PARTS = 40
_NAMED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, enum.Enum)
_EMPTY = inspect.Parameter.empty
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Makers:
    """Recipes by the class of what they make; grows with every call that is learnt."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Any, list[tuple[Recipe, str]]] = {}
        self.count = 0

    def learn(self, recipe: Recipe, value: Any) -> None:
        """The recipe made the value; its parts can be reached through it."""
        left = [_MOST_PARTS]
        self._learn(recipe, value, left)

    def _learn(self, recipe: Recipe, value: Any, left: list[int]) -> None:
        left[0] -= 1
        if left[0] < 0 or recipe.depth > _DEEPEST:
            return
        kind: Any = kind_of(value)
        if kind in (list, tuple):
            for at, item in enumerate(value[:_ITEMS]):
                self._learn(Recipe("[" + str(at) + "]", None, recipe), item, left)
        elif _needs_making(value, kind):
            known = self._known.setdefault(kind, [])
            text = describe(value)
            if len(known) < _OF_ONE_KIND and all(text != other for _, other in known):
                known.append((recipe, text))
                self.count += 1
                for name, part in _parts(value):
                    self._learn(Recipe("." + name, None, recipe), part, left)

    def of(self, value: Any) -> list[Recipe]:
        """Recipes for objects of the value's class: of its equal first, then of others."""
        text = describe(value)
        known = sorted(self._known.get(kind_of(value), []), key=lambda row: row[1] != text)
        found = [recipe for recipe, _ in known[:_TRIED]]
        if not known or known[0][1] != text:
            with suppress(Inexpressible):
                found.insert(0, self._rebuilt(value))
        return found

    def of_kind(self, kind: Any) -> list[Recipe]:
        """Recipes for objects of the class or one derived from it."""
        return [recipe for known, rows in self._known.items() if issubclass(known, kind) for recipe, _ in rows]

    def written(self, value: Any, depth: int = 2) -> Any:
        """The value with recipes in place of what has no literal; Inexpressible where there is none."""
        try:
            expression(value, set())
        except Inexpressible:
            return self._made(value, depth)
        return value

    def _made(self, value: Any, depth: int) -> Any:
        kind: Any = kind_of(value)
        if not depth:
            raise Inexpressible
        if kind in (list, tuple) and len(value) <= _MOST_ITEMS:
            inside = [self.written(item, depth - 1) for item in value]
            return tuple(inside) if kind is tuple else inside
        if kind is dict and len(value) <= _MOST_ITEMS:
            return {key: self.written(item, depth - 1) for key, item in items_of(value)}
        found = self.of(value) if _needs_making(value, kind) else []
        if not found:
            raise Inexpressible
        return found[0]

    def call(self, positional: Any, keywords: Any) -> Any:
        """Recorded arguments as a recipe's; Inexpressible where one of them cannot be made."""
        return [self.written(each) for each in positional], {
            name: self.written(each) for name, each in keywords.items()
        }

    def _rebuilt(self, value: Any) -> Recipe:
        """The class called with what the object keeps under the names of its parameters."""
        kind: Any = kind_of(value)
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        for name, given in _parameters(kind):
            kept = _attribute(value, name)
            if given.kind in (given.VAR_POSITIONAL, given.VAR_KEYWORD) or (
                kept is _EMPTY and given.default is not _EMPTY
            ):
                continue
            if kept is _EMPTY:
                raise Inexpressible
            if given.kind is given.KEYWORD_ONLY or given.default is not _EMPTY:
                keywords[name] = self.written(kept, 1)
            else:
                positional.append(self.written(kept, 1))
        return Recipe(named(kind), (positional, keywords))


def named(kind: Any) -> str:
    """The class as text; Inexpressible when nothing finds it by name."""
    return expression(kind, set())


def _parameters(kind: Any) -> list[tuple[str, inspect.Parameter]]:
    try:
        return list(inspect.signature(kind).parameters.items())
    except (TypeError, ValueError):
        raise Inexpressible from None


def _attribute(value: Any, name: str) -> Any:
    for each in (name, "_" + name):
        with suppress(Exception):
            return object.__getattribute__(value, each)
    return _EMPTY


def _needs_making(value: Any, kind: Any) -> bool:
    return kind.__module__ != "builtins" and not is_a(value, _NAMED)


def _parts(value: Any) -> list[tuple[str, Any]]:
    found: dict[str, Any] = {}
    with suppress(AttributeError, TypeError):
        found.update(object.__getattribute__(value, "__dict__"))
    return [(name, part) for name, part in sorted(found.items()) if name.isidentifier() and not name.startswith("_")]
