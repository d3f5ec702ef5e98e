"""Frozen dataclasses to JSON and back, strictly: an unknown or missing field is an error."""

from functools import lru_cache
from types import GenericAlias
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter

Value = TypeVar("Value")

_CONFIG = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


@lru_cache(maxsize=128)
def _adapter(kind: type[Any]) -> TypeAdapter[tuple[Any]]:
    # A one-tuple carries the configuration to the dataclasses inside; they cannot take it directly.
    form: Any = GenericAlias(tuple, (kind,))
    return TypeAdapter(form, config=_CONFIG)


def encode(value: object) -> bytes:
    """Compact JSON of a dataclass; bytes become base64, enums their value."""
    return _adapter(type(value)).dump_json((value,))[1:-1]


def decode(kind: type[Value], body: bytes | str) -> Value:
    """The value; pydantic.ValidationError when the body does not fit `kind`."""
    data = body.encode() if isinstance(body, str) else body
    return cast("Value", _adapter(kind).validate_json(b"[" + data + b"]")[0])
