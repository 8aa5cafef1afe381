"""What lies outside: time, listeners, makers of pictures, stores, where finished folders go, the bell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from briefmill.domain.artefact import Ref
from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.domain.facts import Fact
from briefmill.domain.job import Job, Stage


class Clock(Protocol):
    """Time, passed in so that tests need not wait."""

    def now(self) -> datetime:
        """Wall-clock time, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""


class Listener(Protocol):
    """Somebody who wants to hear facts. May be called from any thread; must not block."""

    def hear(self, fact: Fact) -> None:
        """Take note of one fact. Whatever is raised is caught by the caller and told to nobody but the log."""


class ImageMaker(Protocol):
    """Makes pictures. Blocks; called from a thread."""

    @property
    def name(self) -> str:
        """A short stable name for metrics and receipts, for example `openai`."""

    def make(self, request: PictureRequest) -> MadePicture:
        """Make one picture.

        Raises Temporary (rate limit, server error, cut connection), PictureRefused (moderation: never again with this
        prompt), or Paused (no quota, bad key, retired model: concerns every job).
        """


class CopyWriter(Protocol):
    """Writes words that a brief leaves open. Blocks; called from a thread."""

    @property
    def name(self) -> str:
        """A short stable name for metrics and receipts."""

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the texts of a request.

        What was written and cannot be used is told as unfit, not raised. Raises Temporary, Paused, or PictureRefused
        where a safety system blocks the request.
        """


class Store(Protocol):
    """Artefacts by content. Idempotent: putting the same bytes twice is one artefact."""

    def put(self, data: bytes, media_type: str, *, lasting: bool = True) -> Ref:
        """Keep these bytes durably (fsynced) and give their address. Raises Paused when the disk is full.

        What need not be `lasting`, because it can be made again, waits for no disk: after a power cut it may be gone
        (NotFound) or torn (Permanent).
        """

    def adopt(self, path: Path, ref: Ref) -> Ref:
        """Keep a finished private file under its address, moving it; the caller vouches for the hash."""

    def get(self, ref: Ref) -> bytes:
        """The bytes, verified against the address. Raises NotFound, or Permanent when they no longer match."""

    def pieces(self, ref: Ref) -> Iterator[bytes]:
        """The same a piece at a time, for what may not fit into memory; verified when the last piece has been taken."""

    def gather(self, pieces: Iterable[bytes], ref: Ref) -> Ref:
        """Keep these bytes durably under an address that is known. Raises Permanent when they are others, Paused."""

    def has(self, ref: Ref) -> bool:
        """True when `get` would find it."""

    def delete(self, sha256: str) -> None:
        """Forget an artefact; not an error when it is not there."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A folder to publish. `files` maps relative POSIX paths to stored artefacts or to small bytes made on the spot.

    A `rehearsal` is built in its place like any other, and taken away again instead of being shown.
    """

    job: str
    folder: str
    files: Mapping[str, Ref | bytes]
    rehearsal: bool = False


class Publisher(Protocol):
    """Puts finished folders where people look. A folder appears whole or not at all, and nothing is overwritten."""

    async def deliver(self, package: Package) -> str:
        """Publish into the outbox; returns the folder's name there.

        Idempotent by job: a folder whose `receipt.json` names this job is this delivery, already done. A name taken by
        somebody else gets `~2`, `~3`, ... Raises Paused (disk full, read-only, folder gone).
        """

    async def reject(self, package: Package, original: Path | None) -> str:
        """Publish into `rejected/`, with the untouched `original` (file or folder) copied beside the reasons."""

    async def withdraw(self, job: Job) -> None:
        """Take a cancelled job's folder out of the outbox; harmless when none of it is there."""


class Bell(Protocol):
    """A doorbell: it may lose rings, never work."""

    def ring(self, stage: Stage) -> None:
        """Something may wait at `stage`. May be called from any thread."""

    async def heard(self, stage: Stage, timeout_s: float) -> bool:
        """Wait for a ring, at most so long; False on time-out."""
