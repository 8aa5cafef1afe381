"""A store in a folder: `ab/abcdef...`, each file written beside its place, renamed there and fsynced.

Reads are verified against the address, so a rotten disk is noticed when it matters, and what a power cut left torn is
written anew. A folder that is closed to us concerns every job, like a full disk: Paused.
"""

import errno
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.domain.artefact import Ref
from briefmill.errors import NotFound, Paused, Permanent

_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class FileStore:
    """Implements ports.Store under `root`. Holds no open file, so that it may travel to a worker process."""

    root: Path

    def prepare(self) -> None:
        """Make the folders that addresses lead to, so that no artefact waits for its own. Raises Paused."""
        with self._pausing():
            self.root.mkdir(parents=True, exist_ok=True)
            missing = [
                folder for folder in (self.root / f"{number:02x}" for number in range(256)) if not folder.is_dir()
            ]
            for folder in missing:
                folder.mkdir(exist_ok=True)
            if missing:
                files.sync(self.root)

    def put(self, data: bytes, media_type: str, *, lasting: bool = True) -> Ref:
        """Keep these bytes. Raises Paused when there is no room, or the folder may not be written."""
        ref = Ref(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type)
        return self._kept((data,), ref, lasting=lasting)

    def gather(self, pieces: Iterable[bytes], ref: Ref) -> Ref:
        """Keep bytes that come a piece at a time under an address that is known."""
        return self._kept(_checked(pieces, ref), ref)

    def adopt(self, path: Path, ref: Ref) -> Ref:
        """Move a finished file of ours under its address; the caller vouches for the hash."""
        place = self._place(ref.sha256)
        with self._pausing():
            self._shelf(place.parent)
            try:
                path.replace(place)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                with path.open("rb") as other:
                    files.keep(place, iter(partial(other.read, _PIECE), b""))
                path.unlink()
            else:
                files.sync(place)  # its new name goes to the disk with it: see files.keep
        return ref

    def _kept(self, pieces: Iterable[bytes], ref: Ref, *, lasting: bool = True) -> Ref:
        place = self._place(ref.sha256)
        with self._pausing():
            if not self._whole(place, ref):
                self._shelf(place.parent)
                files.keep(place, pieces, lasting=lasting)
            else:
                with suppress(OSError):
                    # Of use again: who clears old ones away goes by this.
                    os.utime(place)
                if lasting:
                    files.sync(place)  # somebody may have put it there a moment ago, or for the moment only
        return ref

    def _whole(self, place: Path, ref: Ref) -> bool:
        """Whether it is there already; a power cut may have left its name with less than its bytes."""
        if not place.exists():
            return False
        try:
            deque(self.pieces(ref), maxlen=0)
        except (NotFound, Permanent):
            return False
        return True

    def get(self, ref: Ref) -> bytes:
        """The bytes, verified."""
        try:
            with self._pausing():
                data = self._place(ref.sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"The artefact {ref.sha256} is not in {self.root}.") from error
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise self._rotten(ref)
        return data

    def pieces(self, ref: Ref) -> Iterator[bytes]:
        """The bytes a piece at a time; verified at their end."""
        digest = hashlib.sha256()
        try:
            with self._pausing(), self._place(ref.sha256).open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
                    yield piece
        except FileNotFoundError as error:
            raise NotFound(f"The artefact {ref.sha256} is not in {self.root}.") from error
        if digest.hexdigest() != ref.sha256:
            raise self._rotten(ref)

    def has(self, ref: Ref) -> bool:
        """True when it is there; not verified."""
        return self._place(ref.sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Forget an artefact."""
        with self._pausing():
            self._place(sha256).unlink(missing_ok=True)

    def _rotten(self, ref: Ref) -> Permanent:
        return Permanent(f"The artefact {ref.sha256} in {self.root} has rotted: its bytes no longer match its name.")

    def _shelf(self, folder: Path) -> None:
        """Make the folder of an address; a new one goes to the disk, or a power cut takes it with what it holds."""
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            files.sync(self.root)

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        try:
            with files.disk_errors(f"the artefact store {self.root}"):
                yield
        except PermissionError as error:
            raise Paused(f"{error.filename or self.root}: {error.strerror}", resource="folder") from error

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise NotFound(f"{sha256!r} is no address of an artefact.")
        return self.root / sha256[:2] / sha256


def _checked(pieces: Iterable[bytes], ref: Ref) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != ref.sha256:
        raise Permanent(f"These are other bytes than those of {ref.sha256}.")
