"""Layouts shown with sample words on a drawn picture, in all the shapes they serve: what a designer looks at."""

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from briefmill.domain.brief import Copy
from briefmill.domain.creative import PictureRequest
from briefmill.domain.placement import Placement, SafeZone
from briefmill.imaging import bidi, choice, colour, compose, fonts, layout, scene, sheet
from briefmill.imaging.arrangement import Layout
from briefmill.imaging.colour import Pixels
from briefmill.stages.resize import Source
from briefmill.stages.task import Sample

SIZES: Final = (
    (1080, 1080), (1080, 1350), (1080, 1920), (1920, 1080), (1200, 628), (300, 250), (970, 250), (728, 90), (320, 50),
    (320, 100), (160, 600), (300, 600),
)  # fmt: skip
"""Width and height, in pixels, of the shapes that layouts are shown in."""

STORY: Final = SafeZone(top=269, right=65, bottom=672, left=65)
"""The margins of a story, by far the widest there are: a layout must stand them."""

PALETTE: Final = ("#0E3B43", "#F2A65A", "#F7F1E3")

_MARK: Final = "#F2A65A"


def drawn(layouts: Sequence[Layout], sample: Sample) -> bytes:
    """The sheet as a JPEG: a group for each layout."""
    kit = compose.BrandKit(palette=PALETTE, logo=_mark(), library=fonts.Library.build())
    picture = PictureRequest(
        product="sample", name="bottle", prompt="", width=960, height=960, palette=PALETTE, category="bottle", seed=7
    )
    placements = [
        Placement(id=f"{width}x{height}", width=width, height=height, safe_zone=STORY if height == 1920 else SafeZone())
        for width, height in SIZES
    ]
    data, known = scene.drawn(picture)
    source = Source(data, tuple(placements), known=known)
    copy = Copy(locale=sample.locale, message=sample.message, cta=sample.cta, disclaimer=sample.disclaimer)
    cells = [cell for one in layouts for cell in _cells(one, placements, source, copy, kit)]
    return sheet.contact_sheet("Layouts", cells, library=kit.library)


def _cells(
    one: Layout, placements: Sequence[Placement], source: Source, copy: Copy, kit: compose.BrandKit
) -> Iterator[sheet.Cell]:
    way = bidi.of_text(copy.message or copy.cta, copy.locale)
    for placement in placements:
        if not one.serves(layout.shape(placement)):
            continue
        plan = layout.plan(one, placement, copy, kit.logo_aspect, way)
        framed = source.fitted(plan.picture.width, plan.picture.height, choice.wish(one, way, plan.picture))
        ready = compose.Stage(pixels=compose.stage(framed.pixels, plan, placement, kit.palette), layout=one.name)
        pixels, _ = compose.overlay(ready, plan, copy, placement, kit)
        yield sheet.Cell(group=f"{one.name}: {one.title}", pixels=pixels, caption=(placement.id,))


def _mark() -> Pixels:
    """A mark for a brand that does not exist: a disc and a bar, three times as wide as high."""
    mark = np.zeros((240, 720, 4), np.uint8)
    tone = (*(int(part) for part in colour.bgr(_MARK)), 255)
    cv2.circle(mark, (120, 120), 112, tone, -1, cv2.LINE_AA)
    cv2.rectangle(mark, (280, 78), (710, 162), tone, -1)
    return mark
