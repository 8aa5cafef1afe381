"""Whether a delivered folder is still what its receipt says: every file by its hash, the receipt by its signature.

Folders come back from disks, shares and agencies: everything in them is untrusted. Nothing is followed that is a link,
nothing is read whole but the two documents, and what is found is said in words that name the file.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

from cryptography import x509

from briefmill.receipts import canonical, signature

FILE: Final = "receipt.json"
MOST_BYTES: Final = 64 * 2**20
"""Bytes of a receipt at most; one of four thousand creatives has about six million."""

_PIECE: Final = 1 << 20


class Fault(StrEnum):
    """What can be wrong with a delivered folder."""

    NO_RECEIPT = "no_receipt"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    OTHER_SIGNER = "other_signer"
    OUT_OF_TIME = "out_of_time"
    RECEIPT_CHANGED = "receipt_changed"
    REFORMATTED = "reformatted"
    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One thing that is wrong: which kind, with which file (POSIX path in the folder), and what that means."""

    fault: Fault
    path: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found. `signer` names the certificate's subject, `fingerprint` its SHA-256; empty where unsigned."""

    folder: Path
    job: str = ""
    campaign: str = ""
    files: int = 0
    signer: str = ""
    fingerprint: str = ""
    wrong: tuple[Wrong, ...] = ()

    @property
    def holds(self) -> bool:
        """True when nothing is wrong."""
        return not self.wrong


def folder_of(path: Path) -> Path | None:
    """The delivered folder that a path is or lies in: the nearest one upwards with a receipt. None where none is."""
    start = path if path.is_dir() else path.parent
    return next((one for one in (start, *start.parents) if (one / FILE).is_file()), None)


def verify(folder: Path, *, anchors: Sequence[x509.Certificate], only: frozenset[str] = frozenset()) -> Report:
    """Check a delivered folder; `only` some of its files (POSIX paths in it) and the receipt itself.

    `anchors` are the certificates that are trusted. Raises OSError where a file cannot be read.
    """
    data = _document(folder / FILE)
    told = _parsed(data)
    if told is None or data is None:
        words = "there is no receipt that can be read; nothing can be said of this folder"
        return Report(folder=folder, wrong=(Wrong(fault=Fault.NO_RECEIPT, path=FILE, words=words),))
    wrong: list[Wrong] = []
    found, signing = _signed(folder, data, told, anchors)
    wrong += signing
    listed = {str(one["path"]): one for one in _entries(told)}
    wrong += [
        fault for path, one in listed.items() if not only or path in only for fault in _compared(folder, path, one)
    ]
    there = set(_files(folder))
    ours = {FILE, signature.FILE, *listed}
    wrong += [
        Wrong(fault=Fault.EXTRA, path=path, words="it is not in the receipt: somebody put it there later")
        for path in sorted(there - ours if not only else only - ours)
    ]
    return Report(
        folder=folder,
        job=str(told.get("job", "")),
        campaign=str(told.get("campaign", "")),
        files=len(only or listed),
        signer=found.leaf.subject.rfc4514_string() if found else "",
        fingerprint=signature.fingerprint(found.leaf) if found else "",
        wrong=tuple(wrong),
    )


def _signed(
    folder: Path, receipt: bytes, told: dict[str, Any], anchors: Sequence[x509.Certificate]
) -> tuple[signature.Signature | None, list[Wrong]]:
    data = _document(folder / signature.FILE)
    if data is None:
        words = "there is no signature; the receipt may say what anybody wrote into it"
        return None, [Wrong(fault=Fault.UNSIGNED, path=signature.FILE, words=words)]
    try:
        found = signature.read(data)
    except signature.BadSignature as error:
        words = f"the signature does not hold: {error}"
        return None, [Wrong(fault=Fault.BAD_SIGNATURE, path=signature.FILE, words=words)]
    wrong: list[Wrong] = []
    if hashlib.sha256(receipt).hexdigest() != found.receipt_sha256:
        wrong.append(_changed_receipt(told, found))
    if not signature.trusted(found.chain, anchors):
        name = found.leaf.subject.rfc4514_string()
        words = f"it was signed by somebody who is not known here: {name}"
        wrong.append(Wrong(fault=Fault.OTHER_SIGNER, path=signature.FILE, words=words))
    if not _in_time(told, found.leaf):
        words = "the receipt says it was made when its signer's certificate did not hold"
        wrong.append(Wrong(fault=Fault.OUT_OF_TIME, path=signature.FILE, words=words))
    return found, wrong


def _changed_receipt(told: dict[str, Any], found: signature.Signature) -> Wrong:
    try:
        same = hashlib.sha256(canonical.form(told)).hexdigest() == found.canonical_sha256
    except ValueError:
        same = False
    if same:
        words = "the receipt was laid out anew; it says what was signed, in other bytes"
        return Wrong(fault=Fault.REFORMATTED, path=FILE, words=words)
    return Wrong(fault=Fault.RECEIPT_CHANGED, path=FILE, words="the receipt was changed after it was signed")


def _in_time(told: dict[str, Any], leaf: x509.Certificate) -> bool:
    try:
        made = datetime.fromisoformat(str(told.get("made_at")))
        holds = leaf.not_valid_before_utc <= made < leaf.not_valid_after_utc
    except (ValueError, TypeError):
        return False
    return holds


def _entries(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The files that the receipt lists; entries that are none, or lead out of the folder, list nothing."""
    listed = told.get("files")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("path"), str):
            path = PurePosixPath(one["path"])
            if path.parts and not path.is_absolute() and ".." not in path.parts and "\0" not in one["path"]:
                yield one


def _compared(folder: Path, path: str, one: dict[str, Any]) -> Iterator[Wrong]:
    file = folder / path
    try:
        kind = file.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        yield Wrong(fault=Fault.MISSING, path=path, words="it was delivered and is not here")
        return
    if not stat.S_ISREG(kind):
        yield Wrong(fault=Fault.CHANGED, path=path, words="it is no file any more, but a link or something else")
    elif _sha256(file) != one.get("sha256"):
        yield Wrong(fault=Fault.CHANGED, path=path, words="its bytes are not those that were delivered")


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as reading:
        while piece := reading.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(base) / name).relative_to(folder).as_posix()


def _document(path: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return data if len(data) <= MOST_BYTES else None


def _parsed(data: bytes | None) -> dict[str, Any] | None:
    try:
        told = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
