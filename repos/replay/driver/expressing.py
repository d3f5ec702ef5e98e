"""Values as source text that makes them again, where they can be: literals, classes and functions by name, patterns."""

from __future__ import annotations

import enum
import importlib
import math
import re
from typing import Any

from .anything import is_a, items_of, kind_of

_LONGEST = 300
_MOST_ITEMS = 30
_DEPTH = 5
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,16}\b")


class Inexpressible(Exception):
    """The value has no source text of a size that a person would read."""


def expression(value: Any, modules: set[str]) -> str:
    """Source text of `value`; the names of modules it needs are added to `modules`."""
    text = _written(value, modules, _DEPTH)
    if len(text) > _LONGEST or _ADDRESS.search(text):
        raise Inexpressible
    return text


def _written(value: Any, modules: set[str], depth: int) -> str:
    kind: Any = kind_of(value)
    if value is None or kind in (bool, int, str, bytes) or (kind is float and math.isfinite(value)):
        return repr(value)
    if is_a(value, enum.Enum):
        return _named(kind, modules) + "." + str(value.name)
    if is_a(value, (type, kind_of(_named), kind_of(len))):
        return _named(value, modules)
    if is_a(value, re.Pattern):
        modules.add("re")
        return "re.compile(" + repr(value.pattern) + ", " + str(value.flags & ~int(re.UNICODE)) + ")"
    return _container(value, kind, modules, depth)


def _container(value: Any, kind: Any, modules: set[str], depth: int) -> str:
    if not depth or kind not in (list, tuple, dict, set, frozenset) or len(value) > _MOST_ITEMS:
        raise Inexpressible
    if kind is dict:
        pairs = [
            _written(key, modules, depth - 1) + ": " + _written(item, modules, depth - 1)
            for key, item in items_of(value)
        ]
        return "{" + ", ".join(pairs) + "}"
    items: list[str] = [_written(item, modules, depth - 1) for item in value]
    if kind is list:
        return "[" + ", ".join(items) + "]"
    if kind is tuple:
        return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    body = "{" + ", ".join(sorted(items)) + "}" if items else ""
    return body if body and kind is set else kind.__name__ + "(" + body + ")"


def _named(value: Any, modules: set[str]) -> str:
    """The dotted name under which an import finds the very same object."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
    if not module or "<" in name:
        raise Inexpressible
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is not value:
        raise Inexpressible
    if module == "builtins":
        return str(name)
    modules.add(module)
    return str(module) + "." + str(name)
