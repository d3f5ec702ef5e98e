"""Records on their way from the suite to the keeper: numbered, and signed with a key that both got before the suite."""

from __future__ import annotations

import hashlib

_DIGEST = 8
_WIDTH = 2 * _DIGEST
KEY_BYTES = 32


def framed(key: bytes, number: int, body: bytes) -> bytes:
    """One line: the signature of `body` as record `number`, then `body`, which holds no newline."""
    return signature(key, number, body) + b" " + body + b"\n"


def unframed(key: bytes, number: int, line: bytes) -> bytes | None:
    """The body of a line (without its newline), None unless it is record `number` under this key."""
    body = line[_WIDTH + 1 :]
    fits = line[_WIDTH : _WIDTH + 1] == b" " and body[:1] == b"{" and body[-1:] == b"}"
    return body if fits and line[:_WIDTH] == signature(key, number, body) else None


def signature(key: bytes, number: int, body: bytes) -> bytes:
    """Keyed digest of the number and the body, in hexadecimal."""
    salt = number.to_bytes(16, "little")
    return hashlib.blake2b(body, digest_size=_DIGEST, key=key, salt=salt).hexdigest().encode()
