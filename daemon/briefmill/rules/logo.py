"""Rule `logo`: a supplied logo is there, large enough, in a corner that the brand allows, and clear of the words.

Where the brand wants its logo free, a plate that it needed to be seen is told as well, with the variant that was used.
"""

from collections.abc import Iterator

from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "logo"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error where a supplied logo is absent though allowed; warnings for its size, its corner, and overlapping text.

    Its size is its longer side over the creative's shorter edge, at least `Thresholds.logo_min_share`: 5 % is 54 px of
    1080, where a mark is still told apart on a phone. Sources: the brand file; without one the settings.
    """
    box = subject.composition.logo
    if box is None:
        yield from _absent(subject)
        return
    yield from _size(subject, box, thresholds.logo_min_share)
    yield from _corner(subject, box, thresholds.logo_corners)
    if thresholds.logo_plate != "no":
        yield from _plate(subject, Severity(thresholds.logo_plate))
    for text in subject.composition.texts:
        if text.box.overlaps(box):
            yield subject.found(
                RULE,
                Severity.WARNING,
                f"The logo and the {spoken(text.role)} cover each other.",
                f"Shorten the {spoken(text.role)}, or leave the placement out.",
                box=box,
            )


def _absent(subject: Subject) -> Iterator[Finding]:
    if subject.logo_supplied and subject.placement.overlay is Overlay.ALLOWED:
        yield subject.found(
            RULE,
            Severity.ERROR,
            "The logo came with the brief and is not on the creative: there is no room for it.",
            "Shorten the words, use a more compact form of the logo, or leave the placement out.",
        )


def _plate(subject: Subject, severity: Severity) -> Iterator[Finding]:
    plate, used = subject.composition.logo_plate, subject.composition.logo_variant
    if plate is not None:
        brand = subject.brand
        lacking = [] if brand.logo_on_dark else ["logo_on_dark"]
        lacking += [] if brand.logo_on_light else ["logo_on_light"]
        bring = f"Bring a variant of the logo for other grounds ({' or '.join(lacking)})" if lacking else ""
        which = "The logo" if not (brand.logo_on_dark or brand.logo_on_light) else "The best of the logo's variants"
        yield subject.found(
            RULE,
            severity,
            f"{which} ({used.replace('_', ' ')}) cannot be told from the picture here, and stands on a plate.",
            f"{bring or 'Choose a calmer picture'}, or leave the placement out.",
            box=plate,
        )


def _size(subject: Subject, box: Box, least: float) -> Iterator[Finding]:
    edge = min(subject.placement.width, subject.placement.height)
    side = max(box.width, box.height)
    if side < least * edge:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The logo is {side} px at its longer side; at least {least * edge:.0f} px are needed "
            f"({least:.0%} of the shorter edge).",
            "Use a logo file without empty margins around the mark.",
            measure=Measure(value=round(side / edge, 4), threshold=least, unit="share of the shorter edge"),
            box=box,
        )


def _corner(subject: Subject, box: Box, allowed: tuple[str, ...]) -> Iterator[Finding]:
    corner = box.corner_in(subject.placement.width, subject.placement.height)
    if allowed and corner not in allowed:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The logo stands at the {corner.replace('-', ' ')}; the brand allows {' or '.join(allowed)}.",
            "Leave the placement out, or let the brand file allow this corner.",
            box=box,
        )
