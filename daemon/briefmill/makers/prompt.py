"""The words for a picture maker: what to show, how, for whom, and what to leave out.

The brief's texts are untrusted and go in as they are, held to a length; the rules at the end are ours, so that they are
the last thing a model reads.
"""

from collections.abc import Iterable
from typing import Final

from briefmill.domain.brief import Brief, Product

LONGEST: Final = 4000
"""Characters of a prompt at most; the API would take 32,000, but long ones are followed less."""

_RULES: Final = (
    "No text, letters, numbers, logos, labels with words, watermarks or borders anywhere in the picture. "
    "Leave calm, uncluttered space for a headline to be set later. The whole product is visible and nothing is cut off."
)


def write(brief: Brief, product: Product) -> str:
    """The prompt for one product's picture."""
    direction = brief.direction
    subject = product.prompt or f"Advertising photograph of {product.name}"
    lines = [
        _sentence(subject),
        _sentence(product.description),
        _list("Show", product.attributes),
        _list("Note", product.notes),
        _labelled("Setting", direction.setting),
        _labelled("Style", direction.style or brief.brand.tone),
        _labelled("Mood", direction.mood),
        _labelled("Composition", direction.composition),
        _labelled("Brand colours, used with restraint", ", ".join(brief.brand.palette)),
        _labelled("For", brief.audience),
        _labelled("Market", ", ".join(brief.regions)),
        _list("Also", direction.notes),
        _list("Avoid", (*product.avoid, *direction.avoid)),
    ]
    told = " ".join(line for line in lines if line)
    return f"{told[: LONGEST - len(_RULES) - 1].rstrip()} {_RULES}"


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if not words or words[-1] in ".!?。！？" else f"{words}."


def _labelled(label: str, text: str) -> str:
    return _sentence(f"{label}: {text}") if text.strip() else ""


def _list(label: str, items: Iterable[str]) -> str:
    return _labelled(label, "; ".join(" ".join(item.split()) for item in items if item.strip()))
