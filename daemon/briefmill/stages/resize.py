"""Stage 2: the source picture of a product, cropped and scaled to each placement.

A source is decoded once and its focus found once, whatever the number of placements; the crop has the placement's own
ratio, so nothing is ever distorted. Enlarging is allowed and measured; the rule on sharpness judges it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import choice, decode, focus, scale
from briefmill.imaging.focus import CropBox


@dataclass(frozen=True, eq=False)
class Framed:
    """A source in a placement's pixels. `upscale` is how much larger it was made; `faces` are in those pixels."""

    pixels: decode.Pixels
    upscale: float
    faces: tuple[Box, ...] = ()
    subject: Box | None = None
    cut: float = 0.0


@dataclass(frozen=True)
class Source:
    """An encoded source picture and the placements it must serve."""

    data: bytes
    placements: tuple[Placement, ...]

    @cached_property
    def pixels(self) -> decode.Pixels:
        """Decoded once, upright, sRGB, no larger than the placements need."""
        return decode.picture(self.data, shorter_side=_needed(self.placements))

    @cached_property
    def focus(self) -> focus.Focus:
        """Where the eye goes, found once."""
        return focus.find(self.pixels)

    @property
    def scene(self) -> choice.Scene:
        """What the choice of a layout needs to know."""
        height, width = self.pixels.shape[:2]
        return choice.Scene(width=width, height=height, focus=self.focus)

    def fitted(self, across: int, down: int, towards: tuple[float, float] = (0.5, 0.5)) -> Framed:
        """The picture in the pixels of an area."""
        height, width = self.pixels.shape[:2]
        window = focus.crop(self.focus, width, height, across / down, towards=towards)
        made = scale.fit(self.pixels, window, across, down)
        placement = Placement(id="area", width=across, height=down)
        faces = (_seen(face, window, (width, height), placement) for face in self.focus.faces)
        return Framed(pixels=made.pixels, upscale=made.upscale, faces=tuple(face for face in faces if face is not None))


def _seen(face: CropBox, window: CropBox, size: tuple[int, int], placement: Placement) -> Box | None:
    """A face (shares of the source) in the placement's pixels, None when it lies outside of the window."""
    across, down = placement.width / window.width, placement.height / window.height
    left = max(0, round((face.x * size[0] - window.x) * across))
    top = max(0, round((face.y * size[1] - window.y) * down))
    right = min(placement.width, round(((face.x + face.width) * size[0] - window.x) * across))
    bottom = min(placement.height, round(((face.y + face.height) * size[1] - window.y) * down))
    return Box(x=left, y=top, width=right - left, height=bottom - top) if right > left and bottom > top else None


def _needed(placements: Iterable[Placement]) -> int:
    return max(max(placement.width, placement.height) for placement in placements)
