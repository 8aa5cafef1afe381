"""What a creative is made of, in the words of the trade: IPTC's digital source types, and C2PA's actions.

Pure: facts in, words out. A type tells how the pixels of the whole came about, and the strictest part decides: pixels
of a trained model anywhere make it `trainedAlgorithmicMedia`, or the composite of it once words, a logo or a product
are set upon them. The built-in maker draws by rules and was trained on nothing: `algorithmicMedia`. What a supplied
picture is, nobody told us, unless it says so itself; it is never called a capture.
Source: IPTC NewsCodes, scheme `digitalsourcetype` (version of 2024-10); C2PA Technical Specification 2.1, 18.16.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from briefmill.domain.creative import Origin

VOCABULARY: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"

TRAINED: Final = "trainedAlgorithmicMedia"
COMPOSITE_TRAINED: Final = "compositeWithTrainedAlgorithmicMedia"
ALGORITHMIC: Final = "algorithmicMedia"
COMPOSITE_SYNTHETIC: Final = "compositeSynthetic"
COMPOSITE: Final = "composite"

SYNTHETIC: Final = frozenset({TRAINED, COMPOSITE_TRAINED})
"""The types under which a trained model made some of the pixels."""

PARENT: Final = "source"
PRODUCT: Final = "product"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one creative is made of.

    `origin` is that of its picture; `declared` the source type that a supplied picture claims of itself. `product`
    tells that a supplied product was set into it, `words` and `logo` what was laid over it. `kept` says that the
    picture is named as an ingredient, because it has a record of its own or was somebody's file.
    """

    origin: Origin
    maker: str = ""
    model: str = ""
    declared: str = ""
    product: bool = False
    words: bool = False
    logo: bool = False
    kept: bool = False

    @property
    def agent(self) -> str:
        """Who made the picture, for people: `gpt-image-2 (openai)`."""
        return f"{self.model} ({self.maker})" if self.model and self.maker else self.model or self.maker


def picture_type(facts: Facts) -> str:
    """The source type of the picture alone; empty where nobody knows."""
    if facts.origin is Origin.GENERATED:
        return TRAINED
    return ALGORITHMIC if facts.origin is Origin.PROCEDURAL else facts.declared


def source_type(facts: Facts) -> str:
    """The source type of the whole creative."""
    laid = facts.product or facts.words or facts.logo
    own = picture_type(facts)
    if own in SYNTHETIC:
        return COMPOSITE_TRAINED if laid else own
    if facts.origin is Origin.PROCEDURAL:
        return COMPOSITE_SYNTHETIC if facts.product or facts.logo else ALGORITHMIC
    if not laid and own:
        return own
    return COMPOSITE


def actions(facts: Facts) -> list[dict[str, Any]]:
    """C2PA's actions (`c2pa.actions.v2`) in their order; the first opens the picture or creates it."""
    return list(_actions(facts))


def _actions(facts: Facts) -> Iterator[dict[str, Any]]:
    if facts.kept:
        yield {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT]}}
    else:
        first: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": VOCABULARY + picture_type(facts)}
        if facts.agent:
            first["softwareAgent"] = {"name": facts.agent}
        yield first
    yield {"action": "c2pa.cropped", "description": "cropped to the shape of the placement"}
    yield {"action": "c2pa.resized", "description": "scaled to the placement's pixels"}
    if facts.product:
        yield {
            "action": "c2pa.placed",
            "description": "the supplied product, set into the picture untouched",
            "parameters": {"ingredientIds": [PRODUCT]},
        }
    if facts.words or facts.logo:
        what = " and ".join(name for name, there in (("message", facts.words), ("logo", facts.logo)) if there)
        yield {
            "action": "c2pa.edited",
            "description": f"{what} set over it",
            "digitalSourceType": VOCABULARY + source_type(facts),
        }
