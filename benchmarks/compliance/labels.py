"""A case of the labelled set: a creative whose right answer is known because of how it was made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np

from briefmill.domain.artefact import Ref
from briefmill.domain.brief import Brand, Copy, Product
from briefmill.domain.creative import Composition, Creative, Origin, TextBlock, TextRole
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.rules import book
from briefmill.rules.sight import Sight
from briefmill.rules.subject import Subject
from briefmill.rules.thresholds import Thresholds

LIMITS = Thresholds()
EXACT = frozenset(
    {"size", "words", "glyphs", "legible", "safe_zone", "logo", "logo_space", "logo_true", "borrowed"}
    | {"crop", "upscale", "face_cut", "duplicates", "law: claims", "law: small print", "law: disclosures"}
)
"""The rules that go by what we drew or wrote, or by arithmetic; the others look at pixels."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One creative: the rule it is about, what was done to it, whether the rule must find it, and how to ask."""

    rule: str
    what: str
    kind: str
    wrong: bool
    found: Callable[[], bool]


def subject(pixels: np.ndarray, **changes: object) -> Subject:
    """A creative that keeps every rule but those that look at its pixels."""
    height, width = pixels.shape[:2]
    name = f"{width}x{height}"
    good = Subject(
        creative=Creative(
            product="cup", locale="en", placement=name, width=width, height=height, extension="jpg", quality=88,
            ref=Ref(sha256="0" * 64, size=50_000, media_type="image/jpeg"),
        ),
        composition=Composition(width=width, height=height, texts=(text(),), logo=box(width - 99, height - 60, 80, 40)),
        placement=Placement(id=name, width=width, height=height, max_bytes=100_000),
        copy=Copy(locale="en", message="Begin gently"),
        product=Product(id="cup", name="Stoneware cup"),
        brand=Brand(name="Hearth"),
        pixels=pixels,
        byte_size=50_000,
        fits_cap=True,
        logo_supplied=True,
    )  # fmt: skip
    return replace(good, **changes)


def box(x: int, y: int, width: int, height: int) -> Box:
    """A box, in one line."""
    return Box(x=x, y=y, width=width, height=height)


def text(**changes: object) -> TextBlock:
    """A message that is whole and can be read."""
    good = TextBlock(
        role=TextRole.MESSAGE, text="Begin gently", box=box(20, 20, 160, 40), size_px=32.0, min_px=9.0, contrast=7.0,
        lines=1,
    )  # fmt: skip
    return replace(good, **changes)


def composed(one: Subject, **changes: object) -> Subject:
    """A subject with its composition changed."""
    return replace(one, composition=replace(one.composition, **changes))


def sight(origin: Origin = Origin.SUPPLIED, **changes: object) -> Sight:
    """What was seen on a picture."""
    return Sight(origin=origin, **changes)


def asks(rule: str, make: Callable[[], Subject], limits: Thresholds = LIMITS) -> Callable[[], bool]:
    """Whether any finding of a rule is made of a creative, by the book."""
    return lambda: any(finding.rule == rule for finding in book.check(make(), limits))


def over(photos: Iterable[np.ndarray]) -> Callable[[], np.ndarray]:
    """The photos one after the other, again and again."""
    turning = cycle(photos)
    return lambda: next(turning)
