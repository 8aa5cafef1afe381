"""Rule `logo_search`: the picture does not bring the brand's logo along already.

Supplied and made pictures are searched once (`imaging.logosearch`); what we drew ourselves is `logo_true`'s business.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "logo_search"
STRETCH = 0.1
"""How much the height of a logo in the picture may differ from what its width asks for; perspective does as much."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where the logo is in the picture and we lay another one; warning where the one in it is distorted.

    A logo on the product itself is right, and so nothing here is more than advice unless it is squashed. Source: the
    measure of `imaging.logosearch` and its figures in docs/compliance.md.
    """
    logo = subject.sight.logo if subject.sight else None
    if logo is None:
        return
    measure = Measure(value=logo.strength, threshold=0.0, unit="features" if logo.way == "features" else "correlation")
    if abs(logo.stretch - 1) > STRETCH:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The picture shows the logo distorted: {abs(logo.stretch - 1):.0%} too "
            f"{'wide' if logo.stretch > 1 else 'high'}.",
            "Bring a picture with the logo as it should be, or one without it.",
            measure=Measure(value=logo.stretch, threshold=1 + STRETCH, unit="width to height"),
            box=logo.box,
        )
    elif subject.composition.logo is not None:
        yield subject.found(
            RULE,
            Severity.ADVICE,
            "The picture shows the brand's logo already; with the one laid over it there are two.",
            "If that is not meant, bring a picture without the logo, or leave the logo out of the brief.",
            measure=measure,
            box=logo.box,
        )
