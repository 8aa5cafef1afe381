"""Artefacts: bytes known by their content, and the snapshot of what somebody dropped."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Ref:
    """A content address: the SHA-256 (lower-case hex), the size in bytes, the media type. Never a machine's path."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Our private copy of a dropped brief. `name` is the brief's file name, printable.

    `files` holds every other file that came with it, by its path relative to the brief (POSIX separators).
    """

    name: str
    brief: Ref
    files: Mapping[str, Ref] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """The identity of the drop: SHA-256 of the brief alone, or over brief and bundled files by path."""
        if not self.files:
            return self.brief.sha256
        digest = hashlib.sha256(self.brief.sha256.encode())
        for path in sorted(self.files):
            digest.update(f"\n{self.files[path].sha256} {path}".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()
