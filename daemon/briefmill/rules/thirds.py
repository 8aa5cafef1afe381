"""Rule `thirds`: what draws the eye lies where a composition wants it.

Off unless a brand asks for it: products are often centred on purpose.
"""

import math
from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.imaging import saliency
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "thirds"
POINTS = tuple((x, y) for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3))


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where the middle of attention is further than `max_off_thirds` from each crossing of the thirds.

    Distances are shares of the picture's sides; 0 asks for nothing. Source: the rule of thirds, by the brand's wish.
    """
    sight = subject.sight
    if not thresholds.max_off_thirds or sight is None or sight.attention is None:
        return
    x, y = saliency.centre(sight.attention)
    off = min(math.hypot(x - across, y - down) for across, down in POINTS)
    if off > thresholds.max_off_thirds:
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"What draws the eye is {off:.0%} of the picture away from the nearest third; the brand asks for "
            f"{thresholds.max_off_thirds:.0%} at most.",
            "Say where the subject is with `focus: [x, y]`, or bring a picture that is composed so.",
            measure=Measure(value=round(off, 4), threshold=thresholds.max_off_thirds, unit="share of the side"),
        )
