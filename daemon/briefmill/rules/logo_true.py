"""Rule `logo_true`: the logo on the creative is the brand's file, neither distorted nor recoloured nor painted over.

Where we laid it is known, so only that region is looked at, a millisecond: its shape against the file's, and its solid
pixels against the file scaled alike. That finds a wrong file, a stretched one, a tint, and words that run over it.
"""

from collections.abc import Iterator

import numpy as np

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.imaging import colour
from briefmill.rules.sight import Drawn
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "logo_true"
SOLID = 250
"""Cover from which a pixel is the logo's alone, and not mixed with its ground."""
LOOKED_AT = 4_000


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error where the logo's shape or its colours are not those of its file.

    The shape may differ by `logo_stretch` and what rounding to whole pixels makes; the colours by `logo_colour`
    (CIEDE2000, on average over the logo's solid pixels): 3 is what people notice side by side. Source: brand guides at
    large, which agree that a logo is never stretched nor recoloured; the figures are the settings'.
    """
    box, drawn = subject.composition.logo, subject.drawn
    if box is None or drawn is None:
        return
    stretched = _stretch(box, drawn)
    if stretched > thresholds.logo_stretch:
        yield subject.found(
            RULE,
            Severity.ERROR,
            f"The logo is distorted: its shape differs by {stretched:.1%} from its file's.",
            "This is not the brief's fault. Show the job's id to whoever runs Briefmill.",
            measure=Measure(value=round(stretched, 4), threshold=thresholds.logo_stretch, unit="share of its shape"),
            box=box,
        )
    away = difference(subject, box, drawn)
    if away is not None and away > thresholds.logo_colour:
        yield subject.found(
            RULE,
            Severity.ERROR,
            f"The logo does not have the colours of its file: they differ by {away:.1f} (CIEDE2000) on average, or "
            "something covers it.",
            "This is not the brief's fault, unless words run over the logo: shorten them.",
            measure=Measure(value=round(away, 2), threshold=thresholds.logo_colour, unit="CIEDE2000"),
            box=box,
        )


def difference(subject: Subject, box: Box, drawn: Drawn) -> float | None:
    """The mean CIEDE2000 between the solid pixels of a logo as it is and as it should be; None where it has none."""
    cover = drawn.stamp.cover()
    if cover.shape != (box.height, box.width):
        return 100.0
    part = subject.pixels[box.y : box.bottom, box.x : box.right]
    solid = np.flatnonzero(cover.ravel() >= SOLID)
    if part.shape[:2] != cover.shape or not solid.size:
        return None
    some = solid[:: max(1, solid.size // LOOKED_AT)]
    here, there = part.reshape(-1, 3)[some], drawn.stamp.straight().reshape(-1, 3)[some]
    changed = np.flatnonzero((np.abs(here.astype(np.int16) - there) > 1).any(axis=1))
    if not changed.size:
        return 0.0
    away = colour.delta_e2000(colour.lab(here[changed][:, None]), colour.lab(there[changed][:, None]))
    return float(away.sum() / some.size)


def _stretch(box: Box, drawn: Drawn) -> float:
    """How much the box's shape differs from the file's beyond half a pixel on each side."""
    height, width = drawn.picture.shape[:2]
    wished = width / height
    low = (box.width - 0.5) / (box.height + 0.5)
    high = (box.width + 0.5) / max(0.5, box.height - 0.5)
    return float(max(low / wished - 1, wished / high - 1, 0.0))
