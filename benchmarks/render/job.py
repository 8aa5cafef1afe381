"""The job that every contestant does: one source picture to six placements in two locales, twelve JPEG creatives.

One geometry for all, so that they do the same drawing: the picture cropped around its middle, a logo at the upper
right, a dark panel at the foot with the words on it. Lengths are pixels.
"""

import json
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

PLACEMENTS = {
    "square": (1080, 1080),
    "story": (1080, 1920),
    "landscape": (1920, 1080),
    "portrait": (1080, 1350),
    "link": (1200, 628),
    "rectangle": (300, 250),
}
MESSAGES = {
    "en-US": "Summer starts here: refresh your day with 20% more flavour, now in every store",
    "de-DE": "Der Sommer beginnt hier: Erfrische deinen Tag mit 20% mehr Geschmack, jetzt überall",
}
QUALITY = 85
PALETTE = ("#3C7A5B", "#F3E9D2")


@dataclass(frozen=True)
class Geometry:
    """Where things go in a placement of `width` x `height`."""

    width: int
    height: int
    margin: int
    logo: tuple[int, int, int, int]
    panel: tuple[int, int, int, int]
    words: tuple[int, int, int, int]
    largest: int
    smallest: int


def geometry(width: int, height: int) -> Geometry:
    """The geometry of a placement: boxes as left, top, width, height."""
    margin = round(0.05 * min(width, height))
    across, down = round(0.22 * width), round(0.22 * width * 3 / 8)
    tall = round(0.24 * height)
    pad = margin // 2
    return Geometry(
        width=width,
        height=height,
        margin=margin,
        logo=(width - margin - across, margin, across, down),
        panel=(margin, height - margin - tall, width - 2 * margin, tall),
        words=(margin + pad, height - margin - tall + pad, width - 2 * margin - 2 * pad, tall - 2 * pad),
        largest=round(0.06 * (width * height) ** 0.5),
        smallest=10,
    )


def write(path: Path, *, font: str, logo: Path) -> None:
    """The job as JSON, for contestants that are no Python."""
    job = {
        "placements": {name: asdict(geometry(*size)) for name, size in PLACEMENTS.items()},
        "messages": MESSAGES,
        "quality": QUALITY,
        "font": font,
        "logo": str(logo),
    }
    path.write_text(json.dumps(job), "utf-8")


def lines(place: Geometry, text: str) -> tuple[int, list[str]]:
    """Size and lines for tools that cannot measure words: a letter counts as 0.56 of its size."""
    for size in range(place.largest, place.smallest - 1, -1):
        rows = textwrap.wrap(text, max(1, int(place.words[2] / (0.56 * size))))
        if len(rows) * 1.2 * size <= place.words[3]:
            break
    return size, rows


def cover(width: int, height: int, ratio: float) -> tuple[float, float, float, float]:
    """The largest middle window of a ratio: left, top, width, height, in fractions of pixels."""
    if width / height > ratio:
        return (width - height * ratio) / 2, 0.0, height * ratio, float(height)
    return 0.0, (height - width / ratio) / 2, float(width), width / ratio
