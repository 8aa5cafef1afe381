"""Rule `face_cut`: the crop cuts through nobody's face."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "face_cut"
GONE = 0.9
"""The share from which a face is not cut but out of the picture, which may well be meant."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where the crop leaves a face in the picture, but without more than `max_face_cut` of it.

    A face's box runs from the brows to the chin, with some air: a fifth of it may go before a face looks cut. Source:
    the settings or the brand file.
    """
    for face in subject.sight.faces if subject.sight else ():
        if thresholds.max_face_cut < face.cut < GONE:
            yield subject.found(
                RULE,
                Severity.WARNING,
                f"The shape of {subject.placement.id} cuts {face.cut:.0%} off a face; {thresholds.max_face_cut:.0%} "
                "is the most.",
                "Bring a picture with more room around the face, or say where it is with `focus: [x, y]`.",
                measure=Measure(value=round(face.cut, 4), threshold=thresholds.max_face_cut, unit="share of the face"),
                box=face.box,
            )
