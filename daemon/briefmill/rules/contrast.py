"""Rule `contrast`: every word stands out from the very pixels behind it.

Measured by `imaging.contrast` on what was drawn, as the 5th percentile under the glyphs: the mean flatters (on a photo
of coffee, white text has 2.93 on average and 1.16 where it is worst).
"""

from collections.abc import Iterator

from briefmill.domain.creative import TextBlock, TextRole
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "contrast"
BOLD = frozenset({TextRole.MESSAGE})
"""The roles that are set in a bold weight (700)."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for a block below 4.5 to 1, or 3 to 1 when its text is large (24 px, bold 18.66 px).

    Source: WCAG 2.2, success criterion 1.4.3, https://www.w3.org/TR/WCAG22/#contrast-minimum. Pixels of the creative
    are taken for CSS pixels, which is right for display ads and lenient for those that a phone shows smaller.
    """
    for text in subject.composition.texts:
        needed = least(text, thresholds)
        if text.contrast < needed and text.box.width > 0:
            yield subject.found(
                RULE,
                Severity.ERROR,
                f"The {spoken(text.role)} stands out too little from the picture behind it: contrast "
                f"{_cut(text.contrast)} to 1, at least {needed:g} to 1 is needed at {text.size_px:.0f} px.",
                "Use a picture with a calmer, darker or lighter region for the words, or other brand colours.",
                measure=Measure(value=text.contrast, threshold=needed, unit="ratio"),
                box=text.box,
            )


def least(text: TextBlock, thresholds: Thresholds) -> float:
    """The contrast ratio that this block needs."""
    large = thresholds.large_bold_px if text.role in BOLD else thresholds.large_px
    return thresholds.contrast_large if text.size_px >= large else thresholds.contrast


def _cut(value: float) -> str:
    # Rounded down: 4.498 must not be told as "4.50, at least 4.5".
    return f"{int(value * 100) / 100:.2f}"
