"""Cases for the rules that go by geometry and arithmetic: passing, failing and just at the threshold."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import photos
from labels import LIMITS, Case, asks, box, composed, over, sight, subject, text

from briefmill.domain.creative import TextRole
from briefmill.domain.placement import Overlay, SafeZone
from briefmill.imaging import likeness, logo, stamp
from briefmill.imaging.fonts import Library
from briefmill.rules import duplicates
from briefmill.rules.sight import Drawn, SeenFace
from briefmill.rules.subject import Subject

Change = Callable[[Subject], Subject]
LOGOS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90"><circle cx="45" cy="45" r="36" fill="#E4572E"/>'
    '<path d="M45 20 60 60 25 40Z" fill="#FFF"/><path d="M100 20h20v50h-20zM130 20h12v50h-12zM160 20h40v14h-26v8h22v12h'
    '-22v16h-14zM215 70l20-50h14l20 50h-15l-4-11h-18l-4 11z" fill="#123"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><path d="M60 8 112 112H84L60 62 36 112H8Z" '
    'fill="#0E3B43"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" rx="40" '
    'fill="#1B4D8F"/><path d="M50 150V50h20l60 70V50h20v100h-20L70 80v70z" fill="#FFD166"/><circle cx="160" cy="45" '
    'r="14" fill="#EF476F"/></svg>',
)
"""A word with a mark, a mark of one colour, and a badge that brings its own ground."""


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _tabled()
    yield from _true_logos()
    yield from _duplicates()


def _tabled() -> Iterator[Case]:
    shown = over(photos.without_people().values())
    for rule, what, kind, wrong, change in _table():
        for _ in range(2):
            pixels = shown()
            yield Case(
                rule=rule, what=what, kind=kind, wrong=wrong,
                found=asks(rule, lambda pixels=pixels, change=change: change(subject(pixels)), _limits(rule)),
            )  # fmt: skip


def _limits(rule: str) -> object:
    return replace(LIMITS, logo_space=0.5) if rule == "logo_space" else LIMITS


def _table() -> Iterator[tuple[str, str, str, bool, Change]]:
    """Rule, what was done, kind, whether it is wrong, and the change."""
    for size, kind, wrong in ((50_000, "pass", False), (100_000, "borderline", False), (100_001, "borderline", True),
                              (900_000, "fail", True)):  # fmt: skip
        yield "size", f"{size} bytes of 100000", kind, wrong, lambda s, n=size: replace(s, byte_size=n)
    for said, kind, wrong in (("A cheap cup", "fail", True), ("A CHEAP\u200b cup", "borderline", True),
                              ("cheaper cups", "borderline", False), ("A fine cup", "pass", False)):  # fmt: skip
        yield (
            "words",
            said,
            kind,
            wrong,
            lambda s, t=said: replace(
                s, copy=replace(s.copy, message=t), brand=replace(s.brand, forbidden_words=("cheap",))
            ),
        )
    for missing, kind, wrong in (((), "pass", False), (("฿",), "borderline", True), (("ⵣ", "ⴰ"), "fail", True)):
        yield (
            "glyphs",
            f"{len(missing)} missing",
            kind,
            wrong,
            lambda s, m=missing: composed(s, texts=(text(missing=m),)),
        )
    for clip, size, kind, wrong in ((False, 32.0, "pass", False), (True, 9.0, "fail", True),
                                    (False, 9.0, "borderline", False), (False, 8.9, "borderline", True)):  # fmt: skip
        yield (
            "legible",
            f"clipped {clip}, {size} px",
            kind,
            wrong,
            lambda s, c=clip, z=size: composed(s, texts=(text(clipped=c, size_px=z),)),
        )
    for margin, kind, wrong in ((0, "pass", False), (20, "borderline", False), (21, "borderline", True),
                                (90, "fail", True)):  # fmt: skip
        yield (
            "safe_zone",
            f"{margin} px covered on the left of words at 20",
            kind,
            wrong,
            lambda s, m=margin: replace(s, placement=replace(s.placement, safe_zone=SafeZone(left=m))),
        )
    yield (
        "safe_zone",
        "a logo where none may be",
        "fail",
        True,
        lambda s: replace(s, placement=replace(s.placement, overlay=Overlay.TEXT_ONLY)),
    )
    for place, kind, wrong in ((None, "fail", True), (box(400, 200, 80, 40), "pass", False),
                               (box(100, 30, 80, 40), "fail", True), (box(180, 20, 80, 40), "borderline", False),
                               (box(179, 20, 80, 40), "borderline", True),
                               (box(400, 200, 9, 9), "fail", True)):  # fmt: skip
        yield "logo", f"at {place}", kind, wrong, lambda s, b=place: composed(s, logo=b)
    for away, kind, wrong in (
        (60, "pass", False),
        (20, "borderline", False),
        (19, "borderline", True),
        (2, "fail", True),
    ):
        yield (
            "logo_space",
            f"{away} px from the words, 20 needed",
            kind,
            wrong,
            lambda s, d=away: composed(s, logo=box(180 + d, 25, 40, 40)),
        )
    for owner, kind, wrong in (("", "pass", False), ("en", "borderline", False), ("de", "fail", True)):
        yield (
            "borrowed",
            f"written for {owner}",
            kind,
            wrong,
            lambda s, o=owner: replace(s, copy=replace(s.copy, written_for=o)),
        )
    for cut, kind, wrong in (
        (0.0, "pass", False),
        (0.12, "borderline", False),
        (0.121, "borderline", True),
        (0.6, "fail", True),
    ):
        yield "crop", f"{cut:.1%} cut", kind, wrong, lambda s, c=cut: composed(s, cut=c)
    for times, kind, wrong in (
        (0.7, "pass", False),
        (1.5, "borderline", False),
        (1.51, "borderline", True),
        (4.0, "fail", True),
    ):
        yield "upscale", f"{times} times", kind, wrong, lambda s, t=times: composed(s, upscale=t)
    for cut, kind, wrong in ((0.0, "pass", False), (0.2, "borderline", False), (0.21, "borderline", True),
                             (0.6, "fail", True), (0.95, "borderline", False)):  # fmt: skip
        yield (
            "face_cut",
            f"{cut:.0%} of a face cut",
            kind,
            wrong,
            lambda s, c=cut: replace(s, sight=sight(faces=(SeenFace(box=box(300, 100, 80, 80), cut=c),))),
        )
    disclaimer = text(role=TextRole.DISCLAIMER)
    yield (
        "legible",
        "the disclaimer is not there",
        "fail",
        True,
        lambda s: replace(s, copy=replace(s.copy, disclaimer="While stocks last.")),
    )
    yield (
        "legible",
        "the disclaimer is there",
        "pass",
        False,
        lambda s: composed(
            replace(s, copy=replace(s.copy, disclaimer="While stocks last.")), texts=(text(), disclaimer)
        ),
    )


def _true_logos() -> Iterator[Case]:
    """A logo laid as it should be, and with something done to it."""
    library = Library.build(system=False)
    marks = [logo.load(drawing.encode()) for drawing in LOGOS]
    for at, pixels in enumerate(photos.without_people().values()):
        mark, other = marks[at % 3], marks[(at + 1) % 3]
        high = 40 + 9 * (at % 5)
        wide = round(high * mark.shape[1] / mark.shape[0])
        place = box(30, 30, wide, high)
        taller = replace(place, height=round(high * 1.12))
        for what, kind, wrong, laid, where in (
            ("as it is", "pass", False, mark, place),
            ("12 % too high", "fail", True, mark, taller),
            ("tinted", "fail", True, _tinted(mark, 60), place),
            ("one step brighter", "borderline", False, _tinted(mark, 1), place),
            ("another logo", "fail", True, other, place),
        ):
            yield Case(
                rule="logo_true", what=what, kind=kind, wrong=wrong, found=_lays(pixels, where, laid, mark, library)
            )


def _tinted(mark: np.ndarray, by: int) -> np.ndarray:
    tint = np.array([by, -by, by // 2], np.int16)
    colours = np.clip(mark[..., :3].astype(np.int16) + tint, 0, 255)
    return np.dstack([colours.astype(np.uint8), mark[..., 3]])


def _lays(pixels, where, laid, mark, library) -> Callable[[], bool]:
    def make() -> Subject:
        canvas = pixels.copy()
        stamp.lay(canvas, where, laid, library)
        drawn = Drawn(picture=mark, stamp=stamp.of(mark, where.width, where.height, library))
        return replace(composed(subject(canvas), logo=where), drawn=drawn)

    return asks("logo_true", make)


def _duplicates() -> Iterator[Case]:
    """The same picture in other guises, and others."""
    shown = list(photos.without_people().items())
    for at, (name, pixels) in enumerate(shown):
        small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        for what, kind, wrong, other in (
            ("the same, recompressed", "fail", True, _jpeg(pixels, 40)),
            ("the same at half its size", "fail", True, _jpeg(small, 80)),
            ("the same, brighter", "borderline", True, np.clip(pixels * 1.08 + 4, 0, 255).astype(np.uint8)),
            ("another photo", "pass", False, shown[(at + 1) % len(shown)][1]),
            ("mirrored", "borderline", False, np.ascontiguousarray(pixels[:, ::-1])),
        ):
            yield Case(
                rule="duplicates", what=f"{name}: {what}", kind=kind, wrong=wrong,
                found=lambda pixels=pixels, other=other: _alike(pixels, other),
            )  # fmt: skip


def _alike(first: np.ndarray, second: np.ndarray) -> bool:
    codes = {
        name: (code,)
        for name, code in (("a", likeness.fingerprint(first)), ("b", likeness.fingerprint(second)))
        if code
    }
    return any(duplicates.check(codes, LIMITS))


def _jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)
