"""The numbers that the rules hold creatives against, with where they come from.

Wiring fills them from the settings; a brand file may tighten them, never loosen them. Free of pixel libraries, because
they travel to the worker processes with every task.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

LOWER_IS_STRICTER: Final = frozenset(
    {
        "max_upscale",
        "max_cut",
        "palette_tolerance",
        "max_face_cover",
        "max_face_cut",
        "max_grain",
        "max_clipped",
        "max_hidden",
        "max_off_thirds",
        "logo_stretch",
        "logo_colour",
    }
)


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What is just good enough. Lengths are pixels of the creative, shares run from 0 to 1.

    `contrast`, `contrast_large`: WCAG 2.2, success criterion 1.4.3; text is large from `large_px`, bold text from
    `large_bold_px` (18 and 14 point). `min_text_px`: the smallest size that hinting still keeps apart on screens of
    simple density. `max_upscale`: linear enlargement that a bicubic filter hides at arm's length.
    `max_cut`: the share of the product's box that a crop may take away.
    `min_sharpness`: variance of the Laplacian in the sharpest parts of the picture (see `rules.sharpness`).
    `logo_min_share`: the logo's longer side over the creative's shorter edge. `palette_share`: pixels within
    `palette_tolerance` (CIEDE2000) of a brand colour; a tenth is the accent of the 60-30-10 rule of colour design.
    `max_face_cover`, `max_face_cut`: shares of a face that words may cover and a crop may take away. `max_grain`: noise
    of the picture's calmest parts, steps of 255; `max_clipped`: share without drawing; `max_hidden`: share of what
    draws the eye under words; `max_off_thirds`: 0 asks for nothing. `duplicate_bits` of 64: the same picture.
    `logo_stretch`, `logo_colour` (mean CIEDE2000): how far the logo may be from its file; `logo_contrast` with its
    ground; `logo_space` around it, in its own shorter side.
    `logo_corners` empty allows the logo anywhere. `logo_plate`: what it means that the logo needed a plate to be seen.
    """

    contrast: float = 4.5
    contrast_large: float = 3.0
    large_px: float = 24.0
    large_bold_px: float = 18.66
    min_text_px: float = 9.0
    max_upscale: float = 1.5
    max_cut: float = 0.12
    min_sharpness: float = 12.0
    logo_min_share: float = 0.05
    palette_share: float = 0.10
    palette_tolerance: float = 10.0
    max_face_cover: float = 0.10
    max_face_cut: float = 0.20
    max_grain: float = 8.0
    max_clipped: float = 0.20
    max_hidden: float = 0.45
    max_off_thirds: float = 0.0
    duplicate_bits: int = 6
    logo_stretch: float = 0.02
    logo_colour: float = 3.0
    logo_contrast: float = 2.0
    logo_space: float = 0.0
    logo_corners: tuple[str, ...] = ()
    logo_plate: Literal["error", "warning", "no"] = "no"

    def tightened(self, **wishes: float | None) -> "Thresholds":
        """These thresholds with each wish that is stricter; None and laxer wishes change nothing."""
        stricter: dict[str, float] = {}
        for name, wish in wishes.items():
            now: float = getattr(self, name)
            if wish is not None and (wish < now if name in LOWER_IS_STRICTER else wish > now):
                stricter[name] = wish
        return replace(self, **stricter)  # type: ignore[arg-type]  # all fields named above are numbers
