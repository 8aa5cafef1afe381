"""Rule `legible`: all the words are there, whole, and large enough to read."""

from collections.abc import Iterator

from briefmill.domain.creative import TextBlock, TextRole
from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "legible"
SEVERITY_WITHOUT = {
    TextRole.MESSAGE: Severity.ERROR,
    TextRole.DISCLAIMER: Severity.ERROR,
    TextRole.CTA: Severity.WARNING,
}
"""How bad it is when a block is not there at all: a disclaimer is asked for by law, a button is a wish."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for clipped words and for a message or disclaimer left out; warning for a size below the smallest allowed.

    The smallest size is the larger of the layout's own (`TextBlock.min_px`, 2.2 % of the shorter edge) and
    `Thresholds.min_text_px`. Source: the layout's type scale.
    """
    for text in subject.composition.texts:
        if text.clipped:
            yield _clipped(subject, text)
        elif text.box.width > 0:
            yield from _small(subject, text, thresholds)
    yield from _left_out(subject)


def _clipped(subject: Subject, text: TextBlock) -> Finding:
    return subject.found(
        RULE,
        Severity.ERROR,
        f"The {spoken(text.role)} “{_short(text.text)}” does not fit, even at {text.size_px:.0f} px: it has "
        f"{len(text.text)} characters.",
        f"Shorten the {spoken(text.role)} for this locale, or leave the placement out.",
        box=text.box,
    )


def _small(subject: Subject, text: TextBlock, thresholds: Thresholds) -> Iterator[Finding]:
    least = max(text.min_px, thresholds.min_text_px)
    # A hundredth of a pixel is rounding, not a smaller size.
    if text.size_px < least - 0.01:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The {spoken(text.role)} is set at {text.size_px:.1f} px; {least:.1f} px is the smallest that reads well.",
            f"Shorten the {spoken(text.role)} for this locale.",
            measure=Measure(value=text.size_px, threshold=least, unit="px"),
            box=text.box,
        )


def _left_out(subject: Subject) -> Iterator[Finding]:
    if subject.placement.overlay is Overlay.FORBIDDEN:
        return
    there = {text.role for text in subject.composition.texts}
    words = {
        TextRole.MESSAGE: subject.copy.message,
        TextRole.CTA: subject.copy.cta,
        TextRole.DISCLAIMER: subject.copy.disclaimer,
    }
    for role, text in words.items():
        if text.strip() and role not in there:
            yield subject.found(
                RULE,
                SEVERITY_WITHOUT[role],
                f"The {spoken(role)} “{_short(text)}” is not on the creative: there is no room for it.",
                f"Shorten the {spoken(role)} for this locale, or leave the placement out.",
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rstrip() + "…"
