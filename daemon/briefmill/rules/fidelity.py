"""Rule `fidelity`: a product that shall be shown exactly as it is, is."""

from collections.abc import Iterator
from typing import Final

from briefmill.domain.creative import Exactness
from briefmill.domain.rendering import Fidelity
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "fidelity"

GREATEST: Final = 2
"""Of 255, in any channel of any pixel: rounding, once where the product is scaled and once where it is laid down."""

COVERED: Final = 0.05
"""The share of the product that words, a logo or a ground may be set over."""

_FEW: Final = 400  # pixels compared, below which nothing is proven


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error where the product's pixels are others than those supplied, or nothing proves that they are the same.

    Warning where something was set over more than `COVERED` of it. Source: the brief's own `product_fidelity: exact`.
    """
    if subject.product.fidelity is not Fidelity.EXACT:
        return
    proof = subject.composition.exactness
    fault = _fault(proof)
    if fault is not None:
        measure = Measure(value=float(proof.greatest), threshold=float(GREATEST), unit="of 255") if proof else None
        yield subject.found(
            RULE,
            Severity.ERROR,
            f"{subject.product.name} shall be shown exactly as supplied in {subject.placement.id}, but {fault}.",
            "Supply a larger picture of the product, or leave `product_fidelity` out.",
            measure=measure,
            box=proof.box if proof else None,
        )
    elif proof is not None and proof.covered > COVERED:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"{proof.covered:.0%} of {subject.product.name} is under words, a logo or their ground in "
            f"{subject.placement.id}.",
            "Shorten the message, or choose a layout that keeps words and picture apart.",
            measure=Measure(value=proof.covered, threshold=COVERED, unit="share of the product"),
            box=proof.box,
        )


def _fault(proof: Exactness | None) -> str | None:
    """Why the promise does not hold, None where it does."""
    if proof is None:
        return "its picture was made anew"
    if proof.pixels < _FEW:
        return f"it is so small there that only {proof.pixels} of its pixels can be compared"
    if proof.greatest > GREATEST:
        return (
            f"its pixels differ from the supplied ones by up to {proof.greatest} of 255 ({proof.mean:.2f} on average)"
        )
    return None
