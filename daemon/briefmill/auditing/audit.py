"""The audit of one delivered file against what its maker says of it. A disagreement is a bug of this house.

Nothing of the making is trusted but the claim itself: the bytes are walked by hand (`container`), decoded by another
library than the one that wrote them, the record of origin is checked by C2PA's reader, words and logo are found again
from pixels (`sight`). What the rules think of a creative is their business; here it is only asked whether the file is
what they were told. The margins are wide on purpose: two methods never give the same figure, and a false alarm stops a
campaign.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import c2pa
import cv2
import numpy as np
from PIL import Image

from briefmill.auditing import container, sight
from briefmill.auditing.container import Content
from briefmill.domain.creative import Composition, TextBlock
from briefmill.domain.verdict import Box
from briefmill.imaging.colour import Pixels
from briefmill.provenance import reading, xmp

CONTRAST_SHARE: Final = 0.6
"""The least share of the claimed contrast that must be found again; see docs/provenance.md for what was measured."""

CONTRAST_CLAIMED: Final = 2.0
"""Below it words can hardly be parted from their ground, and the rules have told of it already."""

LOGO_FOUND: Final = 0.5
"""The least correlation of a logo that is there."""

SMALLEST_TEXT: Final = 15.0
"""Pixels of type, as it is looked at, below which too little is left of its strokes to measure: at 12 as little as
three fifths of a contrast is found again, at 6 a third (measured on 2,800 blocks of words; docs/provenance.md)."""

SMALLEST_LOGO: Final = 12

PARTS: Final = ((4, 1080), (2, 600))
"""A JPEG is looked at in a quarter or a half of its size, from so many pixels of its shorter side on."""

_KINDS: Final = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "webp": "webp", "avif": "avif", "gif": "gif"}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the maker says of a file.

    `cap` is the placement's byte cap; `profile` whether a colour profile belongs into it (None: either way).
    `signed` says that a record of origin must hold, of the given `source_type`; `sidecar` is its manifest where that
    lies beside the file. `logo` is the logo (BGRA) that was laid into the composition's box.
    """

    extension: str
    width: int
    height: int
    cap: int | None = None
    profile: bool | None = None
    signed: bool = False
    source_type: str = ""
    sidecar: bytes = b""
    root_pem: bytes = b""
    composition: Composition | None = None
    logo: Pixels | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """What the claim says and the file does not: the check's name, words for the operator, numbers, and the place."""

    check: str
    words: str
    value: float | None = None
    threshold: float | None = None
    unit: str = ""
    box: Box | None = None


def audit(data: bytes, claim: Claim) -> tuple[Disagreement, ...]:
    """Everything in which a finished file is not what its maker says; empty when all agrees."""
    content = container.examine(data)
    found = [*_container(data, content, claim), *_record(data, content, claim)]
    part = _part(claim) if content.kind == "jpeg" else 1
    pixels = decoded(data, content.kind, part)
    if pixels is None:
        return (*found, Disagreement(check="opens", words="The file cannot be opened by a second decoder."))
    height, width = pixels.shape[:2]
    if (width, height) != (-(-claim.width // part), -(-claim.height // part)):
        words = f"It opens with {width * part} x {height * part} pixels instead of {claim.width} x {claim.height}."
        return (*found, Disagreement(check="pixels", words=words))
    return (*found, *_sight(pixels, claim, part))


def _part(claim: Claim) -> int:
    """By how much a JPEG is made smaller while it is decoded: as far as nothing is lost that could be measured."""
    shown, shorter = claim.composition, min(claim.width, claim.height)
    for part, least in PARTS:
        if shorter >= least and (shown is None or _kept(shown, part)):
            return part
    return 1


def _kept(shown: Composition, part: int) -> bool:
    """Whether all words and the logo that can be measured still can in so small a part of the size."""
    if any(_measurable(text, 1) and not _measurable(text, part) for text in shown.texts):
        return False
    side = min(shown.logo.width, shown.logo.height) if shown.logo is not None else 0
    return not SMALLEST_LOGO <= side < SMALLEST_LOGO * part


def decoded(data: bytes, kind: str, part: int = 1) -> Pixels | None:
    """The pixels (BGR) by another library than wrote them; None where it cannot open them.

    OpenCV writes JPEG and PNG, so Pillow reads these; Pillow writes WebP and GIF, so OpenCV does. AVIF is left to
    Pillow, whose decoder (dav1d) is not its encoder: OpenCV refuses files with a manifest. A JPEG is made a `part` (1,
    2, 4) of its size while it is decoded.
    """
    if kind not in {"webp", "gif"}:
        try:
            with Image.open(io.BytesIO(data)) as image:
                if part > 1:
                    # Rounded down: Pillow decodes at the next larger size where the one asked for is a pixel too large.
                    image.draft("RGB", (image.width // part, image.height // part))
                rgb = np.asarray(image if image.mode == "RGB" else image.convert("RGB"), np.uint8)
        except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError):
            return None
        return rgb[..., ::-1]
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _container(data: bytes, content: Content, claim: Claim) -> Iterator[Disagreement]:
    wanted = _KINDS.get(claim.extension, claim.extension)
    if content.kind != wanted:
        yield Disagreement(check="format", words=f"It is {content.kind or 'no picture'}, and is called {wanted}.")
        return
    if (content.width, content.height) != (claim.width, claim.height):
        yield Disagreement(
            check="pixels",
            words=f"Its header says {content.width} x {content.height} pixels instead of "
            f"{claim.width} x {claim.height}.",
        )
    if claim.cap is not None and len(data) > claim.cap:
        yield Disagreement(
            check="cap",
            words=f"It has {len(data)} bytes; the placement takes {claim.cap}.",
            value=len(data),
            threshold=claim.cap,
            unit="bytes",
        )
    if claim.profile is not None and content.profile != claim.profile and content.kind != "gif":
        words = (
            "It lacks its colour profile." if claim.profile else "It carries a colour profile that nobody asked for."
        )
        yield Disagreement(check="profile", words=words)
    for what in content.strange:
        yield Disagreement(check="metadata", words=f"It holds {what}, which does not belong into a delivered file.")


def _record(data: bytes, content: Content, claim: Claim) -> Iterator[Disagreement]:
    if not claim.signed:
        if content.manifest or content.xmp:
            yield Disagreement(check="record", words="It carries a record of origin that nobody put there.")
        return
    if content.manifest == bool(claim.sidecar):
        where = "beside it" if claim.sidecar else "inside"
        yield Disagreement(check="record", words=f"Its record of origin should lie {where} and does not.")
        return
    record = reading.read(data, claim.sidecar, within=_context(claim.root_pem))
    if not record.holds:
        codes = ", ".join(record.problems) or record.state
        yield Disagreement(check="record", words=f"Its record of origin does not hold ({codes}).")
    told = xmp.declared_in(data)
    if content.xmp != 1 or told != claim.source_type:
        yield Disagreement(
            check="xmp", words=f"Its XMP says {told or 'no digital source type'} instead of {claim.source_type}."
        )


@lru_cache(maxsize=2)
def _context(root_pem: bytes) -> c2pa.Context:
    return reading.context(root_pem)


def _sight(pixels: Pixels, claim: Claim, part: int) -> Iterator[Disagreement]:
    composition = claim.composition
    if composition is None:
        return
    for text in composition.texts:
        if _measurable(text, part):
            yield from _words(pixels, text, part)
    box = composition.logo
    if box is not None and claim.logo is not None and min(box.width, box.height) >= SMALLEST_LOGO * part:
        score = sight.logo(pixels, _shrunk(box, part), claim.logo)
        if score < LOGO_FOUND:
            yield Disagreement(
                check="logo",
                words=f"The logo cannot be found where it was set (correlation {score:.2f}).",
                value=round(score, 2),
                threshold=LOGO_FOUND,
                unit="correlation",
                box=box,
            )


def _shrunk(box: Box, part: int) -> Box:
    if part == 1:
        return box
    return Box(x=box.x // part, y=box.y // part, width=box.width // part, height=box.height // part)


def _measurable(text: TextBlock, part: int) -> bool:
    drawn = text.lines > 0 and text.box.width > 0 and not text.missing
    return drawn and text.size_px >= SMALLEST_TEXT * part and text.contrast >= CONTRAST_CLAIMED


def _words(pixels: Pixels, text: TextBlock, part: int) -> Iterator[Disagreement]:
    found = sight.words(pixels, _shrunk(text.box, part))
    least = text.contrast * CONTRAST_SHARE
    if found.contrast < least:
        yield Disagreement(
            check="contrast",
            words=f"The {text.role.value} was set with a contrast of {text.contrast:.1f}, and {found.contrast:.1f} is "
            "found.",
            value=round(found.contrast, 2),
            threshold=round(least, 2),
            unit="contrast ratio",
            box=text.box,
        )
