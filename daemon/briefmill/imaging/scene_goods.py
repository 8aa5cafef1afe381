"""Boxes, bags, cloth, shoes and spectacles: what is pushed or blown up from an outline.

As in `scene_vessels`, parts stand on y = 0 around the origin; nothing carries text.
"""

from dataclasses import replace

from briefmill.imaging.scene_palette import Look, mixed
from briefmill.imaging.scene_profile import band, curve, ellipse, field, filleted, lathe, rectangle, ribbon
from briefmill.imaging.scene_solid import Ball, Blown, Mark, Material, Part, Pushed, Turned, placed
from briefmill.imaging.scene_vessels import GOLD, STEEL, Parts

_LEATHER = 0.55


def box(look: Look) -> Parts:
    """A carton, turned, with a band and a figure on its front."""
    front = Pushed(field(rectangle(0.86, 1.16, 0.02, y=0.58)), 0.30, 0.015)
    marks = (
        Mark(
            figure=field(rectangle(0.90, 0.30, 0.001, y=0.24)),
            material=Material(colour=look.accent, rough=0.6),
            front=False,
        ),
        Mark(figure=field(ellipse(0.20, y=0.74)), material=Material(colour=look.pale, rough=0.6)),
        Mark(figure=field(ellipse(0.11, y=0.74)), material=Material(colour=look.accent, rough=0.6)),
    )
    return (Part(solid=front, material=Material(colour=look.body, rough=0.5), yaw=-30, marks=marks),)


def parcel(look: Look) -> Parts:
    """A rounded package with a lid and a ribbon: whatever is in it."""
    body = Pushed(field(rectangle(0.98, 0.62, 0.06, y=0.31)), 0.42, 0.05)
    lid = Pushed(field(rectangle(1.04, 0.20, 0.05, y=0.70)), 0.45, 0.05)
    ribbon_up = Pushed(field(rectangle(0.16, 0.82, 0.01, y=0.405)), 0.462, 0.01)
    ribbon_over = Pushed(field(rectangle(1.07, 0.815, 0.05, y=0.405)), 0.08, 0.01)
    loop = curve([(0.0, 0.0), (0.12, 0.13), (0.28, 0.20), (0.38, 0.10), (0.28, 0.0), (0.12, -0.02)])
    inner = curve([(0.07, 0.03), (0.14, 0.10), (0.27, 0.155), (0.33, 0.10), (0.27, 0.04), (0.14, 0.02)])
    bow = Pushed(field(loop, inner), 0.08, 0.015)
    knot = Pushed(field(rectangle(0.12, 0.1, 0.03)), 0.08, 0.03)
    silk = Material(colour=look.accent, rough=0.4, sheen=0.3)
    turn = -28.0
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.5), yaw=turn),
        Part(solid=lid, material=Material(colour=mixed(look.body, (1, 1, 1), 0.08), rough=0.5), yaw=turn),
        Part(solid=ribbon_up, material=silk, yaw=turn),
        Part(solid=ribbon_over, material=silk, yaw=turn),
        Part(solid=bow, material=silk, at=(0.02, 0.83, 0.0), yaw=turn, roll=8),
        Part(solid=bow, material=silk, at=(-0.02, 0.83, 0.0), yaw=turn + 180, roll=8),
        Part(solid=knot, material=silk, at=(0, 0.85, 0), yaw=turn),
    )


def tube(look: Look) -> Parts:
    """A squeeze tube standing on its cap."""
    outline = filleted([(-0.27, 0.24), (0.27, 0.24), (0.35, 1.40), (-0.35, 1.40)], 0.02)
    body = Blown(field(outline), depth=0.315, reach=0.27, taper=-0.215)
    crimp = Pushed(field(rectangle(0.71, 0.13, 0.01, y=1.43)), 0.014, 0.008)
    cap = Turned(field(lathe((0, 0), (0.235, 0, 0.02), (0.255, 0.27, 0.02), (0, 0.27))))
    marks = (
        Mark(figure=field(rectangle(0.60, 0.44, 0.03, y=0.80)), material=Material(colour=look.paper, rough=0.6)),
        Mark(figure=field(ellipse(0.10, y=0.88)), material=Material(colour=look.accent, rough=0.6)),
        Mark(
            figure=field(rectangle(0.30, 0.018, 0.004, y=0.70), rectangle(0.18, 0.018, 0.004, y=0.65)),
            material=Material(colour=look.body, rough=0.6),
        ),
    )
    skin = Material(colour=look.body, rough=0.32)
    return (
        Part(solid=body, material=skin, marks=marks, yaw=-12),
        Part(solid=crimp, material=skin, yaw=-12),
        Part(solid=cap, material=Material(colour=look.accent, rough=0.3)),
    )


def pouch(look: Look) -> Parts:
    """A stand-up bag, as for coffee or snacks."""
    outline = curve(
        [
            (-0.46, 0.02),
            (0.0, 0.0),
            (0.46, 0.02),
            (0.47, 0.5),
            (0.45, 1.12),
            (0.46, 1.34),
            (0, 1.345),
            (-0.46, 1.34),
            (-0.45, 1.12),
            (-0.47, 0.5),
        ]
    )
    body = Blown(field(outline), depth=0.27, reach=0.30, taper=-0.17)
    seal = Pushed(field(rectangle(0.90, 0.14, 0.01, y=1.30)), 0.022, 0.01)
    marks = (
        Mark(figure=field(rectangle(0.60, 0.62, 0.04, y=0.58)), material=Material(colour=look.paper, rough=0.65)),
        Mark(figure=field(ellipse(0.145, y=0.68)), material=Material(colour=look.accent, rough=0.6)),
        Mark(
            figure=field(rectangle(0.36, 0.024, 0.004, y=0.43), rectangle(0.22, 0.024, 0.004, y=0.37)),
            material=Material(colour=look.body, rough=0.6),
        ),
    )
    foil = Material(colour=look.body, rough=0.36, metal=0.15)
    return (
        Part(solid=body, material=foil, marks=marks, yaw=-14),
        Part(solid=seal, material=Material(colour=mixed(look.body, (0, 0, 0), 0.15), rough=0.4, metal=0.15), yaw=-14),
    )


def tote(look: Look) -> Parts:
    """A handbag with a flap, a clasp and a handle."""
    outline = filleted([(-0.62, 0.0, 0.12), (0.62, 0.0, 0.12), (0.54, 0.82, 0.10), (-0.54, 0.82, 0.10)])
    flap = filleted(
        [(-0.55, 0.86, 0.08), (-0.57, 0.46, 0.16), (0.0, 0.36, 0.30), (0.57, 0.46, 0.16), (0.55, 0.86, 0.08)]
    )
    hide = Material(colour=look.body, rough=_LEATHER)
    return (
        Part(solid=Blown(field(outline), depth=0.25, reach=0.22, taper=-0.08), material=hide, yaw=-20),
        Part(
            solid=Pushed(field(flap), 0.215, 0.05),
            material=Material(colour=mixed(look.body, (1, 1, 1), 0.04), rough=_LEATHER),
            yaw=-20,
        ),
        Part(
            solid=Pushed(field(band(0.33, 0.06, 4, 176, y=0.80)), 0.035, 0.03),
            material=Material(colour=look.accent, rough=0.5),
            yaw=-20,
        ),
        Part(solid=Pushed(field(rectangle(0.14, 0.10, 0.02, y=0.46)), 0.245, 0.02), material=GOLD, yaw=-20),
    )


def backpack(look: Look) -> Parts:
    """A rucksack with a front pocket."""
    body = filleted([(-0.46, 0.0, 0.16), (0.46, 0.0, 0.16), (0.43, 1.20, 0.34), (-0.43, 1.20, 0.34)])
    pocket = filleted([(-0.36, 0.08, 0.10), (0.36, 0.08, 0.10), (0.34, 0.58, 0.16), (-0.34, 0.58, 0.16)])
    cloth = Material(colour=look.body, rough=0.8, sheen=0.25, weave=0.05)
    zip_line = Mark(
        figure=field(ribbon([(-0.33, 0.86), (0.0, 0.92), (0.33, 0.86)], 0.022)),
        material=Material(colour=look.accent, rough=0.4),
    )
    tag = Mark(figure=field(rectangle(0.13, 0.10, 0.01, y=0.40)), material=Material(colour=look.accent, rough=0.5))
    strap = Material(colour=look.accent, rough=0.7)
    return (
        Part(solid=Blown(field(body), depth=0.30, reach=0.22), material=cloth, yaw=-24, marks=(zip_line,)),
        Part(
            solid=Blown(field(pocket), depth=0.15, reach=0.12),
            material=Material(colour=mixed(look.body, (1, 1, 1), 0.07), rough=0.8, sheen=0.25, weave=0.05),
            at=(-0.105, 0, 0.235),
            yaw=-24,
            marks=(tag,),
        ),
        Part(solid=Pushed(field(band(0.13, 0.05, 0, 180, y=1.17)), 0.03, 0.02), material=strap, yaw=-24),
    )


def shoe(look: Look) -> Parts:
    """A running shoe, seen from its side."""
    top = [(-0.80, 0.40), (-0.76, 0.66), (-0.66, 0.74), (-0.50, 0.66), (-0.30, 0.67), (-0.10, 0.64), (0.14, 0.50)]
    front = [(0.38, 0.43), (0.62, 0.40), (0.80, 0.31), (0.86, 0.16), (0.5, 0.10), (0.0, 0.09), (-0.5, 0.10)]
    upper = curve([(-0.76, 0.14), *top, *front])
    outer = [(-0.80, 0.19), (-0.50, 0.235), (-0.10, 0.215), (0.25, 0.27), (0.58, 0.285), (0.84, 0.20)]
    footprint = curve([(-0.86, 0.0), *outer, (0.93, 0.0), *((x, -y) for x, y in reversed(outer))])
    swoop = curve(
        [(-0.54, 0.24), (-0.25, 0.24), (0.10, 0.31), (0.36, 0.42), (0.05, 0.40), (-0.28, 0.36), (-0.60, 0.48)]
    )
    toe = curve([(0.58, 0.02), (0.54, 0.22), (0.60, 0.34), (0.78, 0.33), (0.98, 0.3), (0.98, 0.02)])
    heel = curve([(-0.92, 0.05), (-0.92, 0.66), (-0.76, 0.62), (-0.66, 0.46), (-0.68, 0.28), (-0.62, 0.05)])
    accent, pale = Material(colour=look.accent, rough=0.5), Material(colour=look.pale, rough=0.45)
    knit = Material(colour=look.body, rough=0.75, sheen=0.2, weave=0.05)
    marks = (
        Mark(figure=field(toe), material=Material(colour=mixed(look.body, look.pale, 0.18), rough=0.6), front=False),
        Mark(figure=field(heel), material=accent, front=False),
        Mark(figure=field(swoop), material=accent, front=False),
    )
    opening = Part(
        solid=Turned(field(lathe((0, 0), (0.15, 0, 0.01), (0.15, 0.02), (0, 0.02)))),
        material=Material(colour=look.ink, rough=0.95),
    )
    rim = ellipse(0.042, x=0.155), ellipse(0.042, x=-0.155)
    collar = Part(
        solid=Turned(field(*rim)), material=Material(colour=mixed(look.body, look.ink, 0.3), rough=0.8, sheen=0.3)
    )
    lace = Pushed(field(band(0.135, 0.03, 22, 158)), 0.02, 0.014)
    ridge = ((-0.06, 0.605), (0.05, 0.548), (0.16, 0.49), (0.27, 0.458))
    tongue = Pushed(field(filleted([(-0.055, 0.0), (0.055, 0.0), (0.075, 0.26), (-0.075, 0.26)], 0.05)), 0.03, 0.025)
    parts = (
        Part(solid=Pushed(field(footprint), 0.085, 0.06), material=pale, at=(0, 0.085, 0), pitch=-90),
        Part(solid=Pushed(field(footprint), 0.02, 0.015), material=accent, at=(0, 0.02, 0), pitch=-90, scale=1.005),
        Part(solid=Blown(field(upper), depth=0.25, reach=0.25, taper=-0.10), material=knit, marks=marks),
        replace(opening, at=(-0.50, 0.672, 0.0), roll=-10),
        replace(collar, at=(-0.50, 0.69, 0.0), roll=-10),
        Part(solid=tongue, material=Material(colour=look.body, rough=0.8), at=(-0.24, 0.60, 0), yaw=90, pitch=-40),
        *(Part(solid=lace, material=pale, at=(x, y - 0.125, 0.0), yaw=90, pitch=24) for x, y in ridge),
    )
    return placed(parts, (0.0, 0.0, 0.0), yaw=-26)


def sunglasses(look: Look) -> Parts:
    """Sunglasses, folded open."""

    def lens_at(x: float) -> tuple[tuple[float, float], ...]:
        return curve(
            [
                (x - 0.29, 0.36),
                (x - 0.25, 0.12),
                (x, 0.04),
                (x + 0.25, 0.12),
                (x + 0.29, 0.36),
                (x + 0.24, 0.43),
                (x, 0.45),
                (x - 0.24, 0.43),
            ]
        )

    def around(x: float) -> tuple[tuple[float, float], ...]:
        return curve(
            [
                (x - 0.36, 0.38),
                (x - 0.31, 0.07),
                (x, -0.02),
                (x + 0.31, 0.07),
                (x + 0.36, 0.38),
                (x + 0.30, 0.50),
                (x, 0.51),
                (x - 0.30, 0.50),
            ]
        )

    frame = Material(colour=look.body, rough=0.18)
    glass = Material(colour=mixed(look.ink, look.accent, 0.25), rough=0.05)
    bridge = ribbon([(-0.12, 0.34), (0.0, 0.39), (0.12, 0.34)], 0.07)
    temple = ribbon([(0.0, 0.42), (-0.60, 0.42), (-1.0, 0.36), (-1.2, 0.20)], 0.07)
    parts = [
        Part(solid=Pushed(field(bridge), 0.035, 0.03), material=frame),
    ]
    for side in (-1, 1):
        x = 0.38 * side
        parts.append(Part(solid=Pushed(field(around(x), lens_at(x)), 0.04, 0.03), material=frame))
        parts.append(Part(solid=Pushed(field(lens_at(x)), 0.016, 0.01), material=glass))
        parts.append(
            Part(
                solid=Pushed(field(temple), 0.022, 0.02), material=frame, at=(0.72 * side, 0.0, 0.0), yaw=-90 + 4 * side
            )
        )
        parts.append(Part(solid=Pushed(field(ellipse(0.03)), 0.05, 0.01), material=GOLD, at=(0.69 * side, 0.42, 0.0)))
    return placed(parts, (0.0, 0.03, 0.25), yaw=-26)


def towels(look: Look) -> Parts:
    """A stack of folded cloth: towels, scarves, shirts."""
    tones = (look.body, mixed(look.body, (1, 1, 1), 0.35), look.accent)
    parts: list[Part] = []
    for step, tone in enumerate(tones):
        y, wide = 0.27 * step, 1.36 - 0.05 * step
        cloth = Material(colour=tone, rough=0.95, sheen=0.5, weave=0.10)
        stripe = Material(colour=mixed(tone, look.pale, 0.6), rough=0.95)
        hems = tuple(
            Mark(figure=field(rectangle(0.05, 0.4, 0.01, x=wide * share)), material=stripe, front=False)
            for share in (0.27, 0.33)
        )
        for fold in range(2):
            solid = Pushed(field(rectangle(wide, 0.145, 0.072)), 0.44 - 0.02 * step, 0.07)
            at = (0.01 * step, y + 0.07 + 0.133 * fold, 0.0)
            parts.append(Part(solid=solid, material=cloth, at=at, yaw=-24 + 3 * step, marks=hems))
    return tuple(parts)


def shirt(look: Look) -> Parts:
    """A T-shirt, as if worn."""
    outline = filleted(
        [
            (-0.40, 0.0, 0.05),
            (0.40, 0.0, 0.05),
            (0.39, 0.74, 0.08),
            (0.60, 0.60, 0.04),
            (0.76, 0.82, 0.05),
            (0.44, 1.17, 0.12),
            (0.17, 1.24, 0.03),
            (0.0, 1.14, 0.14),
            (-0.17, 1.24, 0.03),
            (-0.44, 1.17, 0.12),
            (-0.76, 0.82, 0.05),
            (-0.60, 0.60, 0.04),
            (-0.39, 0.74, 0.08),
        ]
    )
    cloth = Material(colour=look.body, rough=0.95, sheen=0.35, weave=0.03)
    marks = (
        Mark(figure=field(ellipse(0.15, y=0.78)), material=Material(colour=look.accent, rough=0.9)),
        Mark(
            figure=field(band(0.20, 0.04, 180, 360, y=1.20)),
            material=Material(colour=mixed(look.body, look.ink, 0.3), rough=0.9),
        ),
    )
    return (Part(solid=Blown(field(outline), depth=0.17, reach=0.17), material=cloth, yaw=-16, marks=marks),)


def soap(look: Look) -> Parts:
    """A bar of soap on a dish."""
    bar = Blown(field(rectangle(1.0, 0.64, 0.26)), depth=0.15, reach=0.17)
    dish = Pushed(field(rectangle(1.24, 0.84, 0.30)), 0.05, 0.04)
    pressed = Mark(
        figure=field(band(0.16, 0.035, 0, 360)),
        material=Material(colour=mixed(look.body, (0, 0, 0), 0.2), rough=0.5),
        front=True,
    )
    return (
        Part(solid=dish, material=Material(colour=look.pale, rough=0.4), at=(0, 0.05, 0), pitch=-90),
        Part(
            solid=bar,
            material=Material(colour=look.body, rough=0.45),
            at=(0, 0.24, 0),
            yaw=-18,
            pitch=-90,
            marks=(pressed,),
        ),
    )


def ball(look: Look) -> Parts:
    """A ball on a ring: sport."""
    seam = Material(colour=look.pale, rough=0.6)
    marks = (
        Mark(figure=field(band(0.62, 0.035, 0, 360, x=0.62)), material=seam, front=False),
        Mark(figure=field(band(0.62, 0.035, 0, 360, x=-0.62)), material=seam, front=False),
    )
    ring = Turned(field(*_ring(0.30, 0.05)))
    return (
        Part(solid=ring, material=STEEL),
        Part(
            solid=Ball(0.56),
            material=Material(colour=look.body, rough=0.5),
            at=(0, 0.60, 0),
            yaw=-20,
            roll=20,
            marks=marks,
        ),
    )


def _ring(radius: float, thick: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    right = ellipse(thick, x=radius, y=thick)
    return right, tuple((-x, y) for x, y in right)
