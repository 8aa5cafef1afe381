"""Rule `crop`: the product is whole in the picture, where it is known where the product is."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "crop"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where more than `max_cut` of the product's box lies outside of the crop.

    A little may go: the box around a product holds the air beside its neck, and its shadow.
    """
    cut = subject.composition.cut
    if cut > thresholds.max_cut:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"{cut:.0%} of the product is cut off in {subject.placement.id}: the picture has another shape, and no "
            "layout shows it whole.",
            "Bring a picture with more room around the product, or say where it is with `focus: [x, y]`.",
            measure=Measure(value=round(cut, 4), threshold=thresholds.max_cut, unit="share of the product"),
            box=subject.composition.subject,
        )
