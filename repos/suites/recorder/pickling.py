"""Pickles more than pickle does: lambdas and local functions by value, locks as new ones, sentinels by name.

Read back only by the same interpreter, inside a sandbox, with the same packages.
"""

from __future__ import annotations

import importlib
import io
import marshal
import pickle
import sys
import threading
import types
from typing import Any

_PROTOCOL = 4
_LOCKS = {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}
_ATOMS = (type(None), bool, int, float, complex, str, bytes)


class TooLarge(Exception):
    """The pickle outgrew its limit."""


class _Bounded(io.BytesIO):
    """A file that refuses to grow beyond `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, data: Any) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge
        return super().write(data)


class _Pickler(pickle.Pickler):
    """Standard pickling with three additions."""

    def persistent_id(self, obj: Any) -> Any:
        """A sentinel (an object without state that a module names) is found by that name again."""
        return _sentinels().get(id(obj)) if type(obj).__module__ != "builtins" or type(obj) is object else None

    def reducer_override(self, obj: Any) -> Any:
        """Functions that no import finds go by value; a lock becomes a new lock."""
        if type(obj) in _LOCKS:
            return _LOCKS[type(obj)], ()
        if isinstance(obj, types.ModuleType):
            return importlib.import_module, (obj.__name__,)
        if type(obj) is types.MappingProxyType:
            return _view, (obj.copy(),)  # the class calls itself by a name that no module has
        if isinstance(obj, types.FunctionType) and not _importable(obj):
            return _function_by_value(obj)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads what `_Pickler` wrote."""

    def persistent_load(self, pid: Any) -> Any:
        """The sentinel `(module, name)`."""
        return getattr(importlib.import_module(pid[0]), pid[1])


def dumps(value: Any, *, most: int) -> bytes:
    """The pickle of `value`; TooLarge over `most` bytes, and whatever the objects themselves raise."""
    file = _Bounded(most)
    _Pickler(file, _PROTOCOL).dump(value)
    return file.getvalue()


def loads(data: bytes) -> Any:
    """What `dumps` pickled; runs code of the classes involved."""
    return _Unpickler(io.BytesIO(data)).load()


_known: tuple[int, dict[int, tuple[str, str]]] = (0, {})


def _sentinels() -> dict[int, tuple[str, str]]:
    """Id -> (module, name) of every stateless object that a loaded module names."""
    global _known  # noqa: PLW0603 - remembered until another module is loaded; asked once an object
    if _known[0] != len(sys.modules):
        found: dict[int, tuple[str, str]] = {}
        for name, module in list(sys.modules.items()):
            for key, value in list(getattr(module, "__dict__", {}).items()):
                if name != "__main__" and _stateless(value, type(value)):
                    found.setdefault(id(value), (name, key))
        _known = (len(sys.modules), found)
    return _known[1]


def _stateless(value: Any, kind: Any) -> bool:
    if kind is object:
        return True
    if kind.__module__ == "builtins" or isinstance(value, (type, *_ATOMS)) or kind.__reduce__ is not object.__reduce__:
        return False
    if kind.__itemsize__ or any(base.__module__ == "builtins" for base in kind.__mro__[:-1]):
        return False
    slotted = any(getattr(base, "__slots__", None) for base in tuple[Any, ...](kind.__mro__))
    return not slotted and not getattr(value, "__dict__", True)


def _view(items: dict[Any, Any]) -> Any:
    return types.MappingProxyType(items)


def _importable(function: types.FunctionType) -> bool:
    place: Any = sys.modules.get(function.__module__ or "")
    for part in function.__qualname__.split("."):
        place = getattr(place, part, None)
    return place is function


def _function_by_value(function: types.FunctionType) -> Any:
    cells = tuple(_content(cell) for cell in function.__closure__ or ())
    made = (marshal.dumps(function.__code__), function.__module__, function.__name__, len(cells))
    state = (function.__defaults__, function.__kwdefaults__, function.__qualname__, cells, dict(function.__dict__))
    # State comes second, so that a function may hold itself in its closure.
    return _empty_function, made, state, None, None, _fill


def _content(cell: Any) -> tuple[bool, Any]:
    try:
        return True, cell.cell_contents
    except ValueError:
        return False, None


def _empty_function(code: bytes, module: str | None, name: str, cells: int) -> types.FunctionType:
    scope = vars(importlib.import_module(module)) if module else {}
    return types.FunctionType(marshal.loads(code), scope, name, None, tuple(types.CellType() for _ in range(cells)))  # noqa: S302 - read back in a sandbox only


def _fill(function: types.FunctionType, state: Any) -> None:
    defaults, keywords, qualname, cells, extra = state
    function.__defaults__, function.__kwdefaults__, function.__qualname__ = defaults, keywords, qualname
    for cell, (filled, content) in zip(function.__closure__ or (), cells):  # noqa: B905 - strict came with Python 3.10
        if filled:
            cell.cell_contents = content
    function.__dict__.update(extra)
