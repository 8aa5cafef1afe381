"""A creative that keeps every rule, and ways to spoil it."""

from dataclasses import replace

import numpy as np

from briefmill.domain.artefact import Ref
from briefmill.domain.brief import Brand, Copy, Product
from briefmill.domain.creative import Composition, Creative, TextBlock, TextRole
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.rules.subject import Subject, Thresholds

LIMITS = Thresholds()
SIDE = 400
PALETTE = ("#0E3B43", "#F2A65A")


def speckled(width=SIDE, height=SIDE):
    """A sharp picture, half of it in the first colour of the palette."""
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    pixels[: height // 2] = (0x43, 0x3B, 0x0E)
    return pixels


def text(**changes):
    return TextBlock(
        **{
            "role": TextRole.MESSAGE,
            "text": "Begin gently",
            "box": Box(x=40, y=40, width=200, height=60),
            "size_px": 32.0,
            "min_px": 9.0,
            "contrast": 7.0,
            "lines": 1,
            **changes,
        }
    )


def placement(**changes):
    return Placement(**{"id": "400x400", "width": SIDE, "height": SIDE, "max_bytes": 100_000, **changes})


def composition(**changes):
    return Composition(
        **{
            "width": SIDE,
            "height": SIDE,
            "texts": (text(),),
            "logo": Box(x=320, y=340, width=60, height=40),
            **changes,
        }
    )


def subject(**changes):
    good = Subject(
        creative=Creative(
            product="cup",
            locale="en",
            placement="400x400",
            ref=Ref(sha256="0" * 64, size=50_000, media_type="image/jpeg"),
            width=SIDE,
            height=SIDE,
            extension="jpg",
        ),
        composition=composition(),
        placement=placement(),
        copy=Copy(locale="en", message="Begin gently"),
        product=Product(id="cup", name="Stoneware cup"),
        brand=Brand(name="Hearth", palette=PALETTE),
        pixels=speckled(),
        byte_size=50_000,
        fits_cap=True,
        logo_supplied=True,
    )
    return replace(good, **changes)


def said(copy_text, **changes):
    """A subject whose copy says this."""
    return subject(copy=Copy(**{"locale": "en", "message": copy_text, **changes}))


def only(findings):
    """The one finding there must be."""
    (finding,) = findings
    return finding
