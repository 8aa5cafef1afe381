"""Whose signature stands on what is delivered: a certificate chain and its key.

Every home has a development authority of its own under `state/authority/`: a root, which signs nothing but the leaf,
and the leaf, which signs manifests and receipts. Nobody outside knows that root, so readers call such a signature valid
but not trusted; a certificate that the world knows is brought as two files (`wiring` passes their paths).
C2PA refuses a leaf that is its own root, and asks of it the key usage digitalSignature and an extended key usage that
it knows (here: emailProtection), hence two certificates. Keys are readable by their owner alone. A root that was lost
is not made again in silence: what it vouched for could no longer be checked.
"""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from briefmill import files
from briefmill.errors import ConfigError, FolderError

FOLDER: Final = "authority"
"""The folder of the development authority, below the home's state."""

ROOT: Final = "root.pem"
ROOT_KEY: Final = "root.key"
CHAIN: Final = "chain.pem"
KEY: Final = "leaf.key"

ROOT_DAYS: Final = 3650
LEAF_DAYS: Final = 730
RENEW_DAYS: Final = 30
"""A development leaf with fewer days left is made anew at the next start."""

_CURVES: Final = {256: "es256", 384: "es384", 521: "es512"}
_PURPOSES: Final = frozenset(
    {ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
     x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")}
)  # fmt: skip
"""Extended key usages that C2PA takes: e-mail protection, document signing (RFC 9336), and its own claim signing."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate chain (leaf first, PEM) and the leaf's key (PEM, PKCS#8, unencrypted).

    `fingerprint` is the SHA-256 of the leaf (hex), `algorithm` C2PA's name for the signature. `own` tells that this is
    the home's development authority, whose root is in `root_pem`; empty for a certificate that was brought.
    """

    certificate_chain_pem: bytes
    key_pem: bytes
    fingerprint: str
    algorithm: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    own: bool = False
    root_pem: bytes = b""

    def days_left(self, now: datetime) -> int:
        """Whole days until the leaf ends; negative once it has."""
        return (self.not_after - now).days


def prepare(folder: Path, *, now: datetime) -> list[Path]:
    """Make the development authority where it is missing, and a new leaf where the old one ends; what was written.

    Raises FolderError when the folder cannot be used, ConfigError when half of the authority is gone.
    """
    try:
        if not (folder / ROOT).exists():
            _no_orphans(folder)
            return [*_new_root(folder, now), *_new_leaf(folder, now)]
        if not (folder / CHAIN).exists() or not (folder / KEY).exists():
            return _new_leaf(folder, now)
        if load(folder).days_left(now) < RENEW_DAYS:
            return _new_leaf(folder, now)
    except OSError as error:
        raise FolderError(f"{folder} cannot be used: {error.strerror}. Mend its rights.") from error
    return []


def renew(folder: Path, *, now: datetime, root: bool = False) -> list[Path]:
    """Make a new leaf, with `root` a new root too. What an old leaf signed stays valid; an old root's does not."""
    try:
        made = _new_root(folder, now) if root or not (folder / ROOT).exists() else []
        return [*made, *_new_leaf(folder, now)]
    except OSError as error:
        raise FolderError(f"{folder} cannot be written: {error.strerror}. Mend its rights.") from error


def load(folder: Path) -> Authority:
    """The development authority of a folder. Raises ConfigError where it is missing or broken."""
    for name in (CHAIN, KEY, ROOT):
        if not (folder / name).is_file():
            raise ConfigError(f"{folder / name} is missing. `briefmill ca new` makes a development certificate.")
    return _read(folder / CHAIN, folder / KEY, root=folder / ROOT)


def bring(certificate: Path, key: Path) -> Authority:
    """A certificate and key that were brought as PEM files, leaf first. Raises ConfigError with file and fix."""
    return _read(certificate, key, root=None)


def check(authority: Authority, now: datetime) -> None:
    """Raise ConfigError where this authority may not sign now."""
    if now >= authority.not_after:
        raise ConfigError(
            f"the signing certificate of {authority.subject} ended on {authority.not_after:%Y-%m-%d}. "
            + ("Run `briefmill ca new`." if authority.own else "Bring a renewed one (provenance.certificate).")
        )
    if now < authority.not_before - timedelta(minutes=5):
        raise ConfigError(
            f"the signing certificate of {authority.subject} holds only from {authority.not_before:%Y-%m-%d}. "
            "Look at this machine's clock."
        )


def _no_orphans(folder: Path) -> None:
    if (folder / CHAIN).exists():
        raise ConfigError(
            f"{folder} holds a leaf and no root. Put {ROOT} and {ROOT_KEY} back from a backup, "
            "or run `briefmill ca new --root`."
        )


def _read(certificate: Path, key: Path, *, root: Path | None) -> Authority:
    chain_pem, key_pem = _bytes(certificate, "certificate"), _bytes(key, "key")
    chain = _certificates(chain_pem, certificate)
    leaf = chain[0]
    try:
        private = serialization.load_pem_private_key(key_pem, password=None)
    except TypeError as error:
        raise ConfigError(f"{key} is locked with a password. Write it without one, mode 0600.") from error
    except ValueError as error:
        raise ConfigError(f"{key} is no private key in PEM. Bring the key that belongs to {certificate}.") from error
    _belongs(private.public_key(), leaf, certificate, key)
    if root is None:
        _fit(leaf, certificate)
    plain = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Authority(
        certificate_chain_pem=b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain),
        key_pem=plain,
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        algorithm=_algorithm(leaf.public_key(), certificate),
        subject=_name(leaf.subject),
        issuer=_name(leaf.issuer),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        own=root is not None,
        root_pem=_bytes(root, "root certificate") if root is not None else b"",
    )


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the signing {what} {path} cannot be read: {error.strerror}. Look at its path and its rights."
        ) from error


def _certificates(pem: bytes, path: Path) -> Sequence[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ConfigError(
            f"{path} holds no certificate in PEM. Bring the whole chain, the signing certificate first."
        ) from error


def _belongs(public: PublicKeyTypes, leaf: x509.Certificate, certificate: Path, key: Path) -> None:
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != leaf.public_key().public_bytes(*form):
        raise ConfigError(
            f"{key} is not the key of the first certificate in {certificate}. Put the signing certificate first."
        )


def _fit(leaf: x509.Certificate, path: Path) -> None:
    """What C2PA asks of a signing certificate, said before it refuses each file with fewer words."""
    if leaf.issuer == leaf.subject:
        raise ConfigError(f"{path} begins with a certificate that signed itself; C2PA takes none. Put the leaf first.")
    try:
        purposes = set(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = set()
    if not purposes & _PURPOSES:
        raise ConfigError(
            f"{path} is not for signing documents: C2PA asks for the extended key usage emailProtection or "
            "documentSigning. A certificate of a web server does not do."
        )


def _algorithm(public: object, path: Path) -> str:
    if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.key_size in _CURVES:
        return _CURVES[public.curve.key_size]
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "ed25519"
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        return "ps256"
    raise ConfigError(f"{path}: C2PA cannot sign with this kind of key. Use ECDSA (P-256), Ed25519, or RSA from 2048.")


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _new_root(folder: Path, now: datetime) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(stat.S_IRWXU)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _subject("Briefmill development root")
    built = _builder(name, name, key.public_key(), now, ROOT_DAYS)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(_usage(signs_certificates=True), critical=True)
    certificate = built.sign(key, hashes.SHA256())
    return [
        _kept(folder / ROOT_KEY, _private(key), mode=0o600),
        _kept(folder / ROOT, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644),
    ]


def _new_leaf(folder: Path, now: datetime) -> list[Path]:
    root_pem, root_key_pem = _bytes(folder / ROOT, "root certificate"), _bytes(folder / ROOT_KEY, "root key")
    root = _certificates(root_pem, folder / ROOT)[0]
    try:
        signer = serialization.load_pem_private_key(root_key_pem, password=None)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{folder / ROOT_KEY} is broken. Put it back, or run `briefmill ca new --root`.") from error
    assert isinstance(signer, ec.EllipticCurvePrivateKey), "it was made above"
    key = ec.generate_private_key(ec.SECP256R1())
    days = min(LEAF_DAYS, (root.not_valid_after_utc - now).days)
    built = _builder(_subject("Briefmill development certificate"), root.subject, key.public_key(), now, days)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    built = built.add_extension(_usage(signs_certificates=False), critical=True)
    built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    built = built.add_extension(issuer, critical=False)
    certificate = built.sign(signer, hashes.SHA256())
    chain = certificate.public_bytes(serialization.Encoding.PEM) + root_pem
    # A kill between the two leaves a pair that does not match: the chain goes, and with it the pair, first.
    (folder / CHAIN).unlink(missing_ok=True)
    return [_kept(folder / KEY, _private(key), mode=0o600), _kept(folder / CHAIN, chain, mode=0o644)]


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    # An hour back: machines that read the file at once need not have the same clock.
    begins = now.astimezone(UTC) - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=max(1, days)))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _subject(name: str) -> x509.Name:
    words = ((NameOID.ORGANIZATION_NAME, "Briefmill (development)"), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in words])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _kept(path: Path, data: bytes, *, mode: int) -> Path:
    files.write_durably(path, data, mode=mode)
    return path
