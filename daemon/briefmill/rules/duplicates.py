"""Rule `duplicates`: no two products of a set show the same picture.

Compared by fingerprint (`imaging.likeness`), so a rescaled or recompressed copy is found; pictures are compared, not
creatives, because those of one product are alike by design.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from briefmill.domain.verdict import Finding, Severity
from briefmill.imaging import likeness
from briefmill.rules.thresholds import Thresholds

RULE = "duplicates"


def check(prints: Mapping[str, tuple[int, ...]], thresholds: Thresholds) -> Iterator[Finding]:
    """Warning for each two products whose pictures differ in at most `duplicate_bits` of 64 bits.

    `prints` are the fingerprints of each product's pictures, by its id. Source: our figures in docs/compliance.md.
    """
    for first, second in combinations(prints, 2):
        apart = min(
            (likeness.distance(one, other) for one in prints[first] for other in prints[second]),
            default=likeness.BITS,
        )
        if apart <= thresholds.duplicate_bits:
            yield Finding(
                rule=RULE,
                severity=Severity.WARNING,
                message=f"{first} and {second} show the same picture, or nearly: {apart} of {likeness.BITS} bits of "
                "their fingerprints differ.",
                fix="Give each product a picture of its own, if that is not meant.",
                product=second,
                value=apart,
                threshold=thresholds.duplicate_bits,
                unit="bits",
            )
