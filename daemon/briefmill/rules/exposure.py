"""Rule `exposure`: the picture's lights and shadows have drawing in them."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "exposure"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where more than `max_clipped` of the picture is pure white or pure black, an even ground not counted.

    Source: usual photographic practice; the share is the settings'.
    """
    sight = subject.sight
    if sight is None:
        return
    for what, lost, fix in (
        ("blown out to white", sight.blown, "darker"),
        ("drowned in black", sight.drowned, "brighter"),
    ):
        if lost > thresholds.max_clipped:
            yield subject.found(
                RULE,
                Severity.ADVICE,
                f"{lost:.0%} of the picture is {what}, without any drawing; {thresholds.max_clipped:.0%} is usual at "
                "most.",
                f"Bring a {fix} exposure, or take it as it is meant.",
                measure=Measure(value=round(lost, 4), threshold=thresholds.max_clipped, unit="share of pixels"),
            )
