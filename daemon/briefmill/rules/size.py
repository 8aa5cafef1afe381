"""Rule `size`: the file has exactly the placement's pixels and stays under its byte cap.

Platforms refuse or rescale anything else. Both figures, and when they were read, stand with the placement.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "size"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for other pixels than `placement.width` x `height`; error for more bytes than `placement.max_bytes`.

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
    if cap is None or (subject.fits_cap and subject.byte_size <= cap):
        return
    yield subject.found(
        RULE,
        Severity.ERROR,
        f"The file has {_kilobytes(subject.byte_size)}; {subject.placement.id} takes {_kilobytes(cap)} at most, and "
        "even the lowest quality does not get there.",
        "Use a calmer picture (less grain, fewer fine patterns), or leave this placement out.",
        measure=Measure(value=subject.byte_size, threshold=cap, unit="bytes"),
    )


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.1f} kB"
