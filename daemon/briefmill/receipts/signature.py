"""The signature beside a receipt: `receipt.sig`, made with the certificate that signs the files.

What is signed is the canonical form of everything else in `receipt.sig`: the SHA-256 of the receipt's bytes as they
lie, that of its canonical form (so that a receipt that was only laid out anew can be told from one that was changed),
and the whole certificate chain. A `receipt.sig` has one way to be written; any other bytes are refused, so that no
single byte of it can change unnoticed. Whom to trust is the caller's business (`verification`).
"""

import base64
import binascii
import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.utils import CryptographyDeprecationWarning

from briefmill.errors import ConfigError
from briefmill.receipts import canonical

FILE: Final = "receipt.sig"
SCHEMA: Final = "briefmill.signature/1"
MOST_CERTIFICATES: Final = 8
MOST_BYTES: Final = 256 * 1024

_KEYS: Final = frozenset({"schema", "receipt_sha256", "canonical_sha256", "certificates", "signature"})
_HASHES: Final[Mapping[int, hashes.HashAlgorithm]] = {
    256: hashes.SHA256(),
    384: hashes.SHA384(),
    521: hashes.SHA512(),
}
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)


class BadSignature(ValueError):
    """What lies there is no signature of ours, or it does not hold."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A signature that holds in itself: its chain signs each other, and the leaf signed these digests."""

    receipt_sha256: str
    canonical_sha256: str
    chain: tuple[x509.Certificate, ...]

    @property
    def leaf(self) -> x509.Certificate:
        """Who signed."""
        return self.chain[0]


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, lower-case hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def make(receipt: bytes, chain_pem: bytes, key_pem: bytes) -> bytes:
    """The bytes of `receipt.sig` for a receipt. Raises ConfigError for a key that cannot sign."""
    chain = x509.load_pem_x509_certificates(chain_pem)
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "receipt_sha256": hashlib.sha256(receipt).hexdigest(),
        "canonical_sha256": hashlib.sha256(canonical.form(json.loads(receipt))).hexdigest(),
        "certificates": [_text(one.public_bytes(serialization.Encoding.DER)) for one in chain],
    }
    key = serialization.load_pem_private_key(key_pem, password=None)
    message = canonical.form(body)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signed = key.sign(message, ec.ECDSA(_HASHES[key.key_size]))
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        signed = key.sign(message)
    elif isinstance(key, rsa.RSAPrivateKey):
        signed = key.sign(message, _PSS, hashes.SHA256())
    else:
        raise ConfigError(
            "provenance.key is of a kind that signs no receipts. Use ES256, ES384, ES512, Ed25519 or RSA."
        )
    return _document({**body, "signature": _text(signed)})


def read(data: bytes) -> Signature:
    """Read and check `receipt.sig`. Raises BadSignature, with the reason in words."""
    if len(data) > MOST_BYTES:
        raise BadSignature("it is too large to be a signature")
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadSignature("it is no JSON") from error
    if not isinstance(told, dict) or set(told) != _KEYS or told["schema"] != SCHEMA:
        raise BadSignature("it is no signature that this Briefmill knows")
    if _document(told) != data:
        raise BadSignature("it is not written as Briefmill writes it")
    body = {key: value for key, value in told.items() if key != "signature"}
    try:
        chain = _chain(told["certificates"])
        _check(chain[0].public_key(), _bytes(told["signature"]), canonical.form(body))
    except InvalidSignature as error:
        raise BadSignature("it was not made by the key of its certificate") from error
    except UnsupportedAlgorithm as error:
        raise BadSignature("a certificate in it has a key of an unknown kind") from error
    return Signature(
        receipt_sha256=str(told["receipt_sha256"]), canonical_sha256=str(told["canonical_sha256"]), chain=chain
    )


def trusted(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> bool:
    """Whether a chain that holds in itself has one of the anchors in it, or was issued by one."""
    known = {fingerprint(one) for one in anchors}
    return any(fingerprint(one) in known for one in chain) or any(_issued(chain[-1], anchor) for anchor in anchors)


def _chain(told: object) -> tuple[x509.Certificate, ...]:
    if not isinstance(told, list) or not 0 < len(told) <= MOST_CERTIFICATES:
        raise BadSignature("it brings no certificates")
    try:
        with warnings.catch_warnings():
            # What the library only warns of (a serial number that RFC 5280 does not allow), it will soon refuse.
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            chain = tuple(x509.load_der_x509_certificate(_bytes(one)) for one in told)
    except (ValueError, CryptographyDeprecationWarning) as error:
        raise BadSignature("a certificate in it cannot be read") from error
    for at, certificate in enumerate(chain[:-1]):
        if not _issued(certificate, chain[at + 1]):
            raise BadSignature("its certificates were not issued by each other")
    return chain


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check(key: object, signed: bytes, message: bytes) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size in _HASHES:
        key.verify(signed, message, ec.ECDSA(_HASHES[key.key_size]))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signed, message)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signed, message, _PSS, hashes.SHA256())
    else:
        raise BadSignature("its certificate has a key of a kind that signs no receipts")


def _document(told: Mapping[str, Any]) -> bytes:
    return canonical.form(dict(told)) + b"\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(told: object) -> bytes:
    try:
        data = base64.b64decode(str(told), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature("a part of it cannot be read") from error
    # The last character of base64 has bits that say nothing: another one would read the same.
    if _text(data) != told:
        raise BadSignature("a part of it is not written as Briefmill writes it")
    return data
