"""A store in a folder: `ab/abcdef...`, each file written beside its place, fsynced and renamed there.

Reads are verified against the address, so a rotten disk is noticed when it matters. Nothing is overwritten: a file that
is there already holds the same bytes by construction.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from briefmill import files
from briefmill.domain.artefact import Ref
from briefmill.errors import NotFound, Permanent


@dataclass(frozen=True)
class FileStore:
    """Implements ports.Store under `root`. Holds no open file, so that it may travel to a worker process."""

    root: Path

    def put(self, data: bytes, media_type: str) -> Ref:
        """Keep these bytes. Raises Paused when there is no room."""
        ref = Ref(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type)
        place = self._place(ref.sha256)
        if not place.exists():
            with files.disk_errors("the artefact store"):
                place.parent.mkdir(parents=True, exist_ok=True)
                files.write_durably(place, data)
        return ref

    def adopt(self, path: Path, ref: Ref) -> Ref:
        """Move a finished file of ours under its address; the caller vouches for the hash."""
        place = self._place(ref.sha256)
        with files.disk_errors("the artefact store"):
            place.parent.mkdir(parents=True, exist_ok=True)
            files.sync(path)
            path.replace(place)
            files.sync(place.parent)
        return ref

    def get(self, ref: Ref) -> bytes:
        """The bytes, verified."""
        try:
            with files.disk_errors("the artefact store"):
                data = self._place(ref.sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"The artefact {ref.sha256} is not in {self.root}.") from error
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise Permanent(f"The artefact {ref.sha256} in {self.root} has rotted: its bytes no longer match its name.")
        return data

    def has(self, ref: Ref) -> bool:
        """True when it is there; not verified."""
        return self._place(ref.sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Forget an artefact."""
        with files.disk_errors("the artefact store"):
            self._place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise NotFound(f"{sha256!r} is no address of an artefact.")
        return self.root / sha256[:2] / sha256
