"""The operator's ed25519 key, and DSSE envelopes signed by it; nothing of `cryptography` leaves this module.

Envelope and pre-authentication encoding follow DSSE v1 (secure-systems-lab/dsse, protocol.md). A
key is named by the SHA-256 of its public half in DER, so an envelope says which key to look for.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pyagent.errors import ConfigurationError, LedgerError

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Unsound:
    """Why an envelope proves nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; what it signs can be checked with `public_pem` alone."""

    _private: Ed25519PrivateKey

    @property
    def id(self) -> str:
        """SHA-256 of the public half, as hexadecimal digits."""
        return hashlib.sha256(self._private.public_key().public_bytes(Encoding.DER, _PUBLIC)).hexdigest()

    @property
    def public_pem(self) -> str:
        """The public half, as other tools read it."""
        return self._private.public_key().public_bytes(Encoding.PEM, _PUBLIC).decode("ascii")

    def sealed(self, payload: bytes) -> bytes:
        """The envelope of `payload`; the same payload under the same key always gives the same bytes."""
        signature = base64.b64encode(self._private.sign(_encoded(payload))).decode("ascii")
        envelope = {
            "payload": base64.b64encode(payload).decode("ascii"),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": self.id, "sig": signature}],
        }
        return json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode("ascii")

    def opened(self, envelope: bytes) -> bytes | Unsound:
        """The payload of an envelope this key signed, or why it is not one."""
        parts = _parts(envelope)
        if isinstance(parts, Unsound):
            return parts
        payload, key, signature = parts
        if key != self.id:
            return Unsound(f"it names key {key[:16]}, and the key here is {self.id[:16]}")
        try:
            self._private.public_key().verify(signature, _encoded(payload))
        except InvalidSignature:
            return Unsound("its signature does not fit its content")
        # A reader of the envelope must see what was signed: other bytes for the same payload are refused.
        return payload if self.sealed(payload) == envelope else Unsound("it is not in the form it was written in")


_PUBLIC = PublicFormat.SubjectPublicKeyInfo


def signing_key(reference: str | None, path: Path, environment: Mapping[str, str]) -> SigningKey:
    """The operator's key: from `env:NAME` or `file:PATH` where the configuration refers to one, else from `path`.

    At `path` it is made on first use, readable by its owner alone. Raises ConfigurationError when a
    reference leads nowhere or to no ed25519 key, LedgerError when the file at `path` is damaged.
    """
    if reference is not None:
        return _referred(reference, environment)
    if not path.exists():
        _make(path)
    key = _read(path.read_bytes())
    if key is None:
        raise LedgerError(
            f"{path} holds no ed25519 key.", "Restore it from a backup, or move it away to have a new one."
        )
    return key


def _referred(reference: str, environment: Mapping[str, str]) -> SigningKey:
    kind, _, name = reference.partition(":")
    if kind == "env":
        found = environment.get(name, "").encode()
    elif kind == "file" and Path(name).is_file():
        found = Path(name).read_bytes()
    else:
        found = b""
    key = _read(found)
    if key is None:
        # The reference itself is not printed: somebody may have written the key there.
        raise ConfigurationError(
            "The signing_key under [secrets] leads to no ed25519 key.",
            "Write env:NAME or file:/path; the key itself lies there as PEM (PKCS 8).",
        )
    return key


def _read(pem: bytes) -> SigningKey | None:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return SigningKey(key) if isinstance(key, Ed25519PrivateKey) else None


def _make(path: Path) -> None:
    """Write a new key whole or not at all; whoever comes second keeps the first one's."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)
            file.write(pem)
            file.flush()
            os.fsync(handle)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def _encoded(payload: bytes) -> bytes:
    kind = PAYLOAD_TYPE.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _parts(envelope: bytes) -> tuple[bytes, str, bytes] | Unsound:
    """Payload, key id and signature."""
    try:
        found = cast("Mapping[str, object]", json.loads(envelope))
        (signature,) = cast("list[dict[str, str]]", found["signatures"])
        if found["payloadType"] != PAYLOAD_TYPE:
            return Unsound(f"its payload is {found['payloadType']!r}, not {PAYLOAD_TYPE}")
        payload = base64.b64decode(str(found["payload"]), validate=True)
        return payload, signature["keyid"], base64.b64decode(signature["sig"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Unsound("it is no DSSE envelope with one signature")
