"""What calls answered, as one digest: types and plain values, never addresses or the order of a set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .load import settled

_PLAIN = (type(None), bool, int, float, complex, str, bytes, bytearray)
_DEEPEST = 8
_WIDEST = 1000


def digest(calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]) -> str:
    """Hash over the outcome of each call, in order: the value returned, or the type raised."""
    told = hashlib.blake2b(digest_size=16)
    for function, positional, keywords in calls:
        try:
            outcome = "\x00".join(_shown(settled(function(*positional, **keywords)), 0))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - an exception is an answer
            outcome = "raised " + type(error).__qualname__
        told.update(outcome.encode("utf-8", "surrogatepass") + b"\x01")
    return told.hexdigest()


def _shown(value: Any, depth: int) -> Iterator[str]:
    kind = value.__class__
    yield kind.__qualname__
    if kind in _PLAIN:
        yield repr(value)
    elif depth < _DEEPEST:
        for part in _parts(value, kind):
            yield from _shown(part, depth + 1)


def _parts(value: Any, kind: Any) -> list[Any]:
    """The parts that say what a builtin container or a plain object holds."""
    take = _TAKE.get(kind)
    if take:
        return take(value)
    if kind.__reduce__ is object.__reduce__:
        state: dict[str, Any] = dict(getattr(value, "__dict__", {}))
        return [part for pair in sorted(state.items()) for part in pair]
    return []


def _sequence(value: Any) -> list[Any]:
    return list(value[:_WIDEST])


def _mapping(value: Any) -> list[Any]:
    return [part for pair in list(value.items())[:_WIDEST] for part in pair]


def _set(value: Iterable[Any]) -> list[Any]:
    """Sorted, since the order of a set says nothing."""
    return sorted("\x00".join(_shown(part, 0)) for part in value)


_TAKE: dict[Any, Callable[[Any], list[Any]]] = {
    list: _sequence, tuple: _sequence, dict: _mapping, set: _set, frozenset: _set,
}  # fmt: skip
