"""Who signs in this home: the certificate that was brought, or the home's own development authority.

Read when the daemon starts, so that a missing key or a certificate that has ended is said before any brief is taken.
The development authority is made without asking where it is missing: it is worth nothing to anybody else.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from briefmill import __version__
from briefmill.errors import BriefmillError, ConfigError
from briefmill.provenance import authority
from briefmill.provenance.authority import Authority
from briefmill.provenance.sealing import Sealing
from briefmill.receipts import signature
from briefmill.runtime import doctor
from briefmill.settings import Settings

TOOL: Final = "Briefmill"
SOON_DAYS: Final = 30


def folder(settings: Settings) -> Path:
    """Where the development authority lies."""
    return settings.folders.state / authority.FOLDER


def brought(settings: Settings) -> tuple[Path, Path] | None:
    """The files of a certificate and its key, None for the development one. Raises ConfigError for half of it."""
    certificate, key = settings.provenance.certificate, settings.provenance.key
    if not certificate and not key:
        return None
    if not certificate or not key:
        lacking, there = ("key", "certificate") if certificate else ("certificate", "key")
        raise ConfigError(f"provenance.{there} is set and provenance.{lacking} is not. Set both, or neither.")
    return settings.home / certificate, settings.home / key


def prepare(settings: Settings, now: datetime) -> list[Path]:
    """Make the development authority where the home needs one; what was written."""
    if not settings.provenance.enabled or brought(settings) is not None:
        return []
    return authority.prepare(folder(settings), now=now)


def signer(settings: Settings) -> Authority:
    """The authority in force, for manifests and receipts. Raises ConfigError."""
    files = brought(settings)
    return authority.load(folder(settings)) if files is None else authority.bring(*files)


def receipts(settings: Settings) -> Callable[[bytes], bytes] | None:
    """Who signs receipts: gives the bytes of `receipt.sig`. None where provenance is off. Raises ConfigError."""
    if not settings.provenance.enabled:
        return None
    found = signer(settings)
    return lambda receipt: signature.make(receipt, found.certificate_chain_pem, found.key_pem)


def anchors(settings: Settings, more: Iterable[Path] = ()) -> list[x509.Certificate]:
    """The certificates that this home trusts to sign receipts: its development root, what was brought, and `more`.

    Raises ConfigError for a file without a certificate.
    """
    found = list(_certificates(root(settings), authority.ROOT)) if root(settings) else []
    if brought(settings) is not None:
        found += _certificates(signer(settings).certificate_chain_pem, "provenance.certificate")
    for path in more:
        try:
            found += _certificates(path.read_bytes(), str(path))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    return found


def _certificates(pem: bytes, name: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ConfigError(f"{name} holds no certificate in PEM.") from error


def root(settings: Settings) -> bytes:
    """The development root (PEM), empty where this home has none."""
    path = folder(settings) / authority.ROOT
    return path.read_bytes() if path.is_file() else b""


def renew(settings: Settings, now: datetime, *, root: bool = False) -> list[Path]:
    """Make a new development leaf, with `root` a new root too; what was written."""
    return authority.renew(folder(settings), now=now, root=root)


def of(settings: Settings, now: datetime) -> Sealing | None:
    """What workers need to sign; None where provenance is off. Raises ConfigError where nothing could be signed."""
    if not settings.provenance.enabled:
        return None
    prepare(settings, now)
    found, files, own = signer(settings), brought(settings), folder(settings)
    authority.check(found, now)
    certificate, key = files or (own / authority.CHAIN, own / authority.KEY)
    return Sealing(
        certificate=certificate,
        key=key,
        root=None if files else own / authority.ROOT,
        fingerprint=found.fingerprint,
        tool=TOOL,
        version=__version__,
    )


def examined(settings: Settings, now: datetime) -> doctor.Check:
    """The doctor's look at the certificate; one that ends within a month is a fault already."""
    name = "certificate"
    if not settings.provenance.enabled:
        return doctor.Check(name=name, ok=True, found="files are not signed (provenance.enabled is false)")
    try:
        if brought(settings) is None and not (folder(settings) / authority.CHAIN).exists():
            return doctor.Check(name=name, ok=True, found="none yet; a development one is made at the first run")
        found = signer(settings)
        authority.check(found, now)
    except BriefmillError as error:
        return doctor.Check(name=name, ok=False, found=str(error), fix="See docs/provenance.md.")
    words = f"{found.subject}, {'for development, ' if found.own else ''}until {found.not_after:%Y-%m-%d}"
    soon = not found.own and found.days_left(now) < SOON_DAYS
    return doctor.Check(
        name=name, ok=not soon, found=words, fix="Renew it now: files are not signed once it has ended." if soon else ""
    )
