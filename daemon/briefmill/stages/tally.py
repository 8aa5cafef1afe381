"""What came out of a brief, in one sentence, for the page, the contact sheet, and whoever tells people of it.

Pure and free of pixel libraries.
"""

from collections.abc import Iterable, Sequence

from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import summary

_NOUNS = (
    (Severity.ERROR, "error", ""),
    (Severity.WARNING, "warning", ""),
    (Severity.ADVICE, "piece of advice", "pieces of advice"),
)


def sentence(creatives: int, products: int, locales: int, findings: Sequence[Finding]) -> str:
    """`18 creatives for 2 products in 3 locales; 1 warning.` What many creatives share counts once."""
    made = (
        f"{summary.counted(creatives, 'creative')} for {summary.counted(products, 'product')} "
        f"in {summary.counted(locales, 'locale')}"
    )
    weights = [group.worst.severity for group in summary.of(findings)]
    told = [summary.counted(weights.count(weight), one, many) for weight, one, many in _NOUNS if weight in weights]
    return f"{made}; {', '.join(told)}." if told else f"{made}; every rule is kept."


def of(creatives: Iterable[Creative], findings: Sequence[Finding]) -> str:
    """The sentence for creatives by themselves, without their brief."""
    made = tuple(creatives)
    return sentence(len(made), len({one.product for one in made}), len({one.locale for one in made}), findings)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The weight of the gravest finding, None where nothing was found."""
    order = list(Severity)
    return max((finding.severity for finding in findings), key=order.index, default=None)
