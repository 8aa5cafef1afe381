"""Bottles, jars, cups and the like: what is turned on a lathe.

Every builder takes the colours of the scene and gives parts that stand on y = 0 around the origin, about 1.6 high;
the staging scales them. Labels are plain with a figure: a scene never holds text.
"""

from typing import Final

from briefmill.imaging.scene_palette import Look, mixed
from briefmill.imaging.scene_profile import Points, band, curve, ellipse, field, lathe, rectangle, wall
from briefmill.imaging.scene_solid import Ball, Mark, Material, Part, Pushed, Turned, Vector

Parts = tuple[Part, ...]

STEEL: Final = Material(colour=(0.62, 0.63, 0.65), rough=0.24, metal=1.0)
GOLD: Final = Material(colour=(0.80, 0.56, 0.28), rough=0.26, metal=1.0)
COFFEE: Final = Material(colour=(0.075, 0.032, 0.014), rough=0.25)
_LEAF: Final[Points] = curve([(0.0, -0.16), (0.085, -0.04), (0.06, 0.08), (0.0, 0.17), (-0.06, 0.08), (-0.085, -0.04)])


def _turned(*points: tuple[float, float] | tuple[float, float, float]) -> Turned:
    return Turned(field(lathe(*points)))


def _shade(colour: Vector, share: float) -> Vector:
    return mixed(colour, (0.0, 0.0, 0.0), share)


def label(look: Look, width: float, height: float, y: float, wrap: float) -> tuple[Mark, ...]:
    """A plain label around the axis with a disc and two rules, centred at height `y`."""
    size = min(width, height)
    disc = field(ellipse(size * 0.17, y=y + height * 0.14))
    rules = field(
        rectangle(size * 0.56, size * 0.035, 0.004, y=y - height * 0.17),
        rectangle(size * 0.34, size * 0.035, 0.004, y=y - height * 0.27),
    )
    return (
        Mark(
            figure=field(rectangle(width, height, 0.03, y=y)),
            material=Material(colour=look.paper, rough=0.7),
            wrap=wrap,
        ),
        Mark(figure=disc, material=Material(colour=look.accent, rough=0.6), wrap=wrap),
        Mark(figure=rules, material=Material(colour=look.body, rough=0.6), wrap=wrap),
    )


def bottle(look: Look) -> Parts:
    """A drink or shampoo bottle with shoulders, a label and a cap."""
    body = _turned((0, 0), (0.31, 0, 0.06), (0.315, 0.95, 0.16), (0.125, 1.22, 0.14), (0.12, 1.36, 0.01), (0, 1.36))
    cap = _turned((0, 1.32), (0.15, 1.32, 0.015), (0.148, 1.53, 0.03), (0, 1.53))
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.16), marks=label(look, 0.92, 0.56, 0.52, 0.31)),
        Part(solid=cap, material=Material(colour=look.accent, rough=0.3)),
    )


def clear_bottle(look: Look) -> Parts:
    """A slim glass bottle, filled to the neck."""
    drink = mixed(look.accent, (1.0, 1.0, 1.0), 0.25)
    glass = _turned((0, 0), (0.27, 0, 0.05), (0.275, 0.78, 0.3), (0.10, 1.16, 0.2), (0.10, 1.42, 0.01), (0, 1.42))
    filled = _turned((0, 0.03), (0.245, 0.03, 0.05), (0.25, 0.77, 0.28), (0.09, 1.10, 0.1), (0, 1.10))
    cap = _turned((0, 1.36), (0.125, 1.36, 0.01), (0.125, 1.50, 0.025), (0, 1.50))
    return (
        Part(solid=filled, material=Material(colour=drink, rough=0.2, clear=0.35)),
        Part(
            solid=glass,
            material=Material(colour=mixed(drink, (1.0, 1.0, 1.0), 0.6), rough=0.04, clear=0.92),
            marks=label(look, 0.62, 0.42, 0.42, 0.275),
        ),
        Part(solid=cap, material=Material(colour=look.body, rough=0.3)),
    )


def dropper(look: Look) -> Parts:
    """A serum bottle: coloured glass, a metal collar, a rubber bulb."""
    body = _turned((0, 0), (0.33, 0, 0.07), (0.33, 0.72, 0.12), (0.15, 0.86, 0.05), (0.15, 0.92), (0, 0.92))
    collar = _turned((0, 0.88), (0.18, 0.88, 0.01), (0.18, 1.04, 0.015), (0, 1.04))
    bulb = _turned((0, 1.02), (0.115, 1.02, 0.02), (0.105, 1.30, 0.09), (0, 1.36))
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.09), marks=label(look, 0.74, 0.44, 0.37, 0.33)),
        Part(solid=collar, material=GOLD),
        Part(solid=bulb, material=Material(colour=look.ink if look.dark else look.accent, rough=0.55)),
    )


def pump(look: Look) -> Parts:
    """A lotion bottle with a pump."""
    body = _turned((0, 0), (0.34, 0, 0.06), (0.34, 0.98, 0.1), (0.14, 1.06, 0.03), (0.14, 1.1), (0, 1.1))
    collar = _turned((0, 1.05), (0.16, 1.05, 0.01), (0.16, 1.17, 0.02), (0, 1.17))
    stem = _turned((0, 1.15), (0.05, 1.15), (0.05, 1.34), (0, 1.34))
    head = Pushed(
        field(curve([(-0.34, 1.34), (-0.33, 1.40), (-0.1, 1.45), (0.1, 1.44), (0.12, 1.33), (-0.08, 1.32)])), 0.10, 0.05
    )
    trim = Material(colour=look.accent, rough=0.32)
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.3), marks=label(look, 0.8, 0.56, 0.5, 0.34)),
        Part(solid=collar, material=trim),
        Part(solid=stem, material=STEEL),
        Part(solid=head, material=trim, yaw=-18),
    )


def perfume(look: Look) -> Parts:
    """A perfume flacon: thick glass around coloured scent, a heavy cap."""
    glass = Pushed(field(rectangle(0.86, 0.92, 0.12, y=0.46)), 0.22, 0.07)
    scent = Pushed(field(rectangle(0.70, 0.66, 0.08, y=0.43)), 0.14, 0.05)
    neck = _turned((0, 0.9), (0.12, 0.9, 0.01), (0.12, 0.99), (0, 0.99))
    cap = _turned((0, 0.97), (0.19, 0.97, 0.02), (0.19, 1.28, 0.03), (0, 1.28))
    seal = Mark(figure=field(ellipse(0.11, y=0.46)), material=GOLD)
    return (
        Part(
            solid=scent, material=Material(colour=mixed(look.accent, (1, 1, 1), 0.15), rough=0.15, clear=0.25), yaw=-24
        ),
        Part(
            solid=glass,
            material=Material(colour=mixed(look.accent, (1, 1, 1), 0.75), rough=0.03, clear=0.9),
            yaw=-24,
            marks=(seal,),
        ),
        Part(solid=neck, material=GOLD),
        Part(solid=cap, material=Material(colour=look.body, rough=0.14)),
    )


def can(look: Look) -> Parts:
    """A drinks can with a printed band."""
    body = _turned((0, 0), (0.24, 0, 0.02), (0.31, 0.09, 0.06), (0.31, 1.05, 0.08), (0.25, 1.15, 0.03), (0, 1.15))
    rim = Turned(field(*wall((0.215, 1.13, 0.01), (0.262, 1.13, 0.01), (0.262, 1.185, 0.012), (0.24, 1.185, 0.01))))
    lid = _turned((0, 1.14), (0.235, 1.14), (0.235, 1.158), (0, 1.158))
    wave = curve(
        [
            (-1.0, 0.08),
            (-0.65, 0.34),
            (-0.3, 0.2),
            (0.0, 0.36),
            (0.35, 0.58),
            (0.7, 0.44),
            (1.0, 0.62),
            (1.0, 0.1),
            (0.5, 0.05),
        ]
    )
    paint = Material(colour=look.accent, rough=0.22, metal=0.25)
    return (
        Part(
            solid=body,
            material=Material(colour=look.body, rough=0.2, metal=0.35),
            marks=(
                Mark(figure=field(wave), material=paint, wrap=0.31),
                Mark(figure=field(ellipse(0.13, y=0.74)), material=Material(colour=look.pale, rough=0.3), wrap=0.31),
            ),
        ),
        Part(solid=rim, material=STEEL),
        Part(solid=lid, material=STEEL),
    )


def mug(look: Look) -> Parts:
    """A mug of coffee."""
    sides = wall((0, 0), (0.34, 0, 0.09), (0.42, 0.82, 0.012), (0.385, 0.82, 0.012), (0.31, 0.06, 0.06), (0, 0.06))
    handle = Pushed(field(band(0.215, 0.085, -112, 112, x=0.40, y=0.42)), 0.042, 0.040)
    glaze = Material(colour=look.body, rough=0.22)
    saucer = _turned((0, 0), (0.36, 0, 0.02), (0.66, 0.055, 0.012), (0.65, 0.075, 0.01), (0.3, 0.04, 0.03), (0, 0.04))
    return (
        Part(solid=saucer, material=Material(colour=look.pale, rough=0.3)),
        Part(solid=Turned(field(*sides)), material=glaze, at=(0, 0.04, 0)),
        Part(solid=handle, material=glaze, at=(0, 0.04, 0), yaw=-28),
        Part(solid=_turned((0, 0.70), (0.40, 0.70), (0.40, 0.73), (0, 0.73)), material=COFFEE, at=(0, 0.04, 0)),
    )


def takeaway(look: Look) -> Parts:
    """A paper cup with a lid and a sleeve."""
    cup = _turned((0, 0), (0.26, 0, 0.02), (0.365, 1.08, 0.01), (0, 1.08))
    sleeve = _turned((0, 0.30), (0.303, 0.30, 0.01), (0.342, 0.74, 0.01), (0, 0.74))
    brim = _turned(
        (0, 1.06), (0.40, 1.06, 0.02), (0.395, 1.12, 0.02), (0.345, 1.13, 0.01), (0.33, 1.24, 0.025), (0, 1.23)
    )
    return (
        Part(solid=cup, material=Material(colour=look.pale, rough=0.6)),
        Part(
            solid=sleeve,
            material=Material(colour=look.body, rough=0.75),
            marks=(Mark(figure=field(_LEAF_AT_52), material=Material(colour=look.pale, rough=0.7), wrap=0.32),),
        ),
        Part(solid=brim, material=Material(colour=look.accent, rough=0.35)),
    )


_LEAF_AT_52: Final[Points] = tuple((x, y + 0.52) for x, y in _LEAF)


def jar(look: Look) -> Parts:
    """A cream jar with a wide lid."""
    body = _turned((0, 0), (0.50, 0, 0.09), (0.50, 0.50, 0.05), (0, 0.50))
    lid = _turned((0, 0.52), (0.515, 0.52, 0.015), (0.515, 0.80, 0.05), (0, 0.81))
    ring = _turned((0, 0.49), (0.47, 0.49), (0.47, 0.53), (0, 0.53))
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.12), marks=label(look, 0.8, 0.34, 0.25, 0.5)),
        Part(solid=ring, material=GOLD),
        Part(solid=lid, material=Material(colour=look.accent, rough=0.28)),
    )


def candle(look: Look) -> Parts:
    """A candle burning in a glass."""
    glass = Turned(
        field(*wall((0, 0), (0.44, 0, 0.06), (0.44, 0.86, 0.012), (0.41, 0.86, 0.012), (0.40, 0.06, 0.03), (0, 0.06)))
    )
    wax = _turned((0, 0.06), (0.405, 0.06), (0.405, 0.72, 0.02), (0, 0.715))
    wick = _turned((0, 0.70), (0.014, 0.70), (0.012, 0.80), (0, 0.80))
    flame = _turned((0, 0.77), (0.035, 0.80, 0.03), (0.042, 0.86, 0.05), (0.006, 0.99, 0.02), (0, 1.0))
    return (
        Part(solid=wax, material=Material(colour=mixed((0.92, 0.86, 0.76), look.wall, 0.1), rough=0.6, glow=0.12)),
        Part(solid=glass, material=Material(colour=look.body, rough=0.18), marks=label(look, 0.6, 0.42, 0.4, 0.44)),
        Part(solid=wick, material=Material(colour=(0.02, 0.02, 0.02), rough=0.9)),
        Part(solid=flame, material=Material(colour=(1.0, 0.62, 0.18), rough=0.9, glow=2.2)),
    )


def flask(look: Look) -> Parts:
    """A thermos flask with a steel neck and a loop on its cap."""
    body = _turned((0, 0), (0.27, 0, 0.04), (0.275, 1.10, 0.12), (0.17, 1.22, 0.03), (0.17, 1.24), (0, 1.24))
    base = _turned((0, -0.001), (0.279, -0.001, 0.03), (0.279, 0.09), (0, 0.09))
    neck = _turned((0, 1.22), (0.162, 1.22), (0.162, 1.29), (0, 1.29))
    cap = _turned((0, 1.28), (0.18, 1.28, 0.02), (0.18, 1.47, 0.03), (0, 1.47))
    loop = Pushed(field(band(0.115, 0.045, 0, 180, y=1.45)), 0.05, 0.02)
    trim = Material(colour=look.accent, rough=0.45)
    sign = Mark(
        figure=field(curve([(0.0, 0.82), (0.10, 0.66), (0.13, 0.55), (0.0, 0.44), (-0.13, 0.55), (-0.10, 0.66)])),
        material=Material(colour=look.pale, rough=0.4),
        wrap=0.275,
    )
    return (
        Part(solid=body, material=Material(colour=look.body, rough=0.42), marks=(sign,)),
        Part(solid=base, material=STEEL),
        Part(solid=neck, material=STEEL),
        Part(solid=cap, material=trim),
        Part(solid=loop, material=trim, yaw=-35),
    )


def lipstick(look: Look) -> Parts:
    """A lipstick, its cap beside it."""
    base = _turned((0, 0), (0.17, 0, 0.015), (0.17, 0.56, 0.015), (0, 0.56))
    collar = _turned((0, 0.55), (0.142, 0.55), (0.142, 0.86, 0.01), (0, 0.86))
    bullet = _turned((0, 0.84), (0.112, 0.84), (0.112, 1.16, 0.1), (0.05, 1.32, 0.06), (0, 1.33))
    cap = _turned((0, 0), (0.175, 0, 0.015), (0.175, 0.74, 0.02), (0, 0.74))
    shell = Material(colour=look.body, rough=0.14)
    return (
        Part(solid=base, material=shell),
        Part(solid=collar, material=GOLD),
        Part(solid=bullet, material=Material(colour=look.accent, rough=0.38)),
        Part(solid=cap, material=shell, at=(0.46, 0, 0.10)),
    )


def lamp(look: Look) -> Parts:
    """A table lamp, lit."""
    base = _turned((0, 0), (0.30, 0, 0.02), (0.30, 0.05, 0.02), (0, 0.06))
    foot = Ball(0.19)
    stem = _turned((0, 0.05), (0.025, 0.05), (0.025, 0.9), (0, 0.9))
    shade = Turned(field(*wall((0.50, 0.72, 0.01), (0.52, 0.72, 0.01), (0.30, 1.32, 0.01), (0.28, 1.32, 0.01))))
    bulb = Ball(0.13)
    return (
        Part(solid=base, material=Material(colour=look.body, rough=0.3)),
        Part(solid=foot, material=Material(colour=look.body, rough=0.25), at=(0, 0.24, 0)),
        Part(solid=stem, material=GOLD),
        Part(solid=bulb, material=Material(colour=(1.0, 0.86, 0.62), rough=0.9, glow=1.6), at=(0, 0.92, 0)),
        Part(solid=shade, material=Material(colour=mixed(look.pale, look.accent, 0.25), rough=0.85, glow=0.35)),
    )


def bowl(look: Look) -> Parts:
    """A bowl with round fruit."""
    sides = wall((0, 0), (0.26, 0, 0.04), (0.70, 0.42, 0.012), (0.665, 0.43, 0.012), (0.24, 0.06, 0.05), (0, 0.06))
    ripe = Material(colour=look.accent, rough=0.38)
    other = Material(colour=look.second, rough=0.38)
    fruit = (
        ((-0.22, 0.42, 0.12), ripe),
        ((0.24, 0.42, 0.05), other),
        ((0.0, 0.44, -0.25), ripe),
        ((0.03, 0.62, 0.02), ripe),
    )
    return (
        Part(solid=Turned(field(*sides)), material=Material(colour=look.body, rough=0.3)),
        *(Part(solid=Ball(0.21), material=made, at=at) for at, made in fruit),
    )
