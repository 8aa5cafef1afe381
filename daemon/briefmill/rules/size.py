"""Rule `size`: the file has exactly the placement's pixels, stays under its byte cap, and still looks well there.

Platforms refuse or rescale anything else. Pixels and cap, and when they were read, stand with the placement.
"""

from collections.abc import Iterator
from typing import Final

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "size"

POOR: Final = 60
"""JPEG quality below which a cap has cost more than it should: the structural similarity (SSIM) of our own busy adverts
with their originals is 0.98 at 88, 0.95 at 60, 0.92 at 40."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for other pixels than `placement.width` x `height`; error for more bytes than `placement.max_bytes`.

    Less room below the cap than was asked for is an error too; a JPEG that the cap has brought below POOR, advice.
    Source: the placement's own `source`, as of `checked_on`.
    """
    yield from _pixels(subject)
    yield from _bytes(subject)


def _pixels(subject: Subject) -> Iterator[Finding]:
    wanted = (subject.placement.width, subject.placement.height)
    height, width = subject.pixels.shape[:2]
    for what, found in (
        ("drawing", (width, height)),
        ("file", (subject.creative.width, subject.creative.height)),
    ):
        if found != wanted:
            yield subject.found(
                RULE,
                Severity.ERROR,
                f"The {what} has {found[0]} x {found[1]} pixels; {subject.placement.id} asks for "
                f"{wanted[0]} x {wanted[1]}.",
                "This is not the brief's fault. Show the job's id to whoever runs Briefmill.",
            )


def _bytes(subject: Subject) -> Iterator[Finding]:
    cap = subject.placement.max_bytes
    if cap is None:
        return
    if subject.byte_size > cap or not subject.fits_cap:
        within = ", which leaves no room for its record of origin" if subject.byte_size <= cap else ""
        yield subject.found(
            RULE,
            Severity.ERROR,
            f"The file has {_kilobytes(subject.byte_size)}{within}; {subject.placement.id} takes {_kilobytes(cap)} at "
            "most, and even the lowest quality does not get there.",
            "Use a calmer picture (less grain, fewer fine patterns), or leave this placement out.",
            measure=Measure(value=subject.byte_size, threshold=cap, unit="bytes"),
        )
    elif _poor(subject) and 2 * subject.byte_size > cap:  # else it was the wish, and not the cap
        quality = subject.creative.quality
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"To stay within the {_kilobytes(cap)} of {subject.placement.id} it was saved at quality {quality}: fine "
            "patterns and the rims of letters may look smudged.",
            "Look at it; a calmer picture (less grain, fewer fine patterns) would need fewer bytes.",
            measure=Measure(value=quality, threshold=POOR, unit="quality"),
        )


def _poor(subject: Subject) -> bool:
    return subject.creative.extension in {"jpg", "jpeg"} and 0 < subject.creative.quality < POOR


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.1f} kB"
