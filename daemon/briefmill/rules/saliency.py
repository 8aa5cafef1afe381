"""Rule `saliency`: what we set over a picture does not hide what draws the eye in it.

A map of attention is a guess (`imaging.saliency`), so this is advice. `faces` and `crop` speak of what is known.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.imaging import saliency
from briefmill.imaging.colour import Floats
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "saliency"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where panel and words lie on more than `max_hidden` of what draws the eye in the part that shows.

    Source of the measure: Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007.
    """
    sight = subject.sight
    if sight is None or sight.attention is None:
        return
    whole = Box(x=0, y=0, width=subject.placement.width, height=subject.placement.height)
    area = subject.composition.picture or whole
    boxes = [text.box for text in subject.composition.texts if text.box.width]
    boxes += [subject.composition.panel] if subject.composition.panel else []
    hidden = max((_of(sight.attention, box, area) for box in boxes), default=0.0)
    if hidden > thresholds.max_hidden:
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"Words lie on {hidden:.0%} of what draws the eye in the picture; {thresholds.max_hidden:.0%} is usual at "
            "most.",
            "Use a picture with room for words, or say where its subject is with `focus: [x, y]`.",
            measure=Measure(value=round(hidden, 4), threshold=thresholds.max_hidden, unit="share of attention"),
            box=max(boxes, key=lambda box: box.width * box.height),
        )


def _of(attention: Floats, box: Box, area: Box) -> float:
    return saliency.within(
        attention,
        (box.x - area.x) / area.width,
        (box.y - area.y) / area.height,
        (box.right - area.x) / area.width,
        (box.bottom - area.y) / area.height,
    )
