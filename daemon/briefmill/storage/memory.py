"""The store in memory: the twin for tests."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from briefmill.domain.artefact import Ref
from briefmill.errors import NotFound, Permanent


class MemoryStore:
    """Implements ports.Store; gone with its process."""

    def __init__(self) -> None:
        self._artefacts: dict[str, bytes] = {}

    def put(self, data: bytes, media_type: str, *, lasting: bool = True) -> Ref:
        """Keep these bytes."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._artefacts[sha256] = data
        return Ref(sha256=sha256, size=len(data), media_type=media_type)

    def adopt(self, path: Path, ref: Ref) -> Ref:
        """Take a finished file over."""
        self._artefacts[ref.sha256] = path.read_bytes()
        path.unlink()
        return ref

    def get(self, ref: Ref) -> bytes:
        """The bytes; raises NotFound."""
        try:
            return self._artefacts[ref.sha256]
        except KeyError as error:
            raise NotFound(f"The artefact {ref.sha256} is not here.") from error

    def pieces(self, ref: Ref) -> Iterator[bytes]:
        """The bytes, in one piece."""
        yield self.get(ref)

    def gather(self, pieces: Iterable[bytes], ref: Ref) -> Ref:
        """Keep bytes that come a piece at a time under an address that is known."""
        data = b"".join(pieces)
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise Permanent(f"These are other bytes than those of {ref.sha256}.")
        self._artefacts[ref.sha256] = data
        return ref

    def has(self, ref: Ref) -> bool:
        """True when `get` would find it."""
        return ref.sha256 in self._artefacts

    def delete(self, sha256: str) -> None:
        """Forget an artefact."""
        self._artefacts.pop(sha256, None)
