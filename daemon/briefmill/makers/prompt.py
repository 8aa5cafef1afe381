"""The words for a picture maker: what to show, how, for whom, and what to leave out.

The brief's texts are untrusted and go in as they are, held to a length; the rules at the end are ours, so that they are
the last thing a model reads. An empty stage is asked for in words that name the product only to say that it is not
there.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from briefmill.domain.brief import Brief, Product
from briefmill.domain.creative import Frame, Reference

_TRIMMED: Final = 0.95  # a few pixels less are no news

LONGEST: Final = 4000
"""Characters of a prompt at most; the API would take 32,000, but long ones are followed less."""

_RULES: Final = (
    "No text, letters, numbers, logos, labels with words, watermarks or borders anywhere in the picture. "
    "Leave calm, uncluttered space for a headline to be set later. The whole product is visible and nothing is cut off."
)


_STAGE_RULES: Final = (
    "The stage is empty: no product, no packaging, no hands, no people on it. The ground is flat, seen from slightly "
    "above, calm and in focus; it fills the lower 40 percent of the picture from side to side, and nothing stands on "
    "it. What is behind it is softly out of focus. Even, soft light from the front left. "
    "No text, letters, numbers, logos, watermarks or borders anywhere in the picture."
)


def write(brief: Brief, product: Product) -> str:
    """The prompt for one product's picture."""
    subject = product.prompt or f"Advertising photograph of {product.name}"
    lines = [
        _sentence(subject),
        _sentence(product.description),
        _list("Show", product.attributes),
        _list("Note", product.notes),
        *_surroundings(brief),
        _list("Avoid", (*product.avoid, *brief.direction.avoid)),
    ]
    return _ruled(lines, _RULES)


def stage(brief: Brief, product: Product) -> str:
    """The prompt for a scene that a product is set into afterwards: an empty stage with room for it."""
    kind = product.category or product.name
    lines = [
        _sentence(f"Advertising photograph of an empty stage, on which a {kind} will be placed later"),
        *_surroundings(brief),
        _list("Avoid", brief.direction.avoid),
    ]
    return _ruled(lines, _STAGE_RULES)


def directions(frame: Frame, references: Sequence[Reference]) -> str:
    """What must be known beside the prompt: which part of the picture is always seen, and what is sent along."""
    told: list[str] = []
    shows_product = any(one.product for one in references)
    if frame.shown < _TRIMMED:
        told.append(
            "The picture will be trimmed at its edges: everything that matters is within the middle "
            f"{frame.shown:.0%} of its width and of its height."
        )
    if shows_product:
        told.append(
            "The first picture sent along shows the product itself: keep its shape, proportions, colours, materials "
            "and label exactly as they are there."
        )
    if any(not one.product for one in references):
        which = "The other pictures" if shows_product else "The pictures"
        told.append(
            f"{which} sent along show the look that is wanted: go by their light, colours and mood, not by what is in "
            "them."
        )
    return " ".join(told)


def _surroundings(brief: Brief) -> list[str]:
    """Where the product is shown, how, and for whom."""
    direction = brief.direction
    return [
        _labelled("Setting", direction.setting),
        _labelled("Style", direction.style or brief.brand.tone),
        _labelled("Mood", direction.mood),
        _labelled("Composition", direction.composition),
        _labelled("Brand colours, used with restraint", ", ".join(brief.brand.palette)),
        _labelled("For", brief.audience),
        _labelled("Market", ", ".join(brief.regions)),
        _list("Also", direction.notes),
    ]


def _ruled(lines: Iterable[str], rules: str) -> str:
    told = " ".join(line for line in lines if line)
    return f"{told[: LONGEST - len(rules) - 1].rstrip()} {rules}"


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if not words or words[-1] in ".!?。！？" else f"{words}."


def _labelled(label: str, text: str) -> str:
    return _sentence(f"{label}: {text}") if text.strip() else ""


def _list(label: str, items: Iterable[str]) -> str:
    return _labelled(label, "; ".join(" ".join(item.split()) for item in items if item.strip()))
