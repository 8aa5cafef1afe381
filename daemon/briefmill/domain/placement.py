"""Where an ad is shown, and what that place demands: pixels, formats, byte cap, safe zone, and the words around it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Overlay(StrEnum):
    """What may be set on the picture in this placement."""

    ALLOWED = "allowed"
    TEXT_ONLY = "text_only"
    FORBIDDEN = "forbidden"


class Icc(StrEnum):
    """What becomes of a colour profile in the file: the network drops it, or keeps to it."""

    STRIP = "strip"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class SafeZone:
    """Margins in pixels of the placement that its user interface may cover."""

    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0

    @property
    def covers(self) -> bool:
        """True when anything is covered at all."""
        return bool(self.top or self.right or self.bottom or self.left)


@dataclass(frozen=True, kw_only=True)
class TextLimit:
    """How long the network's own field beside the picture may be, in characters.

    From `warn` on it is cut off or one source calls it too long; beyond `fail` it is refused. The `cjk` pair counts
    where the text is Chinese, Japanese or Korean and the source has other figures for these.
    """

    field: str
    warn: int | None = None
    fail: int | None = None
    cjk_warn: int | None = None
    cjk_fail: int | None = None


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One target size with its rules. `id` is also the file name, so it holds only letters, digits, dot, - and _.

    `width` and `height` are pixels; `min_width` and `min_height` the smallest the network takes; `ratio_tolerance` is
    the share by which the shape may differ; `max_bytes` caps the encoded file; `formats` are file extensions, best
    first; `icc` is None where no source says. `source` and `checked_on` (ISO date) say where the rules were read and
    when; `unsourced` names the fields whose value is common knowledge that no source was read for.
    """

    id: str
    width: int
    height: int
    title: str = ""
    network: str = ""
    formats: tuple[str, ...] = ("jpg",)
    max_bytes: int | None = None
    safe_zone: SafeZone = field(default_factory=SafeZone)
    overlay: Overlay = Overlay.ALLOWED
    ratio_tolerance: float | None = None
    min_width: int | None = None
    min_height: int | None = None
    icc: Icc | None = None
    text_limits: tuple[TextLimit, ...] = ()
    note: str = ""
    source: str = ""
    checked_on: str = ""
    unsourced: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height

    def unchecked_days(self, today: date) -> int | None:
        """How many days ago the rules were read; None where nobody says. Below zero for a date to come."""
        return (today - date.fromisoformat(self.checked_on)).days if self.checked_on else None
