"""Rule `safe_zone`: words and logo stay clear of what the placement's user interface covers, and off forbidden ground.

The boxes are those of what we drew, so this is exact geometry.
"""

from collections.abc import Iterator

from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "safe_zone"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for each block of text or logo with a pixel outside the safe zone, or where overlays are forbidden.

    Source: the placement's `safe_zone` and `overlay`, read from its `source` as of `checked_on`.
    """
    zone = safe_box(subject)
    for what, box in _drawn(subject):
        yield from _allowed(subject, what, box)
        outside = _overhang(box, zone)
        if outside > 0:
            yield subject.found(
                RULE,
                Severity.ERROR,
                f"The {what} reaches {outside} px into the margin that {subject.placement.id} covers with its own "
                "buttons and captions.",
                f"Shorten the {what}." if what != "logo" else "Use a more compact form of the logo.",
                measure=Measure(value=outside, threshold=0, unit="px"),
                box=box,
            )


def safe_box(subject: Subject) -> Box:
    """The part of the canvas that nothing covers, in pixels of the creative."""
    zone = subject.placement.safe_zone
    return Box(
        x=zone.left,
        y=zone.top,
        width=subject.placement.width - zone.left - zone.right,
        height=subject.placement.height - zone.top - zone.bottom,
    )


def _drawn(subject: Subject) -> Iterator[tuple[str, Box]]:
    for text in subject.composition.texts:
        if text.box.width > 0 and text.box.height > 0:
            yield spoken(text.role), text.box
    if subject.composition.logo is not None:
        yield "logo", subject.composition.logo


def _allowed(subject: Subject, what: str, box: Box) -> Iterator[Finding]:
    overlay = subject.placement.overlay
    if overlay is Overlay.ALLOWED or (overlay is Overlay.TEXT_ONLY and what != "logo"):
        return
    takes = "no text and no logo on the picture" if overlay is Overlay.FORBIDDEN else "no logo on the picture"
    yield subject.found(
        RULE,
        Severity.ERROR,
        f"The {what} is set on the picture; {subject.placement.id} takes {takes}.",
        "This is not the brief's fault. Show the job's id to whoever runs Briefmill.",
        box=box,
    )


def _overhang(box: Box, zone: Box) -> int:
    return max(zone.x - box.x, zone.y - box.y, box.right - zone.right, box.bottom - zone.bottom, 0)
