"""Makers and writers around a safety system: words are shown to it before anything is paid, works before they are used.

What was found of a text or a picture is remembered by its hash, so that it is asked about once: a picture that was
flagged is in the cache, because it was paid for, and must not come out of there another time either.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from briefmill import files
from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import PictureRefused
from briefmill.ports import CopyWriter, ImageMaker

INPUT: Final = "input"
OUTPUT: Final = "output"


class Safety(Protocol):
    """A safety system: `makers.openai.moderation`."""

    def of_text(self, words: str) -> tuple[str, ...]:
        """The categories that a text is flagged for."""

    def of_picture(self, data: bytes, media_type: str) -> tuple[str, ...]:
        """The categories that a picture is flagged for."""


class Verdicts:
    """What a safety system finds, asked once for each text and picture. `kept` is the folder of what was found."""

    def __init__(self, safety: Safety, kept: Path) -> None:
        self._safety = safety
        self._kept = kept

    def of_text(self, words: str) -> tuple[str, ...]:
        """The categories that a text is flagged for. Raises what the system raises."""
        return self._found(words.encode("utf-8", "replace"), lambda: self._safety.of_text(words))

    def of_picture(self, data: bytes, media_type: str) -> tuple[str, ...]:
        """The categories that a picture is flagged for. Raises what the system raises."""
        return self._found(data, lambda: self._safety.of_picture(data, media_type))

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


class ModeratedMaker:
    """Implements ports.ImageMaker before another one. `kept` is the folder of what was found."""

    def __init__(self, inner: ImageMaker, safety: Safety, *, kept: Path) -> None:
        self._inner = inner
        self._verdicts = Verdicts(safety, kept)

    @property
    def name(self) -> str:
        """The name of the maker behind."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture. Raises PictureRefused where words or picture are flagged, and what the system raises."""
        _refuse(INPUT, self._verdicts.of_text(request.prompt))
        made = self._inner.make(request)
        _refuse(OUTPUT, self._verdicts.of_picture(made.data, made.media_type))
        return made


class ModeratedWriter:
    """Implements ports.CopyWriter around another one: what is flagged of its words makes them unfit."""

    def __init__(self, inner: CopyWriter, safety: Safety, *, kept: Path) -> None:
        self._inner = inner
        self._verdicts = Verdicts(safety, kept)

    @property
    def name(self) -> str:
        """The name of the writer behind."""
        return self._inner.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the words. Raises PictureRefused where the brief's own are flagged, and what the system raises."""
        told = (request.material, request.audience, request.tone)
        _refuse(INPUT, self._verdicts.of_text("\n".join(told)))
        written = self._inner.write(request)
        found = self._verdicts.of_text("\n".join(written.texts.values())) if written.texts else ()
        if not found:
            return written
        return replace(written, texts={}, unfit=(f"The safety system flags them: {', '.join(found)}.",))


def _refuse(stage: str, categories: tuple[str, ...]) -> None:
    if categories:
        raise refused(stage, ", ".join(categories))


def refused(stage: str, categories: str, *, maybe_charged: bool = False) -> PictureRefused:
    """The refusal of a picture by a safety system, at its `input` or `output`."""
    return PictureRefused(
        f"The picture maker's safety system blocked this picture (stage: {stage}; categories: {categories}).",
        code="maker.moderation",
        fix="Describe the product and the scene in other words, or supply a picture.",
        maybe_charged=maybe_charged,
    )
