"""Receipts are signed with whatever kind of key signs the files."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from briefmill.errors import ConfigError
from briefmill.receipts import signature

RECEIPT = b'{"job": "j_1", "cost_usd": 0.25}'


def _pair(key):
    """A certificate that signed itself, and its key, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tester")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    encoding = serialization.Encoding.PEM
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return built.sign(key, algorithm).public_bytes(encoding), pem


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["es256", "es384", "es512", "ed25519", "ps256"],
)
def test_a_signature_by_every_kind_of_key_holds_and_a_changed_digest_does_not(key) -> None:
    made = signature.make(RECEIPT, *_pair(key))
    found = signature.read(made)
    assert found.leaf.subject.rfc4514_string() == "CN=Tester"
    assert signature.trusted(found.chain, [found.leaf])
    assert not signature.trusted(found.chain, [])
    told = json.loads(made)
    other = made.replace(told["receipt_sha256"].encode(), b"0" * 64)
    with pytest.raises(signature.BadSignature, match="not made by the key"):
        signature.read(other)


def test_a_key_that_signs_nothing_here_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="signs no receipts"):
        signature.make(RECEIPT, *_pair(dsa.generate_private_key(1024)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no signature that"),
        (b"{" * 100_000, "no JSON"),
        (b"x" * (signature.MOST_BYTES + 1), "too large"),
    ],
)
def test_anything_else_is_no_signature(data: bytes, words: str) -> None:
    with pytest.raises(signature.BadSignature, match=words):
        signature.read(data)
