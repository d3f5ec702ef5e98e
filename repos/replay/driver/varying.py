"""Recorded arguments changed a little, kind by kind: an int stays an int, a list a list. Same seed, same change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .anything import is_a, items_of, kind_of, variables

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

_DEPTH = 4
_SPANS = (timedelta(days=1), timedelta(days=-1), timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=40))
_STEPS: Any = {
    timedelta: _SPANS, datetime: _SPANS, date: (_SPANS[0], _SPANS[1], _SPANS[4]),
    Decimal: (Decimal(1), Decimal(-1), Decimal("0.1")), Fraction: (Fraction(1), Fraction(-1), Fraction(1, 3)),
    complex: (1, -1, 1j),
}  # fmt: skip
"""What is added to values that have no literal but can be reckoned with."""
_UNITS = ("days", "seconds", "milliseconds", "microseconds")
_MOST_OF_A_UNIT = 10**8
_NONE: Any = object()
_SEQUENCES: Any = (list, tuple)
_TEXTS_AND_NUMBERS: Any = (int, float, str, bytes)
_SETS: Any = (set, frozenset)
_MOSTLY = 0.75
_SELDOM = 0.15
"""One time in seven."""


class Variation:
    """Draws changes; `constants` are literals found in old and new code, `calls` other recorded calls."""

    def __init__(self, constants: Sequence[Any]) -> None:
        """Sort the constants by kind."""
        self._constants: dict[type, list[Any]] = {}
        for value in constants:
            self._constants.setdefault(kind_of(value), []).append(value)

    def of(self, call: Any, other: Any, rng: random.Random) -> Any:
        """`(positional, keywords)` with one to three places changed; now and then one argument is `other`'s."""
        positional, keywords = list(call[0]), dict(call[1])
        places: list[tuple[Any, Any]] = [(positional, index) for index in range(len(positional))]
        places += [(keywords, name) for name in sorted(keywords)]
        for _ in range(rng.choice((1, 1, 2, 3)) if places else 0):
            holder, key = rng.choice(places)
            theirs = other[0] if holder is positional else other[1]
            borrowed = _samekind_of(theirs, key, holder[key]) if rng.random() < _SELDOM else _NONE
            holder[key] = self._changed(holder[key], rng, _DEPTH) if borrowed is _NONE else borrowed
        return tuple(positional), keywords

    def swept(self, call: Any, turn: int, rng: random.Random) -> Any:
        """The call with one number or text replaced by one found in the code or next to it.

        Turn by turn every such place and literal has its go, in an order that `rng` draws. None where there is
        neither.
        """
        given = [list(call[0]), dict(call[1])]
        goes = [
            (place, literal)
            for place, value in _leaves(given, (), _DEPTH + 1)
            for literal in self._near(kind_of(value))
            if literal != value
        ]
        if not goes:
            return None
        rng.shuffle(goes)
        place, literal = goes[turn % len(goes)]
        positional, keywords = _replaced(given, place, literal)
        return tuple(positional), keywords

    def _near(self, kind: Any) -> list[Any]:
        known = self._constants.get(kind, [])
        if kind in (int, float):
            return sorted({near for value in known for near in (value, value + 1, value - 1)})
        return known

    def _changed(self, value: Any, rng: random.Random, depth: int) -> Any:
        kind: Any = kind_of(value)
        if kind is bool:
            return not value
        if kind in (int, float):
            return self._number(value, kind, rng)
        if kind in (str, bytes):
            return self._text(value, kind, rng)
        if kind in _STEPS:
            return self._reckoned(value, kind, rng)
        return self._inside(value, kind, rng, depth) if depth else value

    def _reckoned(self, value: Any, kind: Any, rng: random.Random) -> Any:
        """A step further; of a span, also what a number of the code says in one of its units."""
        known = self._near(int)
        if kind is timedelta and known and rng.random() < _MOSTLY:
            unit, number = rng.choice(_UNITS), rng.choice(known)
            return timedelta(**{unit: min(max(number, -_MOST_OF_A_UNIT), _MOST_OF_A_UNIT)})
        return _stepped(value, rng.choice(_STEPS[kind]))

    def _inside(self, value: Any, kind: Any, rng: random.Random, depth: int) -> Any:
        if kind in _SEQUENCES:
            return kind(self._sequence(list(value), rng, depth))
        if kind is dict:
            return self._mapping(value, rng, depth)
        if kind in _SETS:
            return kind(sorted(value, key=repr)[1:])
        if hasattr(value, "__dict__") and not is_a(value, type) and not callable(value):
            return self._object(value, rng, depth)
        return value

    def _mapping(self, value: dict[Any, Any], rng: random.Random, depth: int) -> dict[Any, Any]:
        if not value:
            return value
        key = rng.choice(sorted(value, key=repr))
        if rng.random() < _SELDOM:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: self._changed(value[key], rng, depth - 1)}

    def _number(self, value: Any, kind: Any, rng: random.Random) -> Any:
        known = self._near(kind)
        usual = [value + 1, value - 1, 0, 1, -1, -value, value * 2]
        return kind(rng.choice(known if known and rng.random() < _MOSTLY else usual))

    def _text(self, value: Any, kind: Any, rng: random.Random) -> Any:
        known = self._constants.get(kind, []) or [kind()]
        at, to = sorted((rng.randint(0, len(value)), rng.randint(0, len(value))))
        piece = rng.choice(known)
        choices = (
            piece,
            value[:at] + piece + value[at:],
            value[:at] + piece + value[to:],
            value[:at] + value[to:],
            value[:at] + value[at:to] * 2 + value[to:],
            value[:at],
            value[at:],
            value.swapcase(),
            kind(),
        )
        return rng.choice(choices)

    def _sequence(self, value: list[Any], rng: random.Random, depth: int) -> list[Any]:
        if not value:
            return value
        at = rng.randrange(len(value))
        if rng.random() < _MOSTLY:
            return [*value[:at], self._changed(value[at], rng, depth - 1), *value[at + 1 :]]
        return rng.choice((value[:at] + value[at + 1 :], [*value, value[at]], value[::-1], []))

    def _object(self, value: Any, rng: random.Random, depth: int) -> Any:
        names = sorted(name for name in variables(value) if is_a(name, str))
        if names:
            name = rng.choice(names)
            changed = self._changed(variables(value)[name], rng, min(depth, 2) - 1)
            if changed is not variables(value)[name]:
                variables(value)[name] = changed
        return value


def _stepped(value: Any, step: Any) -> Any:
    """The value a step further; itself at the end of its range."""
    try:
        return value + step
    except ArithmeticError:
        return value


def _samekind_of(theirs: Any, key: Any, own: Any) -> Any:
    """The other call's argument in that place, when it is of the same type."""
    there = key in theirs if is_a(key, str) else key < len(theirs)
    return theirs[key] if there and type(theirs[key]) is type(own) else _NONE


def _leaves(value: Any, place: tuple[Any, ...], depth: int) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every number and text with its place, inside containers and attributes of objects."""
    kind: Any = kind_of(value)
    if kind in _TEXTS_AND_NUMBERS:
        yield place, value
    elif depth:
        for key, item in _items(value, kind):
            yield from _leaves(item, (*place, key), depth - 1)


def _items(value: Any, kind: Any) -> list[tuple[Any, Any]]:
    if kind in _SEQUENCES:
        return [*zip(range(len(value)), value)]  # noqa: B905 - strict came with Python 3.10
    if kind is dict:
        return sorted(items_of(value), key=repr)
    if hasattr(value, "__dict__") and not is_a(value, type) and not callable(value):
        return sorted((name, item) for name, item in variables(value).items() if kind_of(item) in _TEXTS_AND_NUMBERS)
    return []


def _replaced(value: Any, place: tuple[Any, ...], literal: Any) -> Any:
    """A copy down to the place; an object keeps being itself, with the attribute set."""
    if not place:
        return literal
    key, *rest = place
    kind: Any = kind_of(value)
    if kind in _SEQUENCES:
        return kind([_replaced(item, tuple(rest), literal) if at == key else item for at, item in enumerate(value)])
    if kind is dict:
        return {**value, key: _replaced(value[key], tuple(rest), literal)}
    variables(value)[key] = literal
    return value
