"""Rule `faces`: words and logo stay off people's faces.

Which faces there are was found once on the source (`imaging.faces`); what we drew is exact geometry.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "faces"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where a block of text, its panel, or the logo covers more than `max_face_cover` of a face.

    A tenth of a face's box is still hair or chin. Nothing is said of faces that nobody could look for: that is told
    once for the set (rule `unseen`). Source: the settings or the brand file.
    """
    if subject.sight is None:
        return
    for face in subject.sight.faces:
        covered = ((share(face.box, box), what) for what, box in drawn(subject))
        most, what = max(covered, key=lambda one: one[0], default=(0.0, ""))
        if most > thresholds.max_face_cover:
            yield subject.found(
                RULE,
                Severity.WARNING,
                f"The {what} covers {most:.0%} of a face; {thresholds.max_face_cover:.0%} is the most.",
                "Use a picture with room beside the face, a layout that puts the words elsewhere, or say where the "
                "subject is with `focus: [x, y]`.",
                measure=Measure(value=round(most, 4), threshold=thresholds.max_face_cover, unit="share of the face"),
                box=face.box,
            )


def drawn(subject: Subject) -> Iterator[tuple[str, Box]]:
    """What we drew over the picture, with a name for findings."""
    composition = subject.composition
    for text in composition.texts:
        if text.box.width and text.box.height:
            yield spoken(text.role), text.box
    for what, box in (
        ("logo", composition.logo),
        ("logo's plate", composition.logo_plate),
        ("panel behind the words", composition.panel),
    ):
        if box is not None:
            yield what, box


def share(part: Box, cover: Box) -> float:
    """The share of a box's area that another one covers."""
    across = min(part.right, cover.right) - max(part.x, cover.x)
    down = min(part.bottom, cover.bottom) - max(part.y, cover.y)
    return max(0, across) * max(0, down) / (part.width * part.height) if part.width and part.height else 0.0
