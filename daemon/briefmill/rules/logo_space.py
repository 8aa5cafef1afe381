"""Rule `logo_space`: nothing of ours stands closer to the logo than the brand allows, and the edge does not either."""

from collections.abc import Iterator

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "logo_space"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where words or the edge come closer than `logo_space` times the logo's height.

    Nothing is asked by default; a brand file says how much its logo needs. On a plate the plate is the logo's room, and
    the words' distance is measured from the logo itself all the same. Source: the brand file.
    """
    box, share = subject.composition.logo, thresholds.logo_space
    if box is None or share <= 0:
        return
    needed = share * min(box.width, box.height)
    near = [(spoken(text.role), gap(box, text.box)) for text in subject.composition.texts if text.box.width]
    near.append(("edge", _to_edge(box, subject)))
    what, closest = min(near, key=lambda one: one[1])
    # Half a pixel is rounding.
    if closest < needed - 0.5:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The {what} comes within {closest} px of the logo; it needs {needed:.0f} px around it ({share:g} of its "
            "shorter side).",
            f"Shorten the {what}, or leave the placement out." if what != "edge" else "Leave the placement out.",
            measure=Measure(value=closest, threshold=round(needed, 1), unit="px"),
            box=box,
        )


def gap(box: Box, other: Box) -> int:
    """Pixels between two boxes along the axis on which they are further apart; 0 where they touch or overlap."""
    across = max(other.x - box.right, box.x - other.right, 0)
    down = max(other.y - box.bottom, box.y - other.bottom, 0)
    return max(across, down)


def _to_edge(box: Box, subject: Subject) -> int:
    width, height = subject.placement.width, subject.placement.height
    return max(0, min(box.x, box.y, width - box.right, height - box.bottom))
