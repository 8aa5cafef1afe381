"""What a backup says of itself: which files it holds, of which folder, with size and hash.

A manifest that is read back comes from outside: every path in it is checked here before anybody makes a file of it.
Paths are relative, with POSIX separators. A name may be no text: such bytes, and `%` itself, are written as `%xx`.
"""

import hashlib
import json
import re
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from briefmill.errors import FolderError

FORMAT: Final = 1
NAME: Final = "manifest.json"
LEDGER: Final = "briefmill.db"
_ESCAPE: Final = re.compile(rb"%([0-9a-f]{2})")
_LONGEST_NAME: Final = 255
_LONGEST_PATH: Final = 4096


class Root(StrEnum):
    """The folder of a home that a file belongs to."""

    STATE = "state"
    ARTEFACTS = "artefacts"
    CACHE = "cache"
    AUTHORITY = "authority"
    ARCHIVE = "archive"
    CONFIG = "config"
    HOME = "home"
    ASSETS = "assets"
    INBOX = "inbox"
    REJECTED = "rejected"
    OUTBOX = "outbox"


ADDRESSED: Final = frozenset({Root.ARTEFACTS, Root.ARCHIVE})
"""Folders whose files are named by their content."""

_ONLY: Final = {
    Root.STATE: frozenset({LEDGER, "owner", "inbox"}),
    Root.HOME: frozenset({".env"}),
}
_OWN: Final = ".briefmill"
_OURS: Final = frozenset({"claimed", "held", "tries"})
"""What of the inbox's own folder is brought back; marker and cards belong to the folder that is there."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Kept(_Model):
    """One file: whose folder, its path there as it is written (see `where`), and the parcel's member with its bytes."""

    root: Root
    path: Annotated[str, Field(min_length=1, max_length=_LONGEST_PATH)]
    member: Annotated[str, Field(min_length=1, max_length=_LONGEST_PATH)]
    size: Annotated[int, Field(ge=0, le=2**50)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    mode: Annotated[int, Field(ge=0, le=0o777)] = 0o644

    @model_validator(mode="after")
    def _in_its_folder(self) -> "Kept":
        if reason := misplaced(self.root, self.where, self.sha256):
            raise ValueError(f"{self.path!r} {reason}")
        return self

    @property
    def where(self) -> str:
        """The path as the file system knows it, with surrogate escapes for what is no text."""
        return _plain(self.path)


class Manifest(_Model):
    """All of a backup. `revision` and `head` are those of the ledger: its tables, and its last audit row's hash.

    `absent` are artefacts that the ledger names and the home no longer had; `remarks` are for people.
    """

    format: int
    version: str
    made_at: AwareDatetime
    home: str
    inbox: str = ""
    revision: str | None
    head: str
    rows: dict[str, int] = Field(default_factory=dict)
    keys: bool = False
    files: tuple[Kept, ...]
    absent: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files, each counted once for every place that it has."""
        return sum(one.size for one in self.files)

    def of(self, root: Root) -> list[Kept]:
        """The files of one folder."""
        return [one for one in self.files if one.root is root]


def escaped(path: str) -> str:
    """How a path is written: bytes that are no text, and `%`, as `%xx`."""
    return "".join(
        f"%{ord(char) - 0xDC00:02x}" if "\udc80" <= char <= "\udcff" else "%25" if char == "%" else char
        for char in path
    )


def _plain(path: str) -> str:
    raw = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), path.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "surrogateescape")


def misplaced(root: Root, path: str, sha256: str) -> str:
    """Why a file may not lie at this path, empty when it may."""
    parts = path.split("/")
    if "\0" in path or any(part in {"", ".", ".."} for part in parts):
        return "is no plain path"
    if any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST_NAME for part in parts):
        return "has a name that no file system takes"
    if root in ADDRESSED and parts != [sha256[:2], sha256]:
        return "is not where its content belongs"
    if root in _ONLY and path not in _ONLY[root]:
        return "is nothing that a home has there"
    if root is Root.INBOX and parts[0] == _OWN and (len(parts) < 3 or parts[1] not in _OURS):
        return "belongs to the inbox that is there"
    return ""


def written(manifest: Manifest) -> bytes:
    """The manifest as JSON, in ASCII."""
    return json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True).encode()


def read(data: bytes) -> Manifest:
    """A manifest from outside. Raises FolderError in words for people."""
    try:
        told: Any = json.loads(data)
        number = told.get("format") if isinstance(told, dict) else None
        if isinstance(number, int) and number > FORMAT:
            raise FolderError(f"This backup was made by a newer Briefmill (format {number}). Restore it with that one.")
        manifest = Manifest.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FolderError(f"The backup's manifest is not sound: {place}: {first['msg']}.") from error
    except (ValueError, RecursionError) as error:
        raise FolderError(f"The backup's manifest cannot be read: {error}.") from error
    _check_whole(manifest)
    return manifest


def seal(data: bytes) -> str:
    """The SHA-256 of a manifest's bytes: noted elsewhere, it tells this backup from any other."""
    return hashlib.sha256(data).hexdigest()


def _check_whole(manifest: Manifest) -> None:
    places = [(one.root, one.where) for one in manifest.files]
    if len(set(places)) != len(places):
        raise FolderError("The backup's manifest is not sound: two of its files have one place.")
    if (Root.STATE, LEDGER) not in set(places):
        raise FolderError("The backup's manifest is not sound: there is no ledger in it.")
    told: dict[str, tuple[int, str]] = {}
    for one in manifest.files:
        if told.setdefault(one.member, (one.size, one.sha256)) != (one.size, one.sha256):
            raise FolderError(f"The backup's manifest is not sound: it says two things of {one.member!r}.")
