"""Rule `upscale`: the source picture is large enough for the placement."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "upscale"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where the crop was enlarged more than `max_upscale` times, side by side, not by area.

    At 1.5 a bicubic filter still hides it at arm's length. Source: the settings or the brand file.
    """
    upscale = subject.composition.upscale
    if upscale > thresholds.max_upscale:
        shown = subject.composition.picture
        across, down = (shown.width, shown.height) if shown else (subject.placement.width, subject.placement.height)
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The picture was enlarged {upscale:.1f} times for {subject.placement.id} and will look soft; "
            f"{thresholds.max_upscale:g} times is the most.",
            f"Bring a larger picture: its part that shows here has {across / upscale:.0f} x {down / upscale:.0f} "
            f"pixels, {across} x {down} are needed.",
            measure=Measure(value=round(upscale, 3), threshold=thresholds.max_upscale, unit="times"),
        )
