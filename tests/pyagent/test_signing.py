"""Envelopes hold exactly what was signed, and the key stays with its owner."""

import base64
import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pyagent.errors import ConfigurationError, LedgerError
from pyagent.signing import PAYLOAD_TYPE, SigningKey, Unsound, signing_key

PAYLOAD = b'{"a":1}'


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return signing_key(None, tmp_path / "keys" / "k.pem", {})


def test_what_was_sealed_is_opened_and_sealed_alike_again(key: SigningKey) -> None:
    assert key.opened(key.sealed(PAYLOAD)) == PAYLOAD
    assert key.sealed(PAYLOAD) == key.sealed(PAYLOAD)


def test_every_flipped_byte_is_noticed(key: SigningKey) -> None:
    envelope = key.sealed(PAYLOAD)
    for at in range(len(envelope)):
        for bit in (1, 32, 128):
            flipped = bytearray(envelope)
            flipped[at] ^= bit
            assert isinstance(key.opened(bytes(flipped)), Unsound), (at, bit)


def test_a_cut_or_longer_envelope_is_noticed(key: SigningKey) -> None:
    envelope = key.sealed(PAYLOAD)
    for other in (envelope[:-1], envelope + b" ", b"", b"[]", b'{"signatures":[]}'):
        assert isinstance(key.opened(other), Unsound)


def test_another_key_s_envelope_is_not_believed(key: SigningKey, tmp_path: Path) -> None:
    other = signing_key(None, tmp_path / "other.pem", {})
    found = key.opened(other.sealed(PAYLOAD))
    assert isinstance(found, Unsound)
    assert "names key" in found.reason


def test_the_public_half_alone_checks_the_signature_by_the_published_protocol(key: SigningKey) -> None:
    envelope = json.loads(key.sealed(PAYLOAD))
    signed = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(PAYLOAD)} ".encode() + PAYLOAD
    public = load_pem_public_key(key.public_pem.encode())
    public.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)  # type: ignore[union-attr, call-arg]
    assert envelope["signatures"][0]["keyid"] == key.id


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k.pem"
    first = signing_key(None, path, {})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert signing_key(None, path, {}).id == first.id
    assert [each.name for each in path.parent.iterdir()] == ["k.pem"]


def test_a_referred_key_is_read_and_nothing_is_made(tmp_path: Path) -> None:
    made = tmp_path / "k.pem"
    key = signing_key(None, made, {})
    path = tmp_path / "none" / "k.pem"
    assert signing_key(f"file:{made}", path, {}).id == key.id
    assert signing_key("env:KEY", path, {"KEY": made.read_text()}).id == key.id
    assert not path.parent.exists()


@pytest.mark.parametrize("reference", ["env:NOT_SET", "file:/nowhere/k.pem", "-----BEGIN PRIVATE KEY-----"])
def test_a_reference_that_leads_nowhere_is_a_configuration_error(tmp_path: Path, reference: str) -> None:
    with pytest.raises(ConfigurationError, match="leads to no ed25519 key") as told:
        signing_key(reference, tmp_path / "k.pem", {})
    assert reference not in str(told.value)


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    path.write_text("damaged")
    with pytest.raises(LedgerError, match="holds no ed25519 key"):
        signing_key(None, path, {})
    assert path.read_text() == "damaged"
