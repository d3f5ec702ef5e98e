"""Writing into a view that is not handed out yet.

Views are read-only to everyone by type. `folding` copies every mapping it is about to change, so
these two may write into the copies; nothing else may call them.
"""

from collections.abc import Mapping
from typing import TypeVar, cast

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def put(mapping: Mapping[_Key, _Value], key: _Key, value: _Value) -> None:
    """Set `key`, which keeps its place in the order when it was there before."""
    cast("dict[_Key, _Value]", mapping)[key] = value


def drop(mapping: Mapping[_Key, _Value], key: _Key) -> None:
    """Remove `key` if it is there."""
    cast("dict[_Key, _Value]", mapping).pop(key, None)
