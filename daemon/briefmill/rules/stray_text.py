"""Rule `stray_text`: a generated picture has no words in it; nobody has read, checked or translated them.

Read once a source by tesseract, where it is installed (`imaging.straytext`).
"""

from collections.abc import Iterator

from briefmill.domain.creative import Origin
from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "stray_text"
NAMED = 5


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning for words in a generated picture as far as they show; on a supplied photo they are right: a shop's sign.

    None may be there. Source: the reading itself, of words of three letters and more read with confidence.
    """
    sight = subject.sight
    if sight is None or sight.origin is not Origin.GENERATED or not sight.words:
        return
    words = [word.text for word in sight.words]
    rest = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    yield subject.found(
        RULE,
        Severity.WARNING,
        f"There are words in the generated picture: {', '.join(f'“{word}”' for word in words[:NAMED])}{rest}.",
        "Have it made again with “text, letters, signs” under `avoid`, or supply a picture.",
        measure=Measure(value=len(words), threshold=0, unit="words"),
        box=_around([word.box for word in sight.words]),
    )


def _around(boxes: list[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x=left, y=top, width=right - left, height=bottom - top)
