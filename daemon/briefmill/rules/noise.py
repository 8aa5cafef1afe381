"""Rule `noise`: the picture is not grainier than a good photo."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "noise"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where even the calmest parts of the source have a grain above `max_grain` steps of 255.

    Source of the measure: J. Immerkaer, "Fast Noise Variance Estimation", CVIU 64 (1996), on a picture's calmest tiles.
    """
    sight = subject.sight
    if sight is not None and sight.grain > thresholds.max_grain:
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"The picture is grainy: {sight.grain:.1f} steps of noise in its calmest parts, {thresholds.max_grain:g} "
            "is usual at most.",
            "Bring a picture taken with more light, or take the grain as it is meant.",
            measure=Measure(value=round(sight.grain, 2), threshold=thresholds.max_grain, unit="steps of 255"),
        )
