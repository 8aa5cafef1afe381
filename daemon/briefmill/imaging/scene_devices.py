"""Things with a plug or a battery: watches, phones, headphones, speakers, keyboards.

As in `scene_vessels`, parts stand on y = 0 around the origin; screens show shapes, never text.
"""

import math
from dataclasses import replace

from briefmill.imaging.scene_palette import Look, mixed
from briefmill.imaging.scene_profile import Points, band, curve, ellipse, field, filleted, lathe, rectangle, ribbon
from briefmill.imaging.scene_solid import Ball, Blown, Mark, Material, Part, Pushed, Turned, placed
from briefmill.imaging.scene_vessels import STEEL, Parts

_DARK = Material(colour=(0.012, 0.013, 0.016), rough=0.12)


def _screen(look: Look, width: float, height: float, y: float) -> tuple[Mark, ...]:
    """What a switched-on screen shows: hills and a sun in the brand's colours."""
    low, high = y - height / 2, y + height / 2
    reach = width / 2

    def hill(base: float, swell: float, phase: float) -> Points:
        inset = reach - 0.012
        line = [
            (inset * x, low + height * (base + swell * math.sin(2.6 * x + phase)))
            for x in (step / 12 - 1 for step in range(25))
        ]
        return tuple(filleted([*line, (inset, low + 0.012, 0.045), (-inset, low + 0.012, 0.045)]))

    sky = mixed(look.wall, look.pale, 0.35)
    return (
        Mark(figure=field(rectangle(width, height, 0.05, y=y)), material=Material(colour=sky, rough=0.35)),
        Mark(
            figure=field(ellipse(reach * 0.34, x=reach * 0.22, y=low + (high - low) * 0.66)),
            material=Material(colour=look.accent, rough=0.35),
        ),
        Mark(
            figure=field(hill(0.38, 0.06, 0.4)), material=Material(colour=mixed(look.body, look.wall, 0.45), rough=0.35)
        ),
        Mark(
            figure=field(hill(0.22, 0.05, 2.6)), material=Material(colour=mixed(look.body, look.ink, 0.2), rough=0.35)
        ),
    )


def phone(look: Look) -> Parts:
    """Two phones: one shows its screen, one its back."""
    slab = Pushed(field(rectangle(0.72, 1.48, 0.11, y=0.74)), 0.042, 0.03)
    lens = Turned(field(lathe((0, 0), (0.085, 0, 0.01), (0.085, 0.03, 0.012), (0, 0.03))))
    pane = Mark(figure=field(rectangle(0.675, 1.435, 0.09, y=0.74)), material=_DARK)
    front = (
        Part(
            solid=slab,
            material=Material(colour=look.ink, rough=0.25, metal=0.7),
            marks=(pane, *_screen(look, 0.645, 1.405, 0.74)),
        ),
    )
    hump = Pushed(field(rectangle(0.30, 0.50, 0.09)), 0.025, 0.015)
    back = (
        Part(solid=slab, material=Material(colour=look.body, rough=0.3)),
        Part(solid=hump, material=Material(colour=mixed(look.body, (1, 1, 1), 0.1), rough=0.2), at=(-0.17, 1.18, 0.05)),
        Part(solid=lens, material=_DARK, at=(-0.17, 1.30, 0.07), pitch=90),
        Part(solid=lens, material=_DARK, at=(-0.17, 1.07, 0.07), pitch=90),
    )
    return (*placed(back, (0.40, 0, -0.30), yaw=16), *placed(front, (-0.24, 0, 0.10), yaw=-20))


def laptop(look: Look) -> Parts:
    """An open laptop."""
    metal = Material(colour=mixed((0.62, 0.63, 0.65), look.body, 0.35), rough=0.34, metal=0.85)
    base = Pushed(field(rectangle(1.60, 1.05, 0.07)), 0.03, 0.02)
    rows = [
        rectangle(0.088, 0.088, 0.015, x=-0.63 + 0.105 * column, y=0.36 - 0.105 * row)
        for row in range(4)
        for column in range(13)
    ]
    pad = Mark(
        figure=field(rectangle(0.50, 0.30, 0.03, y=-0.28)),
        material=Material(colour=mixed(look.body, (0.5, 0.5, 0.5), 0.6), rough=0.3, metal=0.6),
    )
    lid = Pushed(field(rectangle(1.60, 1.03, 0.07, y=0.515)), 0.022, 0.018)
    pane = Mark(figure=field(rectangle(1.56, 0.99, 0.05, y=0.515)), material=_DARK)
    parts = (
        Part(
            solid=base,
            material=metal,
            at=(0, 0.03, 0),
            pitch=-90,
            marks=(pad, Mark(figure=field(*rows), material=_DARK)),
        ),
        Part(
            solid=lid, material=metal, at=(0, 0.05, -0.52), pitch=-16, marks=(pane, *_screen(look, 1.48, 0.91, 0.515))
        ),
    )
    return placed(parts, (0, 0, 0), yaw=-24)


def watch(look: Look) -> Parts:
    """A wrist watch standing in the loop of its strap."""
    strap = Material(colour=look.body, rough=0.55)
    loop = Pushed(field(ellipse(0.50, 0.60), ellipse(0.455, 0.555)), 0.17, 0.018)
    case = Turned(
        field(
            lathe(
                (0, -0.07), (0.37, -0.07, 0.03), (0.39, 0.0, 0.04), (0.37, 0.075, 0.02), (0.33, 0.09, 0.01), (0, 0.09)
            )
        )
    )
    lug = Pushed(field(rectangle(0.40, 0.98, 0.10)), 0.05, 0.04)
    dial = Turned(field(lathe((0, 0.07), (0.325, 0.07), (0.325, 0.094), (0, 0.094))))
    crown = Turned(field(lathe((0, 0), (0.045, 0, 0.01), (0.045, 0.08, 0.01), (0, 0.08))))
    ticks = [rectangle(0.022, 0.05, 0.008, y=0.27)]
    ticks += [rectangle(0.05, 0.022, 0.008, x=side * 0.27) for side in (-1, 1)] + [
        rectangle(0.022, 0.05, 0.008, y=-0.27)
    ]
    hour = Pushed(field(ribbon([(0, 0), (-0.09, 0.13)], 0.03, steps=2)), 0.006, 0.004)
    minute = Pushed(field(ribbon([(0, 0), (0.15, 0.17)], 0.022, steps=2)), 0.006, 0.004)
    hands = Material(colour=look.pale, rough=0.3)
    face = Material(colour=mixed(look.ink, look.body, 0.12), rough=0.4)
    parts = (
        Part(solid=loop, material=strap, at=(0, 0.60, -0.50), yaw=90),
        Part(solid=lug, material=strap, at=(0, 0.60, -0.03)),
        Part(solid=case, material=STEEL, at=(0, 0.60, 0.04), pitch=90),
        Part(solid=dial, material=face, at=(0, 0.60, 0.04), pitch=90),
        Part(solid=Pushed(field(*ticks), 0.005, 0.003), material=hands, at=(0, 0.60, 0.138)),
        Part(solid=hour, material=hands, at=(0, 0.60, 0.143)),
        Part(solid=minute, material=hands, at=(0, 0.60, 0.148)),
        Part(
            solid=Turned(field(lathe((0, 0), (0.02, 0), (0.02, 0.02), (0, 0.02)))),
            material=Material(colour=look.accent, rough=0.3),
            at=(0, 0.60, 0.14),
            pitch=90,
        ),
        Part(solid=crown, material=STEEL, at=(0.38, 0.60, 0.04), roll=-90),
    )
    return placed(parts, (0, 0, 0.3), yaw=-26, scale=1.15)


def headphones(look: Look) -> Parts:
    """Headphones, standing on their cups."""
    shell, pad = Material(colour=look.body, rough=0.3), Material(colour=look.ink, rough=0.8)
    arch = Pushed(field(band(0.60, 0.075, -8, 188, y=0.72)), 0.085, 0.035)
    soft = Pushed(field(band(0.555, 0.06, 40, 140, y=0.72)), 0.10, 0.03)
    cup = Turned(field(lathe((0, -0.10), (0.20, -0.10, 0.05), (0.32, -0.02, 0.06), (0.33, 0.07, 0.03), (0, 0.07))))
    ring = Turned(field(ellipse(0.085, x=0.235, y=0.12), ellipse(0.085, x=-0.235, y=0.12)))
    disc = Turned(field(lathe((0, -0.115), (0.15, -0.115, 0.012), (0.15, -0.085), (0, -0.085))))
    parts: list[Part] = [Part(solid=arch, material=shell), Part(solid=soft, material=pad)]
    for side in (-1, 1):
        at = (0.60 * side, 0.40, 0.0)
        parts += [
            Part(solid=cup, material=shell, at=at, roll=90.0 * side),
            Part(solid=ring, material=pad, at=at, roll=90.0 * side),
            Part(solid=disc, material=Material(colour=look.accent, rough=0.25, metal=0.4), at=at, roll=90.0 * side),
            Part(
                solid=Pushed(field(rectangle(0.07, 0.34, 0.03)), 0.03, 0.02), material=STEEL, at=(0.60 * side, 0.60, 0)
            ),
        ]
    return placed(parts, (0, -0.07, 0), yaw=-34)


def earbuds(look: Look) -> Parts:
    """Earbuds before their open case."""
    shell = Material(colour=look.body, rough=0.16)
    case = Blown(field(rectangle(0.92, 0.66, 0.30, y=0.33)), depth=0.26, reach=0.30)
    lid_line = Mark(
        figure=field(rectangle(1.0, 0.016, 0.001, y=0.43)), material=Material(colour=look.ink, rough=0.6), front=False
    )
    light = Mark(figure=field(ellipse(0.022, y=0.30)), material=Material(colour=look.accent, rough=0.4))
    stem = Blown(field(rectangle(0.10, 0.46, 0.05, y=0.05)), depth=0.05, reach=0.05)
    tip = Turned(field(lathe((0, 0), (0.10, 0, 0.04), (0.075, 0.09, 0.04), (0, 0.10))))
    soft = Material(colour=mixed(look.ink, look.accent, 0.5), rough=0.7)
    parts: list[Part] = [Part(solid=case, material=shell, marks=(lid_line, light), yaw=-10, at=(0, 0, -0.1))]
    light_shell = Material(colour=mixed(look.body, look.pale, 0.75), rough=0.16)
    for side, turn in ((-1, -38.0), (1, 38.0)):
        bud = (
            Part(solid=stem, material=light_shell, at=(0, 0.20, 0), pitch=-8),
            Part(solid=Ball(0.13), material=light_shell, at=(0, 0.44, 0.03)),
            Part(solid=tip, material=soft, at=(-0.08 * side, 0.46, 0.09), yaw=-40.0 * side, pitch=80),
        )
        parts += placed(bud, (0.74 * side, 0, 0.25), yaw=turn, scale=1.15)
    return tuple(parts)


def speaker(look: Look) -> Parts:
    """A loudspeaker wrapped in cloth."""
    body = Turned(field(lathe((0, 0.04), (0.44, 0.04, 0.10), (0.44, 1.14, 0.10), (0, 1.14))))
    top = Turned(field(lathe((0, 1.12), (0.36, 1.12, 0.02), (0.36, 1.155, 0.015), (0, 1.155))))
    foot = Turned(field(lathe((0, 0), (0.38, 0, 0.02), (0.40, 0.08, 0.02), (0, 0.08))))
    ring = Turned(field(ellipse(0.022, x=0.36, y=1.145), ellipse(0.022, x=-0.36, y=1.145)))
    tag = Mark(
        figure=field(rectangle(0.16, 0.055, 0.01, y=0.26)), material=Material(colour=look.accent, rough=0.4), wrap=0.44
    )
    return (
        Part(solid=foot, material=Material(colour=look.ink, rough=0.5)),
        Part(solid=body, material=Material(colour=look.body, rough=0.95, sheen=0.4, weave=0.16), marks=(tag,)),
        Part(solid=top, material=Material(colour=look.ink, rough=0.15)),
        Part(solid=ring, material=Material(colour=look.accent, rough=0.3, glow=0.5)),
    )


def mouse(look: Look) -> Parts:
    """A computer mouse."""
    outline = curve(
        [
            (0, -0.62),
            (0.34, -0.48),
            (0.38, -0.05),
            (0.33, 0.40),
            (0.18, 0.60),
            (-0.18, 0.60),
            (-0.33, 0.40),
            (-0.38, -0.05),
            (-0.34, -0.48),
        ]
    )
    body = Blown(field(outline), depth=0.36, reach=0.36, taper=-0.12)
    seam = Mark(
        figure=field(rectangle(0.012, 0.56, 0.002, y=0.33), ribbon([(-0.40, 0.06), (0, 0.0), (0.40, 0.06)], 0.012)),
        material=Material(colour=mixed(look.body, (0, 0, 0), 0.6), rough=0.6),
    )
    wheel = Turned(field(lathe((0, -0.035), (0.09, -0.035, 0.02), (0.09, 0.035, 0.02), (0, 0.035))))
    mat = Pushed(field(rectangle(1.9, 1.5, 0.14)), 0.018, 0.012)
    parts = (
        Part(
            solid=mat,
            material=Material(colour=mixed(look.pale, look.accent, 0.2), rough=0.9),
            at=(0, 0.018, 0),
            pitch=-90,
        ),
        Part(solid=body, material=Material(colour=look.body, rough=0.28), at=(0, 0.06, 0), pitch=-90, marks=(seam,)),
        Part(solid=wheel, material=Material(colour=look.accent, rough=0.5), at=(0, 0.31, -0.38), roll=90),
    )
    return placed(parts, (0, 0, 0), yaw=28)


def keyboard(look: Look) -> Parts:
    """A compact keyboard, its escape and enter keys in the accent colour."""
    step, cap = 0.135, 0.112
    plain: list[Points] = []
    special: list[Points] = []
    for row in range(4):
        for column in range(12):
            key = rectangle(cap, cap, 0.022, x=(column - 5.5) * step, y=(1.5 - row) * step + 0.07)
            (special if (row, column) in {(0, 0), (2, 11)} else plain).append(key)
    y = -2.5 * step + 0.07
    plain += [rectangle(cap + step, cap, 0.022, x=side * 5.0 * step, y=y) for side in (-1, 1)]
    special.append(rectangle(6 * step - 0.02, cap, 0.022, y=y))
    base = Pushed(field(rectangle(1.74, 0.80, 0.07)), 0.055, 0.03)
    parts = (
        Part(solid=base, material=Material(colour=look.body, rough=0.42), pitch=-90),
        Part(
            solid=Pushed(field(*plain), 0.045, 0.022),
            material=Material(colour=look.pale, rough=0.55),
            at=(0, 0.072, 0),
            pitch=-90,
        ),
        Part(
            solid=Pushed(field(*special), 0.045, 0.022),
            material=Material(colour=look.accent, rough=0.5),
            at=(0, 0.072, 0),
            pitch=-90,
        ),
    )
    lift = 24.0
    slope = math.tan(math.radians(lift))
    wedge = Pushed(field(filleted([(-0.36, 0.0), (0.40, 0.0), (-0.36, 0.76 * slope)], 0.03)), 0.62, 0.02)
    leaning = tuple(_tilted(part, lift) for part in parts)
    stand = Part(solid=wedge, material=Material(colour=mixed(look.pale, look.body, 0.25), rough=0.7), yaw=-90)
    return placed((stand, *placed(leaning, (0, 0.20, 0.0))), (0, 0, 0), yaw=22)


def _tilted(part: Part, angle: float) -> Part:
    """A lying part with its far side lifted by `angle` degrees."""
    turn = math.radians(angle)
    x, y, z = part.at
    at = (x, y * math.cos(turn) - z * math.sin(turn), y * math.sin(turn) + z * math.cos(turn))
    return replace(part, at=at, pitch=part.pitch + angle)
