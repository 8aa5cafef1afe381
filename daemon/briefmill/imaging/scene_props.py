"""What stands around the product: plinths, arches, and companions such as leaves or coffee beans.

A set knows on what the product stands; companions are strewn around it by the scene's own random numbers, never before
it. `far` parts are painted out of focus.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from briefmill.imaging.colour import Pixels
from briefmill.imaging.scene_palette import Look, mixed
from briefmill.imaging.scene_profile import Floats, Points, curve, ellipse, field, filleted, lathe, rectangle, ribbon
from briefmill.imaging.scene_solid import Ball, Blown, Mark, Material, Part, Pushed, Solid, Turned, placed

Parts = tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Set:
    """What the product stands on: parts near and far, and the height of the top."""

    near: Parts
    far: Parts
    top: float


def _plaster(look: Look, share: float = 0.0) -> Material:
    base = mixed(look.wall, (1.0, 1.0, 1.0), 0.22 if not look.dark else 0.07)
    return Material(colour=mixed(base, look.accent, share), rough=0.85)


def _disc(radius: float, height: float, material: Material) -> Part:
    outline = lathe((0, 0), (radius, 0, 0.012), (radius, height, 0.025), (0, height))
    return Part(solid=Turned(field(outline)), material=material)


def podium(look: Look, reach: float, rng: np.random.Generator) -> Set:
    """A round plinth before a large disc on the wall."""
    high = 0.14 + 0.08 * float(rng.random())
    disc = Part(solid=Pushed(field(ellipse(1.25)), 0.05, 0.02), material=_plaster(look, 0.35), at=(0.0, 1.35, -1.9))
    return Set(near=(_disc(reach + 0.24, high, _plaster(look)),), far=(disc,), top=high)


def tiers(look: Look, reach: float, rng: np.random.Generator) -> Set:
    """Two round plinths, one on the other, and a higher column behind."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    column = Part(
        solid=Turned(field(lathe((0, 0), (0.42, 0, 0.01), (0.42, 1.0, 0.03), (0, 1.0)))),
        material=_plaster(look, 0.45),
        at=(side * (reach + 0.55), 0, -1.5),
    )
    crown = Part(
        solid=Ball(0.24), material=Material(colour=look.accent, rough=0.4), at=(side * (reach + 0.55), 1.24, -1.5)
    )
    lower, upper = _disc(reach + 0.42, 0.11, _plaster(look, 0.12)), _disc(reach + 0.16, 0.22, _plaster(look))
    return Set(near=(lower, upper), far=(column, crown), top=0.22)


def arch(look: Look, reach: float, rng: np.random.Generator) -> Set:
    """A low block before an arch."""
    del rng
    wide = max(0.85, reach + 0.25)
    outer = [(-wide - 0.24, 0.0), (wide + 0.24, 0.0)]
    rise = [((wide + 0.24) * math.cos(a), 1.25 + (wide + 0.24) * math.sin(a)) for a in np.linspace(0, math.pi, 40)]
    gate = Part(solid=Pushed(field((*outer, *rise)), 0.12, 0.03), material=_plaster(look, 0.30), at=(0.0, 0.0, -1.7))
    block = Part(
        solid=Pushed(field(rectangle(2 * reach + 0.46, 0.18, 0.03, y=0.09)), 0.62, 0.025),
        material=_plaster(look),
        yaw=0,
    )
    return Set(near=(block,), far=(gate,), top=0.18)


def plain(look: Look, reach: float, rng: np.random.Generator) -> Set:
    """Nothing but the floor, with two soft forms far behind."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    far = (
        Part(solid=Ball(0.46), material=_plaster(look, 0.5), at=(side * (reach + 0.75), 0.46, -2.1)),
        Part(
            solid=Turned(field(lathe((0, 0), (0.30, 0, 0.02), (0.30, 1.5, 0.15), (0, 1.5)))),
            material=_plaster(look, 0.15),
            at=(side * (reach + 1.5), 0, -2.6),
        ),
    )
    return Set(near=(), far=far, top=0.0)


SETS: Final[tuple[Callable[[Look, float, np.random.Generator], Set], ...]] = (podium, tiers, arch, plain)


# ------------------------------------------------------------------------------------------------------ companions


def _green(look: Look) -> Material:
    return Material(colour=mixed((0.10, 0.24, 0.10), look.accent, 0.12), rough=0.55)


def _leaf(look: Look, size: float) -> Part:
    outline = curve([(0.0, -0.5), (0.17, -0.22), (0.2, 0.08), (0.0, 0.5), (-0.2, 0.08), (-0.17, -0.22)])
    vein = Mark(
        figure=field(ribbon([(0, -0.5), (0, 0.42)], 0.016)),
        material=Material(colour=mixed((0.10, 0.24, 0.10), (1, 1, 1), 0.3), rough=0.6),
        front=False,
    )
    return Part(solid=Blown(field(outline), depth=0.025, reach=0.12), material=_green(look), scale=size, marks=(vein,))


def _sprig(look: Look) -> Parts:
    """A stem with round leaves, leaning."""
    parts = [
        Part(
            solid=Pushed(field(ribbon([(0, 0), (0.05, 0.5), (0.16, 1.0), (0.34, 1.42)], 0.024)), 0.012, 0.01),
            material=_green(look),
        )
    ]
    for step in range(9):
        up = 0.2 + 0.14 * step
        x = 0.34 * (up / 1.42) ** 2
        side = 1 if step % 2 else -1
        leaf = _leaf(look, 0.50 - 0.022 * step)
        at = (x + side * 0.15, up + 0.08, 0.02 * side)
        parts.append(replace(leaf, at=at, yaw=25.0 * side, roll=-52.0 * side, pitch=-15))
    return tuple(parts)


def _lying(part: Part, at: tuple[float, float], turn: float, lift: float) -> Part:
    return replace(part, at=(at[0], lift, at[1]), yaw=turn, pitch=-84)


def _bean(look: Look) -> Part:
    del look
    groove = Mark(
        figure=field(ribbon([(-0.02, -0.11), (0.02, 0.0), (-0.02, 0.11)], 0.022)),
        material=Material(colour=(0.02, 0.008, 0.004), rough=0.8),
    )
    return Part(
        solid=Blown(field(ellipse(0.075, 0.105)), depth=0.05, reach=0.075),
        material=Material(colour=(0.105, 0.042, 0.018), rough=0.35),
        marks=(groove,),
    )


def _petal(look: Look) -> Part:
    outline = curve([(0.0, -0.16), (0.10, -0.04), (0.09, 0.10), (0.0, 0.14), (-0.09, 0.10), (-0.10, -0.04)])
    tone = mixed(look.accent, (1.0, 1.0, 1.0), 0.45)
    return Part(
        solid=Blown(field(outline), depth=0.022, reach=0.07), material=Material(colour=tone, rough=0.7, sheen=0.4)
    )


def _slice() -> Part:
    """A slice of citrus."""
    wedges: list[Points] = []
    for turn in range(8):
        a = math.radians(45 * turn)
        rim = [(0.235 * math.cos(a + s), 0.235 * math.sin(a + s)) for s in np.linspace(-0.32, 0.32, 7)]
        core = (0.05 * math.cos(a), 0.05 * math.sin(a))
        wedges.append(filleted([core, *rim], 0.02))
    flesh = Material(colour=(0.95, 0.42, 0.03), rough=0.22)
    pith = Material(colour=(0.95, 0.86, 0.62), rough=0.5)
    return Part(
        solid=Pushed(field(ellipse(0.29)), 0.045, 0.02),
        material=Material(colour=(0.92, 0.36, 0.02), rough=0.35),
        marks=(
            Mark(figure=field(ellipse(0.268)), material=pith, front=False),
            Mark(figure=field(*wedges), material=flesh, front=False),
        ),
    )


def _cube() -> Part:
    return Part(
        solid=Pushed(field(rectangle(0.24, 0.24, 0.05)), 0.12, 0.05),
        material=Material(colour=(0.86, 0.93, 0.97), rough=0.08, clear=0.8),
    )


def _pebble(look: Look, size: float) -> Part:
    outline = curve([(-0.22, 0.0), (-0.12, 0.14), (0.10, 0.15), (0.24, 0.02), (0.12, -0.13), (-0.12, -0.12)])
    tone = mixed(mixed(look.wall, (0.25, 0.24, 0.23), 0.45), look.pale, 0.25)
    return Part(
        solid=Blown(field(outline), depth=0.10, reach=0.14), material=Material(colour=tone, rough=0.6), scale=size
    )


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where companions may lie: outside `reach` to both sides, and between `left` and `right`, from the product."""

    reach: float
    left: float
    right: float

    def spots(self, count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
        """Up to `count` places on the floor beside and before the product, apart from each other."""
        found: list[tuple[float, float]] = []
        for _ in range(60):
            if len(found) == count:
                break
            side = 1.0 if rng.random() < 0.5 else -1.0
            x = side * (self.reach + 0.22 + 0.55 * float(rng.random()))
            z = 0.75 - 1.1 * float(rng.random())
            if self.left < x < self.right and all(math.hypot(x - a, z - b) > 0.42 for a, b in found):
                found.append((x, z))
        return found


def companions(kind: str, look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    """Near and far companions of a kind; fewer where the frame has no room for them."""
    return KINDS.get(kind, _shapes)(look, ground, rng)


def _strewn(part: Part, count: int, lift: float, ground: Ground, rng: np.random.Generator) -> Parts:
    spots = ground.spots(count, rng)
    return tuple(_lying(part, at, float(rng.uniform(0, 360)), lift) for at in spots)


def _leaves(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    side = 1.0 if rng.random() < 0.5 else -1.0
    sprig = placed(_sprig(look), (side * (ground.reach + 0.35), 0.0, -0.9), scale=1.1, yaw=0 if side > 0 else 180)
    return _strewn(_leaf(look, 0.62), 3, 0.03, ground, rng), sprig


def _beans(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    spots = [(x + 0.13 * k, z + 0.11 * (k % 2)) for x, z in ground.spots(4, rng) for k in range(3)]
    return tuple(_lying(_bean(look), at, float(rng.uniform(0, 360)), 0.05) for at in spots), ()


def _petals(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    return _strewn(_petal(look), 6, 0.03, ground, rng), ()


def _citrus(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    del look
    spots, made = ground.spots(2, rng), []
    rind = Material(colour=(0.93, 0.38, 0.02), rough=0.42)
    for index, (x, z) in enumerate(spots):
        if index == 0:
            made.append(replace(_slice(), at=(x, 0.275, z), yaw=-12 if x > 0 else 12, pitch=-16))
        else:
            made.append(Part(solid=Ball(0.26), material=rind, at=(x, 0.26, z)))
    return tuple(made), ()


def _ice(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    del look
    return tuple(replace(_cube(), at=(x, 0.12, z), yaw=float(rng.uniform(0, 90))) for x, z in ground.spots(4, rng)), ()


def _pebbles(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    made = []
    for index, at in enumerate(ground.spots(3, rng)):
        size = 1.0 + 0.3 * index
        made.append(_lying(_pebble(look, size), at, float(rng.uniform(0, 360)), 0.10 * size))
    return tuple(made), ()


def _shapes(look: Look, ground: Ground, rng: np.random.Generator) -> tuple[Parts, Parts]:
    """A few plain bodies in the brand's colours."""
    cone = Turned(field(lathe((0, 0), (0.15, 0, 0.02), (0.01, 0.36, 0.02), (0, 0.36))))
    bodies: tuple[tuple[Solid, float, Material], ...] = (
        (Ball(0.17), 0.17, Material(colour=look.accent, rough=0.32)),
        (cone, 0.0, Material(colour=mixed(look.second, look.pale, 0.2), rough=0.6)),
        (Ball(0.10), 0.10, Material(colour=look.pale, rough=0.3)),
    )
    spots = ground.spots(3, rng)
    near = (
        Part(solid=solid, material=made, at=(x, lift, z))
        for (x, z), (solid, lift, made) in zip(spots, bodies, strict=False)
    )
    return tuple(near), ()


KINDS: Final[dict[str, Callable[[Look, Ground, np.random.Generator], tuple[Parts, Parts]]]] = {
    "beans": _beans,
    "citrus": _citrus,
    "ice": _ice,
    "leaves": _leaves,
    "pebbles": _pebbles,
    "petals": _petals,
}


def window_light(width: int, height: int, rng: np.random.Generator) -> Floats:
    """Shade of leaves on the wall, height x width, 1 where the light falls unhindered."""
    mask = np.zeros((height, width), np.uint8)
    unit = min(width, height)
    side = 1.0 if rng.random() < 0.5 else -1.0
    root = np.array([width * (0.5 + 0.60 * side), -0.10 * height])
    for frond in range(3):
        angle = math.radians(90 + side * (22 + 30 * frond + 8 * float(rng.random())))
        length = unit * (0.95 + 0.25 * float(rng.random()))
        for step in np.linspace(0.16, 1.0, 9):
            bend = angle + side * 0.4 * step
            stem = root + length * step * np.array([math.cos(bend), math.sin(bend)])
            for turn in (-1, 1):
                tilt = bend + turn * (0.85 - 0.45 * step)
                _blade(mask, stem, tilt, unit * (0.40 - 0.20 * float(step)))
    soft = cv2.GaussianBlur(mask, (0, 0), unit * 0.014).astype(np.float32) / 255.0
    return np.asarray(1.0 - 0.24 * soft, np.float32)


def _blade(mask: Pixels, foot: Floats, angle: float, length: float) -> None:
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    profile = ((0.0, 0.0), (0.25, 0.045), (0.55, 0.055), (0.85, 0.025), (1.0, 0.0))
    rim = [foot + length * (a * along + b * across) for a, b in profile]
    rim += [foot + length * (a * along - b * across) for a, b in reversed(profile)]
    cv2.fillPoly(mask, [np.round(np.array(rim) * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
