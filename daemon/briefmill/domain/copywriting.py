"""Words that a brief leaves open and somebody writes: what is asked of a writer, and what came of it.

The texts of a request and of its answer are named by their part: `message`, `cta`, `disclaimer`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = ("message", "cta", "disclaimer")
"""What a creative says, in the order in which it is read."""


@dataclass(frozen=True, kw_only=True)
class CopyRequest:
    """Texts of one product to be put into another language.

    `texts` are those of `source_locale`, by part. `limits` are the most characters of a part. Words in `keep` stay as
    they are written; words in `forbidden` must not come up. `wrong` is what was the matter with a first attempt.
    """

    locale: str
    source_locale: str
    texts: Mapping[str, str]
    product: str = ""
    brand: str = ""
    audience: str = ""
    tone: str = ""
    keep: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WrittenCopy:
    """What a writer made of a request: a text for each part, by whom, and what it cost in micros of a dollar.

    Where what was written cannot be used there are no texts, and `unfit` says why, in sentences.
    """

    texts: Mapping[str, str]
    maker: str
    model: str
    cost_micros: int = 0
    usage: Mapping[str, object] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    cached: bool = False
