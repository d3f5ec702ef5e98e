"""What a search starts from: calls that the suite made, written down anew, and calls of the function made up."""

from __future__ import annotations

import importlib
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .anything import is_a, kind_of
from .expressing import Inexpressible, expression
from .makers import Makers, named
from .recipes import Recipe

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    Name = tuple[str, str]
    """A module and a qualified name in it."""

_ROUNDS = 4
"""Objects made by methods of objects made by methods, so many times."""
_MADE_UP = 25
_ON_THE_WAY = 3
"""Made up calls of each function that the suite called, so that one of them may lead to the target."""
_OF_ONE_NAME = 6
_FEW = 2
_OFTEN = 0.5
_USUAL: dict[str, tuple[Any, ...]] = {
    "int": (0, 1, 2, -1),
    "float": (0.0, 1.5, -1.0),
    "str": ("", "a", "a b", "1"),
    "bytes": (b"", b"a"),
    "bool": (True, False),
    "list": ([], [1], ["a"]),
    "tuple": ((), (1,), ("a", "b")),
    "dict": ({}, {"a": 1}),
    "set": ({1},),
    "None": (None,),
}
_EMPTY = inspect.Parameter.empty
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_CALLABLES = (len, str, repr, bool, list)


class Starts:
    """Recipes one after the other; what each made is told before the next is taken."""

    def __init__(
        self,
        calls: Sequence[tuple[str, str, Any]],
        target: Name,
        others: Sequence[Name],
        words: Sequence[str],
        rng: random.Random,
    ) -> None:
        """`calls` are `(module, qualified name, (positional, keywords))`; `words` may be names of keywords."""
        self._calls = list(calls)
        self._target, self._others, self._words, self._rng = target, others, words, rng
        self._makers = Makers()
        self._by_name: dict[str, list[Any]] = {}
        for module, name, (positional, _) in self._calls:
            self._remember(_found(module, name), positional)

    def _remember(self, function: Any, positional: Any) -> None:
        code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
        for name, value in zip(code.co_varnames[: code.co_argcount] if code else (), positional):  # noqa: B905 - strict came with Python 3.10
            known = self._by_name.setdefault(name, [])
            if len(known) < _OF_ONE_NAME:
                known.append(value)

    def made(self, recipe: Recipe, value: Any) -> None:
        """The recipe made the value."""
        with suppress(Exception):  # looking at it runs code of its class
            self._makers.learn(recipe, value)

    def recorded(self) -> Iterator[Recipe]:
        """Recorded calls, as soon as what they need can be made."""
        pending = self._calls
        for _ in range(_ROUNDS):
            before = self._makers.count
            waiting: list[tuple[str, str, Any]] = []
            for row in pending:
                found = self._of(*row)
                waiting += [] if found else [row]
                yield from found
            pending = waiting
            if self._makers.count == before:
                break

    def _of(self, module: str, name: str, call: Any) -> list[Recipe]:
        """Ways to make the recorded call, none while an object of it cannot be made."""
        positional, keywords = call
        owner, _, method = name.rpartition(".")
        raw: Any = inspect.getattr_static(_found(module, owner), method, None) if owner else None
        try:
            if not owner or is_a(raw, staticmethod):
                return [Recipe(module + "." + name, self._makers.call(positional, keywords))]
            if not positional:
                return []
            rest = self._makers.call(positional[1:], keywords)
            if method == "__init__":
                return [Recipe(named(kind_of(positional[0])), rest)]
            if is_a(raw, classmethod):
                return [Recipe(module + "." + name, rest)]
            given = None if is_a(raw, property) else rest
            return [Recipe("." + method, given, made) for made in self._makers.of(positional[0])]
        except Exception:  # noqa: BLE001 - besides what cannot be written, code of the objects' classes may raise anything
            return []

    def made_up(self) -> Iterator[Recipe]:
        """Calls of the target with values known by the names of its parameters, their types, or at random.

        Then of the other functions, which may lead to it or make what it takes, and of the target again.
        """
        yield from self._calls_of(self._target, _MADE_UP)
        for other in self._others:
            yield from self._calls_of(other, _ON_THE_WAY)
        yield from self._calls_of(self._target, _MADE_UP)

    def _calls_of(self, target: Name, count: int) -> Iterator[Recipe]:
        for turn in range(count):
            with suppress(Exception):  # as above; and a class may have no signature
                yield self._call_of(*target, turn)

    def _call_of(self, module: str, name: str, turn: int) -> Recipe:
        owner, _, method = name.rpartition(".")
        if not owner:
            return Recipe(module + "." + name, self._arguments(_found(module, name), turn, bound=False))
        kind = _found(module, owner)
        raw: Any = inspect.getattr_static(kind, method, None)
        if method == "__init__":
            return Recipe(named(kind), self._arguments(kind, turn, bound=False))
        if is_a(raw, (staticmethod, classmethod)):
            given = self._arguments(raw.__func__, turn, bound=is_a(raw, classmethod))
            return Recipe(module + "." + name, given)
        given = None if is_a(raw, property) else self._arguments(raw, turn, bound=True)
        return Recipe("." + method, given, self._object(kind, turn))

    def _object(self, kind: Any, turn: int) -> Recipe:
        known = self._makers.of_kind(kind)
        if known and (turn < len(known) or self._rng.choice((True, False))):
            return known[turn % len(known)]
        return Recipe(named(kind), self._arguments(kind, turn, bound=False))

    def _arguments(self, function: Any, turn: int, *, bound: bool) -> Any:
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        given = list(inspect.signature(function).parameters.values())
        for each in given[1:] if bound else given:
            if each.kind in _VARIABLE:
                if each.kind is each.VAR_KEYWORD and self._words and turn % 2:
                    keywords[self._rng.choice(self._words)] = self._usual()
                continue
            if each.default is not _EMPTY and self._rng.random() < (1.0 if turn == 0 else _OFTEN):
                continue
            choices = list(self._values(each))
            value = choices[0 if turn == 0 else self._rng.randrange(len(choices))]
            if each.kind is each.KEYWORD_ONLY or each.default is not _EMPTY:
                keywords[each.name] = value
            else:
                positional.append(value)
        return positional, keywords

    def _usual(self) -> Any:
        return self._rng.choice(_USUAL[self._rng.choice(sorted(_USUAL))])

    def _values(self, parameter: inspect.Parameter) -> Iterator[Any]:
        count = 0
        for value in self._by_name.get(parameter.name, []):
            with suppress(Inexpressible):
                yield self._makers.written(value)
                count += 1
        hint: Any = parameter.annotation
        if is_a(hint, type) and hint.__module__ != "builtins":
            yield from self._makers.of_kind(hint)
        text = hint if is_a(hint, str) else getattr(hint, "__name__", "") + str(hint)
        told = [value for name, values in _USUAL.items() if hint is not _EMPTY and name in text for value in values]
        with suppress(Inexpressible):
            if parameter.default is not _EMPTY:
                expression(parameter.default, set())
                told.append(parameter.default)
        if "allable" in text or callable(parameter.default):
            told += _CALLABLES
        yield from told
        if count < _FEW and not told:
            yield from (value for values in _USUAL.values() for value in values)


def _found(module: str, name: str) -> Any:
    found: Any = importlib.import_module(module)
    for part in name.split(".") if name else ():
        found = getattr(found, part, None)
    return found
