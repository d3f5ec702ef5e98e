"""Frozen dataclasses to JSON and back, strictly: an unknown or missing field is an error."""

from functools import lru_cache
from typing import TypeVar, cast

from pydantic import ConfigDict, TypeAdapter

Value = TypeVar("Value")


@lru_cache(maxsize=128)
def _adapter(kind: type[Value]) -> TypeAdapter[Value]:
    return TypeAdapter(kind, config=ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"))


def encode(value: object) -> bytes:
    """Compact JSON of a dataclass; bytes become base64, enums their value."""
    return _adapter(cast("type[object]", type(value))).dump_json(value)


def decode(kind: type[Value], body: bytes | str) -> Value:
    """The value; pydantic.ValidationError when the body does not fit `kind`."""
    return _adapter(kind).validate_json(body)
