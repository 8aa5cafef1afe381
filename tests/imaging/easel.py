"""Composing in tests: a picture, words and a layout to a creative, through the public doors."""

from pathlib import Path

import cv2

from briefmill.imaging import arrangement, bidi, compose, layout
from briefmill.stages import layoutbook

HOUSE = layoutbook.read(Path(__file__).parents[2] / "config" / "layouts").house
"""The shipped layouts."""


def planned(copy, placement, kit, one=arrangement.PLAIN):
    way = bidi.of_text(copy.message or copy.cta, copy.locale)
    return layout.plan(one, placement, copy, kit.logo_aspect, way)


def composed(canvas, copy, placement, kit, one=arrangement.PLAIN, **known):
    """The creative and its composition; `canvas` is the picture, scaled to the part that shows it."""
    plan = planned(copy, placement, kit, one)
    area = (plan.picture.width, plan.picture.height)
    picture = canvas if canvas.shape[1::-1] == area else cv2.resize(canvas, area)
    ready = compose.Stage(pixels=compose.stage(picture, plan, placement, kit.palette), layout=one.name, **known)
    return compose.overlay(ready, plan, copy, placement, kit)


def serving(placement):
    """The shipped layouts that serve a placement."""
    return [one for one in HOUSE if one.serves(layout.shape(placement))]
