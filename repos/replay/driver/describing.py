"""Any value as text that is equal for equal structure: types, contents, attributes, sharing and cycles.

Addresses are left out, sets are sorted, NaN equals NaN, attributes stand by name. No method of the target's
classes runs, but for `__reduce_ex__` of objects that keep their state outside Python.
"""

from __future__ import annotations

import collections
import enum
import re
import types
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from .anything import is_a, items_of, kind_of, variables

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,16}\b")
_MOST_NODES = 20_000
_DEEPEST = 120
_LONGEST = 4_000
_PLAIN = (type(None), bool, int, float, complex)
_TEXTS = (str, bytes, bytearray)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.WrapperDescriptorType, types.MethodDescriptorType)
_ORDERED = (list, tuple, collections.deque)
_CONTAINERS = (*_ORDERED, dict, set, frozenset)
_BRACKETED = (list, dict, set)
"""Known by the brackets around their items; any other mutable container is shown with its name."""


def describe(value: Any) -> str:
    """One line of text; equal structures give equal lines, in every process."""
    return _Description().of(value, 0)


def without_addresses(text: str) -> str:
    """The text with every memory address as `0x*`."""
    return _ADDRESS.sub("0x*", text)


class _Description:
    def __init__(self) -> None:
        self._left = _MOST_NODES
        self._seen: dict[int, tuple[int, Any]] = {}

    def of(self, value: Any, depth: int) -> str:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return "..."
        if kind_of(value) in _PLAIN:
            return repr(value)
        return _by_name(value) or self._by_content(value, depth)

    def _by_content(self, value: Any, depth: int) -> str:
        kind = kind_of(value)
        if kind in _TEXTS:
            return _text(value)
        if kind in (tuple, frozenset):
            return self._contents(value, depth)
        if id(value) in self._seen:
            return "<same as " + str(self._seen[id(value)][0]) + ">"
        self._seen[id(value)] = (len(self._seen), value)  # the value is kept, so that its id is not given again
        return self._contents(value, depth) if kind in _BRACKETED else self._object(value, kind, depth)

    def _object(self, value: Any, kind: Any, depth: int) -> str:
        parts = [_base_value(value)] if is_a(value, (int, float, complex, *_TEXTS)) else []
        if is_a(value, _CONTAINERS):
            parts.append(self._contents(value, depth))
        if is_a(value, collections.deque):
            parts += [] if value.maxlen is None else ["maxlen=" + repr(value.maxlen)]
        if is_a(value, BaseException):
            parts.append(self.of(value.args, depth + 1))
        if is_a(value, types.MethodType):
            parts.append(value.__func__.__name__ + " of " + self.of(value.__self__, depth + 1))
        attributes = _attributes(value, kind)
        parts += [name + "=" + self.of(attributes[name], depth + 1) for name in sorted(attributes)]
        if not parts:
            parts = self._reduced(value, depth)
        return _named(kind) + "(" + ", ".join(parts) + ")"

    def _contents(self, value: Any, depth: int) -> str:
        if is_a(value, dict):
            rows: list[Any] = list(items_of(value))
            return (
                "{" + ", ".join(self.of(key, depth + 1) + ": " + self.of(item, depth + 1) for key, item in rows) + "}"
            )
        if is_a(value, (set, frozenset)):
            bare: list[Any] = list(value)
            return kind_of(value).__name__ + "{" + ", ".join(sorted(self.of(item, depth + 1) for item in bare)) + "}"
        start, end = ("(", ")") if is_a(value, tuple) else ("[", "]")
        walk: Any = next(kind for kind in _ORDERED if is_a(value, kind))
        return start + ", ".join(self.of(item, depth + 1) for item in walk.__iter__(value)) + end

    def _reduced(self, value: Any, depth: int) -> list[str]:
        try:
            reduced = value.__reduce_ex__(4)
        except Exception:  # noqa: BLE001 - whatever it raises, it has no state to compare
            return []
        if not is_a(reduced, tuple):
            return []
        return [self.of(part, depth + 1) for part in reduced[1:3] if part is not None]


def _text(value: Any) -> str:
    shown = without_addresses(repr(value)) if is_a(value, str) else repr(value)
    if len(shown) <= _LONGEST:
        return shown
    digest = blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return shown[:_LONGEST] + "... " + str(len(value)) + " in all, digest " + digest


def _base_value(value: Any) -> str:
    for base in (str, bytes, bytearray):
        if is_a(value, base):
            plain: Any = str.__str__(value) if base is str else base(value)
            return _text(plain)
    number: Any = next(base for base in (int, float, complex) if is_a(value, base))
    return str(number.__repr__(value))


def _by_name(value: Any) -> str:
    """How things are shown that are known by name alone; empty for all others."""
    if is_a(value, type):
        return "<class " + _named(value) + ">"
    if is_a(value, types.ModuleType):
        return "<module " + value.__name__ + ">"
    if is_a(value, enum.Enum):
        return _named(kind_of(value)) + "." + str(value.name)
    if is_a(value, _FUNCTIONS):
        # A function inside another is known by its own name alone: it may move to a helper.
        return "<function " + str(getattr(value, "__name__", "?")) + ">"
    if is_a(value, (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)):
        return "<" + kind_of(value).__name__ + ">"
    return "<match " + _text(repr((value.span(), value.groups()))) + ">" if is_a(value, re.Match) else ""


def _attributes(value: Any, kind: Any) -> dict[str, Any]:
    """Instance attributes of the dictionary and the slots, without asking the class."""
    found: dict[str, Any] = {}
    with suppress(AttributeError, TypeError):
        found.update(object.__getattribute__(value, "__dict__"))
    for base in kind.__mro__:
        for name, member in list(variables(base).items()):
            if is_a(member, types.MemberDescriptorType) and base.__module__ != "builtins":
                try:
                    found[str(name)] = member.__get__(value, kind)
                except AttributeError:  # a slot that was never set
                    continue
    return {str(name): item for name, item in found.items() if name != "__weakref__"}


def _named(kind: Any) -> str:
    name = str(kind.__qualname__)
    return kind.__name__ if "<locals>" in name else str(kind.__module__) + "." + name
