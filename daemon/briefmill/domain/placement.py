"""Where an ad is shown, and what that place demands: pixels, formats, byte cap, safe zone."""

from dataclasses import dataclass, field
from enum import StrEnum


class Overlay(StrEnum):
    """What may be set on the picture in this placement."""

    ALLOWED = "allowed"
    TEXT_ONLY = "text_only"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, kw_only=True)
class SafeZone:
    """Margins in pixels of the placement that its user interface may cover."""

    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One target size with its rules. `id` is also the file name, so it holds only letters, digits, dot, - and _.

    `width` and `height` are pixels; `max_bytes` caps the encoded file; `formats` are file extensions, best first.
    `source` and `checked_on` (ISO date) say where the rules were read and when.
    """

    id: str
    width: int
    height: int
    title: str = ""
    formats: tuple[str, ...] = ("jpg",)
    max_bytes: int | None = None
    safe_zone: SafeZone = field(default_factory=SafeZone)
    overlay: Overlay = Overlay.ALLOWED
    source: str = ""
    checked_on: str = ""

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height
