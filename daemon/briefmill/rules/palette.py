"""Rule `palette`: some of the creative is in the brand's colours.

Advice only: a photograph may be right without a single brand pixel.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.imaging import colour
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "palette"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where less than `palette_share` of the pixels lie within `palette_tolerance` of a brand colour.

    The distance is CIEDE2000; 10 is a clearly related colour, 2 one that people just tell apart.
    """
    palette = subject.brand.palette
    if not palette:
        return
    measured = colour.palette_share(subject.pixels, palette, tolerance=thresholds.palette_tolerance)
    if measured.share < thresholds.palette_share:
        worst = f" The largest other colour is {measured.worst_hex}." if measured.worst_hex else ""
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"{measured.share:.0%} of the creative is in the brand's colours; {thresholds.palette_share:.0%} would "
            f"show whose it is.{worst}",
            "Ask for a setting in the brand's colours, or bring a picture that has them.",
            measure=Measure(value=round(measured.share, 4), threshold=thresholds.palette_share, unit="share of pixels"),
        )
