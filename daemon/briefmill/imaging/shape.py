"""Runs: a text cut into pieces of one face and one direction, shaped and measured by Raqm.

Pillow does not fall back to another font by itself; so the face of every grapheme cluster is chosen here, the line cut
where face or bidi level changes, and each run given to Raqm with its direction and language (Raqm finds the scripts by
itself). Widths and ink are measured once at one size and kept in em, as outlines scale exactly; the caller checks the
final ink in pixels.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from briefmill.imaging import bidi, clusters, emoji
from briefmill.imaging.fonts import DISPLAY_FROM_PX, Face, Library

_MEASURE_PX: Final = 100
_INVISIBLE: Final = "\u00ad\u200b\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DROPPED: Final = {ord(char): None for char in _INVISIBLE} | dict.fromkeys(
    (9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029), " "
)


class Shaping(TypedDict):
    """Arguments of Pillow's that say how a run is shaped."""

    direction: bidi.Direction
    language: str | None
    features: list[str] | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """Text of one face and one direction, in logical order. `literal` as in `Paragraph`."""

    text: str
    face: Face
    level: int
    literal: bool = False

    @property
    def direction(self) -> bidi.Direction:
        """The way this run is read."""
        return "rtl" if self.level % 2 else "ltr"

    def shaping(self, locale: str) -> Shaping:
        """What Pillow is told about this run."""
        features = ["-calt"] if self.literal else None
        return {"direction": self.direction, "language": locale or None, "features": features}


@dataclass(frozen=True, kw_only=True)
class Extent:
    """A line's measure in em: the advance, and the ink around the pen's start on the base line (y grows down)."""

    advance: float = 0.0
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    @property
    def width(self) -> float:
        """The width of the ink."""
        return self.right - self.left


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A text made ready for setting: for every character its face and its level. All its characters can be drawn.

    A `literal` one shows every character as it is, where fonts draw finer ones by context (Inter: `2x4` as `2×4`).
    """

    text: str
    locale: str
    direction: bidi.Direction
    faces: tuple[Face, ...]
    levels: tuple[int, ...]
    literal: bool = False

    def runs(self, start: int, end: int, *, hyphen: bool = False) -> tuple[Run, ...]:
        """The runs of one line, in visual order from the left, with a `hyphen` at its end or where a soft one is.

        A soft hyphen that ends the text divides nothing and stays hidden.
        """
        line = self.text[start:end].rstrip()
        end = start + len(line)
        hyphen = hyphen or (line.endswith("\u00ad") and end < len(self.text.rstrip()))
        found: list[Run] = []
        at = start
        for stop in range(start + 1, end + 1):
            if stop == end or self.faces[stop] is not self.faces[at] or self.levels[stop] != self.levels[at]:
                shown = _shown(self.text[at:stop]) + ("-" if hyphen and stop == end else "")
                if shown:
                    found.append(Run(text=shown, face=self.faces[at], level=self.levels[at], literal=self.literal))
                at = stop
        return tuple(found[index] for index in bidi.visual([run.level for run in found]))


def paragraph(
    text: str, *, locale: str, weight: int, library: Library, literal: bool = False
) -> tuple[Paragraph, tuple[str, ...]]:
    """Prepare a text; the second value holds the clusters that no font has, which the paragraph is without."""
    parts = clusters.split(unicodedata.normalize("NFC", text))
    chosen: list[Face | None] = [_strong_face(part, locale, weight, library) for part in parts]
    _fill_neutrals(parts, chosen, library, locale, weight)
    missing = tuple(dict.fromkeys(part for part, face in zip(parts, chosen, strict=True) if face is None))
    kept = [(part, face) for part, face in zip(parts, chosen, strict=True) if face is not None]
    kept = [pair for at, pair in enumerate(kept) if not (missing and _doubled_space(kept, at))]
    whole = "".join(part for part, _ in kept)
    direction = bidi.of_text(whole, locale)
    same: dict[Face, Face] = {}  # one object for each face, so that runs are cut by identity
    faces = tuple(same.setdefault(face, face) for part, face in kept for _ in part)
    levels = bidi.levels(whole, direction)
    ready = Paragraph(text=whole, locale=locale, direction=direction, faces=faces, levels=levels, literal=literal)
    return ready, missing


def measure(runs: Sequence[Run], *, locale: str, library: Library, size: float) -> Extent:
    """The extent of runs side by side, in em, for the optical cut that goes with `size` in pixels."""
    pen = left = top = right = bottom = 0.0
    inked = False
    for run in runs:
        extent = _measured(run, locale, library, display=size >= DISPLAY_FROM_PX)
        if extent.width > 0:
            left = min(left, pen + extent.left) if inked else pen + extent.left
            right = max(right, pen + extent.right) if inked else pen + extent.right
            top, bottom = min(top, extent.top), max(bottom, extent.bottom)
            inked = True
        pen += extent.advance
    return Extent(advance=pen, left=left, top=top, right=right, bottom=bottom)


def pens(runs: Sequence[Run], *, x: float, size: float, locale: str, library: Library) -> list[float]:
    """Where the pen stands at the start of each run, in pixels, the first at `x`."""
    found = [x] if runs else []
    for run in runs[:-1]:
        x += _measured(run, locale, library, display=size >= DISPLAY_FROM_PX).advance * size
        found.append(x)
    return found


def picture(run: Run, library: Library) -> emoji.Picture:
    """A run of a colour face as its font draws it."""
    return emoji.Picture(_shown(run.text), library.font(run.face, run.face.colour), run.face.colour)


def _measured(run: Run, locale: str, library: Library, *, display: bool) -> Extent:
    display = display or not library.optical(run.face)
    key = ("extent", run, locale, display)
    known: Extent | None = library.recall(key)
    if known is None:
        known = _emoji(run, library) if run.face.colour else _type(run, locale, library, display=display)
        library.remember(key, known)
    return known


def _type(run: Run, locale: str, library: Library, *, display: bool) -> Extent:
    font = library.font(run.face, _MEASURE_PX, display=display)
    how = run.shaping(locale)
    advance = font.getlength(run.text, **how)
    # Not getbbox: that one counts the pen's start and end as ink.
    mask, (x, y) = font.getmask2(run.text, mode="L", anchor="ls", **how)
    left, top, right, bottom = mask.getbbox() or (-x, -y, -x, -y)
    return Extent(
        advance=advance / _MEASURE_PX,
        left=(x + left) / _MEASURE_PX,
        top=(y + top) / _MEASURE_PX,
        right=(x + right) / _MEASURE_PX,
        bottom=(y + bottom) / _MEASURE_PX,
    )


def _emoji(run: Run, library: Library) -> Extent:
    drawn = picture(run, library)
    em = drawn.size / emoji.SHARE
    height, width = drawn.pixels.shape[:2]
    return Extent(
        advance=drawn.advance / em,
        left=drawn.left / em,
        top=drawn.top / em,
        right=(drawn.left + width) / em,
        bottom=(drawn.top + height) / em,
    )


def _shown(text: str) -> str:
    return text.translate(_DROPPED)


def _strong_face(cluster: str, locale: str, weight: int, library: Library) -> Face | None:
    return library.face_for(cluster, locale, weight) if _strong(cluster) else None


def _strong(cluster: str) -> bool:
    """Letters, digits and emoji choose their own face; punctuation and spaces follow their neighbours."""
    return unicodedata.category(cluster[0])[0] in "LN" or clusters.emoji(cluster)


def _fill_neutrals(parts: Sequence[str], chosen: list[Face | None], library: Library, locale: str, weight: int) -> None:
    """Give every neutral the face of the word it belongs to, where that has it: openers look ahead, others back."""
    strong = [_strong(part) for part in parts]
    following: list[Face | None] = [None] * len(parts)
    later: Face | None = None
    for at in range(len(parts) - 1, -1, -1):
        following[at] = later
        later = _of_type(chosen[at]) or later
    earlier: Face | None = None
    for at, part in enumerate(parts):
        if not strong[at]:
            opener = unicodedata.category(part[0]) in {"Ps", "Pi"} or part[0] in "¿¡#$€£¥₹"
            nearest = (following[at], earlier) if opener else (earlier, following[at])
            own = next((face for face in nearest if face is not None and library.covers(face, part)), None)
            chosen[at] = own or library.face_for(part, locale, weight)
        earlier = _of_type(chosen[at]) or earlier


def _of_type(face: Face | None) -> Face | None:
    """The face if it draws type: an emoji lends its own to no space beside it."""
    return None if face is None or face.colour else face


def _doubled_space(kept: Sequence[tuple[str, Face]], at: int) -> bool:
    """True for a space left over at an edge or beside another one after something missing was taken out."""
    return kept[at][0] == " " and (at + 1 == len(kept) or kept[at + 1][0] == " " or at == 0)
