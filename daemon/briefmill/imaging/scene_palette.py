"""Which brand colour goes where in a scene: wall, floor, product, accent.

The wall takes the largest share of the picture, so it carries the brand; the product must stand out from it, so it
takes the brand colour that lies farthest away, or a neutral one. Colours are linear RGB from here on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.scene_solid import Vector

OWN: Final = (
    ("#D8B4A0", "#7A4B3A", "#F3E9DF"),
    ("#A9C5B4", "#2F5D50", "#F4EFE6"),
    ("#BFD4E6", "#27496D", "#F0A58F"),
    ("#E9C46A", "#264653", "#E76F51"),
    ("#CFC3E0", "#4B3B6B", "#F2C6B4"),
    ("#E4D5C3", "#B5653A", "#3C4A3E"),
)
"""Palettes for brands that bring none: wall, dark, accent."""

_WHITE: Final = "#F6F3EE"
_INK: Final = "#23252B"


class Scheme(StrEnum):
    """How the wall is coloured: in the brand's own colour, in a pale tint of it, or in its darkest colour."""

    SOLID = "solid"
    TINT = "tint"
    DARK = "dark"


@dataclass(frozen=True, kw_only=True)
class Look:
    """The colours of one scene. `second` is the accent's fallback companion; `dark` says that the room is dark."""

    wall: Vector
    floor: Vector
    body: Vector
    accent: Vector
    second: Vector
    pale: Vector
    ink: Vector
    dark: bool

    @property
    def paper(self) -> Vector:
        """The ground of a label, told apart from the product it is on."""
        if _light(self.body) < 0.5:
            return self.pale
        return self.wall if _light(self.body) - _light(self.wall) > 0.25 else self.ink


def _light(tone: Vector) -> float:
    red, green, blue = tone
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: str) -> Vector:
    """Linear RGB, 0 to 1, of `#RRGGBB`."""
    encoded = np.array(colour.rgb(value)) / 255.0
    parts = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return float(parts[0]), float(parts[1]), float(parts[2])


def mixed(first: Vector, second: Vector, share: float) -> Vector:
    """`share` (0 to 1) of the second colour in the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def look(palette: Sequence[str], rng: np.random.Generator) -> Look:
    """Choose a scheme and give every role its colour. `palette` holds `#RRGGBB`, most important first."""
    brand = [value for value in dict.fromkeys(palette) if value]
    if not brand:
        brand = list(OWN[int(rng.integers(len(OWN)))])
    scheme = _scheme(brand, rng)
    wall = _wall(brand, scheme)
    body = _farthest(brand, [wall], neutral=(_WHITE, _INK))
    accent = _farthest([value for value in brand if value != body] or [body], [wall, body], neutral=(_WHITE, _INK))
    rest = [value for value in brand if value not in {body, accent}] or brand
    base = linear(wall)
    floor = mixed(base, (1.0, 1.0, 1.0), 0.10 if scheme is not Scheme.DARK else 0.02)
    return Look(
        wall=base,
        floor=floor,
        body=linear(body),
        accent=linear(accent),
        second=linear(rest[0]),
        pale=mixed(linear(_WHITE), base, 0.06),
        ink=mixed(linear(_INK), base, 0.08),
        dark=scheme is Scheme.DARK,
    )


def _lightness(value: str) -> float:
    return float(colour.lab_of(value)[0])


def _scheme(brand: Sequence[str], rng: np.random.Generator) -> Scheme:
    first = _lightness(brand[0])
    turn = float(rng.random())
    if first < 28:
        return Scheme.DARK if turn < 0.6 else Scheme.TINT
    if first < 46:
        return Scheme.SOLID if turn < 0.35 else Scheme.TINT
    return Scheme.SOLID if turn < 0.75 else Scheme.TINT


def _wall(brand: Sequence[str], scheme: Scheme) -> str:
    if scheme is Scheme.DARK:
        return _towards(brand[0], "#000000", 8.0) if _lightness(brand[0]) < 8 else brand[0]
    if scheme is Scheme.SOLID:
        return brand[0] if _lightness(brand[0]) < 93 else _towards(brand[0], "#C9C2B8", 88.0)
    light = max(brand, key=_lightness)
    if 78 < _lightness(light) < 92:
        return light
    return _towards(brand[0], "#FFFFFF", 82.0)


def _towards(value: str, target: str, lightness: float) -> str:
    """`value` mixed with `target`, as little as needed to reach a lightness (CIE L*)."""
    start, end = np.array(colour.rgb(value), float), np.array(colour.rgb(target), float)
    best = value
    for share in np.linspace(0.0, 0.95, 39):
        best = colour.hex_of(*(start + (end - start) * share))
        if (_lightness(best) - lightness) * (_lightness(target) - lightness) >= 0:
            break
    return best


def _farthest(brand: Sequence[str], others: Sequence[str], neutral: tuple[str, ...]) -> str:
    """The brand colour farthest from all others; a neutral one where no brand colour stands out."""

    def apart(value: str) -> float:
        return min(float(colour.delta_e2000(colour.lab_of(value), colour.lab_of(other))) for other in others)

    best = max(brand, key=apart)
    return best if apart(best) >= 22.0 else max((*brand, *neutral), key=apart)
