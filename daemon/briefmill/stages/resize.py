"""Stage 2: the source picture of a product, cropped and scaled to each placement.

A source is decoded once and its focus found once, whatever the number of placements; the crop has the placement's own
ratio, so nothing is ever distorted. Enlarging is allowed and measured; the rule on sharpness judges it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from briefmill.domain.placement import Placement
from briefmill.imaging import decode, focus, scale
from briefmill.imaging.scale import Fitted


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

    def fitted(self, placement: Placement) -> Fitted:
        """The picture in the placement's pixels."""
        height, width = self.pixels.shape[:2]
        window = focus.crop(self.focus, width, height, placement.ratio)
        return scale.fit(self.pixels, window, placement.width, placement.height)


def _needed(placements: Iterable[Placement]) -> int:
    return max(max(placement.width, placement.height) for placement in placements)
