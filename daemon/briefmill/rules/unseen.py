"""Rule `unseen`: what nobody could look at is said, once for the set.

An unknown is never a "none": who reads the verdict must know that faces, words in pictures or unfit content were not
looked for, and on how many pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from briefmill.domain.verdict import Finding, Severity

RULE = "unseen"


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """How many source pictures were not looked at, for what; those that we drew ourselves need no look."""

    faces: int = 0
    words: int = 0
    content: int = 0


def check(unseen: Unseen) -> Iterator[Finding]:
    """Advice for each thing that was not looked for. Source: what was there to look with."""
    for count, what, fix in (
        (unseen.faces, "faces", "Configure a model (compliance.face_model), or install OpenCV 4."),
        (unseen.words, "words in it", "Install tesseract (package tesseract-ocr)."),
        (unseen.content, "unfit content", "Look at it yourself: only generated pictures pass a moderation service."),
    ):
        if count:
            pictures = "1 picture was" if count == 1 else f"{count} pictures were"
            yield Finding(
                rule=RULE,
                severity=Severity.ADVICE,
                message=f"{pictures} not looked at for {what}: unknown, which does not mean that there is none.",
                fix=fix,
                value=count,
                threshold=0,
                unit="pictures",
            )
