"""A maker whose words are shown to a safety system before anything is paid, and its pictures before they are used.

What was found of a text or a picture is remembered by its hash, so that it is asked about once: a picture that was
flagged is in the cache, because it was paid for, and must not come out of there another time either.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from briefmill import files
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import PictureRefused
from briefmill.ports import ImageMaker

INPUT: Final = "input"
OUTPUT: Final = "output"


class Safety(Protocol):
    """A safety system: `makers.openai.moderation`."""

    def of_text(self, words: str) -> tuple[str, ...]:
        """The categories that a text is flagged for."""

    def of_picture(self, data: bytes, media_type: str) -> tuple[str, ...]:
        """The categories that a picture is flagged for."""


class ModeratedMaker:
    """Implements ports.ImageMaker before another one. `kept` is the folder of what was found."""

    def __init__(self, inner: ImageMaker, safety: Safety, *, kept: Path) -> None:
        self._inner = inner
        self._safety = safety
        self._kept = kept

    @property
    def name(self) -> str:
        """The name of the maker behind."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture. Raises PictureRefused where words or picture are flagged, and what the system raises."""
        words = request.prompt
        self._refuse(INPUT, self._found(words.encode("utf-8", "replace"), lambda: self._safety.of_text(words)))
        made = self._inner.make(request)
        self._refuse(OUTPUT, self._found(made.data, lambda: self._safety.of_picture(made.data, made.media_type)))
        return made

    def _found(self, content: bytes, ask: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        place = self._kept / f"{hashlib.sha256(content).hexdigest()}.json"
        try:
            known = json.loads(place.read_bytes())
            return tuple(str(name) for name in known["flagged"])
        except (OSError, ValueError, KeyError, TypeError):
            found = ask()
        with files.disk_errors("the picture cache"):
            self._kept.mkdir(parents=True, exist_ok=True)
            files.keep(place, [json.dumps({"flagged": found}).encode()], lasting=False)
        return found

    def _refuse(self, stage: str, categories: tuple[str, ...]) -> None:
        if categories:
            raise refused(stage, ", ".join(categories))


def refused(stage: str, categories: str) -> PictureRefused:
    """The refusal of a picture by a safety system, at its `input` or `output`."""
    return PictureRefused(
        f"The picture maker's safety system blocked this picture (stage: {stage}; categories: {categories}).",
        code="maker.moderation",
        fix="Describe the product and the scene in other words, or supply a picture.",
    )
