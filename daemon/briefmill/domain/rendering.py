"""How pictures are to be rendered: what a brief may wish of a picture maker beside its words.

An empty field leaves it to the settings. The words are those of OpenAI's API, which the gateways speak as well; what a
model does not know is the maker's to say, before anything is sent.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUALITIES: Final = ("auto", "low", "medium", "high", "xhigh", "max")
COMPLEXITIES: Final = ("low", "medium", "high")
BACKGROUNDS: Final = ("auto", "opaque", "transparent")
FORMATS: Final = ("png", "jpeg", "webp")
MODERATIONS: Final = ("auto", "low")


class Fidelity(StrEnum):
    """What becomes of a supplied picture of a product.

    `supplied`: it is the picture, cropped and scaled. `reference`: a picture is made that goes by it. `exact`: the
    product is cut out and set, its pixels untouched, into a scene that is made for it.
    """

    SUPPLIED = "supplied"
    REFERENCE = "reference"
    EXACT = "exact"


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """Wishes about a picture, each empty (or None) where there is none.

    `moderation` is how strictly the picture maker's own safety system looks; a brief can only make it stricter than
    the settings. `compression` runs from 0 to 100 and is for jpeg and webp.
    """

    quality: str = ""
    complexity: str = ""
    background: str = ""
    format: str = ""
    compression: int | None = None
    moderation: str = ""
