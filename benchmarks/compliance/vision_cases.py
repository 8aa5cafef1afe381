"""Cases for the rules that look at pixels: real photos, spoiled by a known amount.

What is right is told by how a case was made, or by arithmetic of its own that shares no code with the rule: WCAG's
formulas written out, scikit-image's CIEDE2000.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import photos
from exact_cases import LOGOS
from labels import Case, asks, box, composed, sight, subject, text
from PIL import Image, ImageDraw, ImageFont
from skimage.color import deltaE_ciede2000, rgb2lab

from briefmill.domain.creative import Origin
from briefmill.imaging import colour, contrast, faces, fontfiles, logo, logosearch, noise, saliency, stamp, straytext
from briefmill.imaging.fonts import Library
from briefmill.rules.sight import Drawn, SeenFace, SeenLogo, SeenWord
from briefmill.rules.subject import Subject

BRAND = "#C2008F"
"""A colour that is in none of the photos."""


def cases() -> Iterator[Case]:
    """All of them."""
    for makers in (_contrast, _palette, _sharpness, _noise, _exposure, _faces, _logo_ground, _logo_search, _saliency):
        yield from makers()
    if shutil.which("tesseract"):
        yield from _stray_text()


def _font(size: int) -> ImageFont.FreeTypeFont:
    latin = next(file for file in fontfiles.packed() if "Sans" in file.family and file.path)
    return ImageFont.truetype(latin.path, size)


def _mask(words: str, size: int) -> np.ndarray:
    font = _font(size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(words))
    drawn = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(drawn).text((-left, -top), words, fill=255, font=font)
    return np.asarray(drawn)


def _ratio(pixels: np.ndarray, tone: int) -> float:
    """WCAG 2.2 written out for a grey text on BGR pixels (n x 3): the 5th percentile."""

    def light(values: np.ndarray) -> np.ndarray:
        share = values.astype(np.float64) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return linear @ np.array([0.0722, 0.7152, 0.2126])

    behind, front = light(pixels), float(light(np.array([[tone] * 3]))[0])
    return float(np.percentile((np.maximum(behind, front) + 0.05) / (np.minimum(behind, front) + 0.05), 5))


def _contrast() -> Iterator[Case]:
    mask = _mask("Begin gently", 40)
    high, wide = mask.shape
    for at, photo in enumerate(photos.without_people().values()):
        for tone, share in ((255, 0.0), (255, 0.55), (0, 0.0), (255, 0.95)):
            region = photo[40 : 40 + high, 40 : 40 + wide]
            toned = np.rint(region * (1 - share) + 20 * share).astype(np.uint8)
            right = _ratio(toned[mask >= 128], tone)
            kind = "borderline" if 2.7 < right < 3.3 else "fail" if right < 3 else "pass"

            def make(toned: np.ndarray = toned, tone: int = tone, photo: np.ndarray = photo) -> Subject:
                measured = contrast.worst(contrast.under(toned, mask), f"#{tone:02X}{tone:02X}{tone:02X}")
                return composed(subject(photo), texts=(text(contrast=measured, size_px=40.0),))

            yield Case(rule="contrast", what=f"photo {at}, text {tone}, shade {share}", kind=kind, wrong=right < 3.0,
                       found=asks("contrast", make))  # fmt: skip


def _palette() -> Iterator[Case]:
    brand = np.array(colour.bgr(BRAND), np.uint8)
    near, far = _neighbour(7.5), _neighbour(13.0)
    for at, photo in enumerate(photos.without_people().values()):
        for share, tone, kind, wrong in (
            (0.0, brand, "fail", True),
            (0.3, brand, "pass", False),
            (0.085, brand, "borderline", True),
            (0.115, brand, "borderline", False),
            (0.3, near, "borderline", False),
            (0.3, far, "borderline", True),
        ):
            pixels = photo.copy()
            pixels[: round(share * len(pixels))] = tone
            made = replace(subject(pixels), brand=replace(subject(pixels).brand, palette=(BRAND,)))
            yield Case(rule="palette", what=f"photo {at}: {share:.1%} in {tone.tolist()}", kind=kind, wrong=wrong,
                       found=asks("palette", lambda made=made: made))  # fmt: skip


def _neighbour(distance: float) -> np.ndarray:
    """A colour (BGR) that far from the brand's, by scikit-image's CIEDE2000."""
    brand = np.array(colour.rgb(BRAND), np.float64) / 255
    reached = brand
    for step in np.linspace(0, 1, 400):
        reached = brand * (1 - step) + step * 0.5
        if float(deltaE_ciede2000(rgb2lab(brand[None, None]), rgb2lab(reached[None, None]))[0, 0]) >= distance:
            break
    return np.rint(reached[::-1] * 255).astype(np.uint8)


def _sharpness() -> Iterator[Case]:
    for name, photo in photos.without_people().items():
        if name == photos.BLURRED:
            continue
        soft = cv2.GaussianBlur(photo, (0, 0), 7)
        half = soft.copy()
        half[120:360, 200:440] = photo[120:360, 200:440]
        for what, kind, wrong, pixels in (("as it is", "pass", False, photo), ("blurred", "fail", True, soft),
                                          ("blurred around a sharp middle", "borderline", False, half)):  # fmt: skip
            bare = composed(subject(pixels), texts=(), logo=None)
            yield Case(rule="sharpness", what=f"{name} {what}", kind=kind, wrong=wrong,
                       found=asks("sharpness", lambda bare=bare: bare))  # fmt: skip


def _noise() -> Iterator[Case]:
    rng = np.random.default_rng(5)
    for name, photo in photos.without_people().items():
        clean = cv2.GaussianBlur(photo, (0, 0), 2.5).astype(np.float32)
        for sigma, kind, wrong in (
            (0, "pass", False),
            (5, "borderline", False),
            (12, "borderline", True),
            (25, "fail", True),
        ):
            pixels = np.clip(clean + rng.normal(0, sigma, clean.shape[:2])[..., None], 0, 255).astype(np.uint8)
            yield Case(
                rule="noise", what=f"{name}, sigma {sigma}", kind=kind, wrong=wrong,
                found=asks("noise", lambda p=pixels: replace(subject(p), sight=sight(grain=noise.grain(p)))),
            )  # fmt: skip


def _exposure() -> Iterator[Case]:
    for name, photo in photos.without_people().items():
        inner = np.clip(photo, 10, 240)
        for share, value, kind, wrong in ((0.0, 255, "pass", False), (0.15, 255, "borderline", False),
                                          (0.25, 255, "borderline", True), (0.5, 0, "fail", True)):  # fmt: skip
            pixels = inner.copy()
            rows = round(share * len(pixels))
            pixels[len(pixels) - rows :] = value

            def make(pixels: np.ndarray = pixels) -> Subject:
                blown, drowned = noise.clipped(pixels)
                return replace(subject(pixels), sight=sight(blown=blown, drowned=drowned))

            yield Case(rule="exposure", what=f"{name}: {share:.0%} at {value}", kind=kind, wrong=wrong,
                       found=asks("exposure", make))  # fmt: skip


def _faces() -> Iterator[Case]:
    shown = list(photos.without_people().values())
    for number in range(0, 100, 2):
        side = 110 + 2 * (number % 20)
        pixels = photos.face_in(shown[number % len(shown)], number, side, 230, 90)
        for what, kind, wrong, words in (
            ("words over the face", "fail", True, box(200, 90 + side // 3, side + 60, side // 2)),
            ("words below it", "pass", False, box(200, 90 + side + 12, side + 60, 40)),
        ):
            yield _facial(f"face {number}, {what}", kind, wrong, pixels, words)
    for number in range(100, 200, 4):
        pixels = photos.face_in(shown[number % len(shown)], number, 120, 230, 90)
        yield _facial(f"no face {number}", "borderline", False, pixels, box(200, 90, 180, 120))
    for at, photo in enumerate(shown):
        yield _facial(f"photo {at} without people", "pass", False, photo, box(100, 60, 400, 200))


def _facial(what: str, kind: str, wrong: bool, pixels: np.ndarray, words: object) -> Case:
    def make() -> Subject:
        seen = faces.look(pixels)
        high, wide = pixels.shape[:2]
        found = tuple(
            SeenFace(box=box(round(f.x * wide), round(f.y * high), round(f.width * wide), round(f.height * high)))
            for f in seen.boxes
        )
        return replace(composed(subject(pixels), texts=(text(box=words),), logo=None), sight=sight(faces=found))

    return Case(rule="faces", what=what, kind=kind, wrong=wrong, found=asks("faces", make))


def _logo_ground() -> Iterator[Case]:
    library = Library.build(system=False)
    mark = logo.load(LOGOS[1].encode())
    dark = np.array(colour.bgr("#0E3B43"), np.float64)
    light = _light(dark)
    for at, photo in enumerate(photos.without_people().values()):
        for ratio, kind, wrong in (
            (1.15, "fail", True),
            (1.8, "borderline", True),
            (2.25, "borderline", False),
            (8.0, "pass", False),
        ):
            grey = min(
                range(256),
                key=lambda tone, ratio=ratio: abs((_light(np.full(3, float(tone))) + 0.05) / (light + 0.05) - ratio),
            )
            pixels = photo.copy()
            pixels[20:140, 20:140] = np.clip(grey + np.random.default_rng(at).normal(0, 1.5, (120, 120, 1)), 0, 255)
            where = box(40, 40, 80, 80)
            stamp.lay(pixels, where, mark, library)
            drawn = Drawn(picture=mark, stamp=stamp.of(mark, 80, 80, library))
            made = replace(composed(subject(pixels), logo=where), drawn=drawn)
            yield Case(rule="logo_ground", what=f"{ratio} to 1", kind=kind, wrong=wrong,
                       found=asks("logo_ground", lambda made=made: made))  # fmt: skip


def _light(bgr: np.ndarray) -> float:
    share = bgr / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.0722, 0.7152, 0.2126]))


def _logo_search() -> Iterator[Case]:
    library = Library.build(system=False)
    marks = [logo.load(drawing.encode()) for drawing in LOGOS]
    quarries = [logosearch.Quarry(mark) for mark in marks]
    rng = np.random.default_rng(2)
    for at, photo in enumerate(photos.without_people().values()):
        own, other = at % 3, (at + 1) % 3
        for what, kind, wrong, laid, share in (
            ("not there", "pass", False, None, 0.0),
            ("12 % wide", "borderline", True, own, 0.12),
            ("20 % wide", "fail", True, own, 0.2),
            ("30 % wide", "fail", True, own, 0.3),
            ("another brand's", "borderline", False, other, 0.2),
        ):
            pixels = photo if laid is None else _with(photo, marks[laid], share, rng, library)
            yield Case(rule="logo_search", what=f"photo {at}, {what}", kind=kind, wrong=wrong,
                       found=_finds(pixels, quarries[own]))  # fmt: skip


def _with(photo: np.ndarray, mark: np.ndarray, share: float, rng: np.random.Generator, library: Library) -> np.ndarray:
    out = photo.copy()
    longer = round(share * max(photo.shape[:2]))
    wide, high = (round(longer * side / max(mark.shape[:2])) for side in (mark.shape[1], mark.shape[0]))
    x, y = int(rng.integers(0, out.shape[1] - wide)), int(rng.integers(0, out.shape[0] - high))
    stamp.lay(out, box(x, y, wide, high), mark, library)
    return cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, 80])[1], cv2.IMREAD_COLOR)


def _finds(pixels: np.ndarray, quarry: logosearch.Quarry) -> Callable[[], bool]:
    def make() -> Subject:
        found = quarry.find(pixels)
        seen = None if found is None else SeenLogo(box=box(0, 0, 9, 9), way=found.way, strength=found.strength)
        return replace(subject(pixels), sight=sight(logo=seen))

    return asks("logo_search", make)


def _saliency() -> Iterator[Case]:
    for at, photo in enumerate(photos.without_people().values()):
        ground = np.rint(cv2.GaussianBlur(photo, (0, 0), 60) * 0.2 + 120).astype(np.uint8)
        cv2.circle(ground, (420, 130), 34, (30, 40, 230), -1, cv2.LINE_AA)
        cv2.circle(ground, (420, 130), 14, (250, 250, 250), -1, cv2.LINE_AA)
        for what, kind, wrong, words in (("over it", "fail", True, box(340, 60, 170, 140)),
                                         ("far from it", "pass", False, box(40, 190, 170, 60))):  # fmt: skip
            seen = sight(attention=saliency.attention(ground))
            made = replace(composed(subject(ground), texts=(text(box=words),)), sight=seen)
            yield Case(rule="saliency", what=f"ground {at}: words {what}", kind=kind, wrong=wrong,
                       found=asks("saliency", lambda made=made: made))  # fmt: skip


def _stray_text() -> Iterator[Case]:
    tesseract = Path(shutil.which("tesseract") or "tesseract")
    for at, (name, photo) in enumerate(photos.without_people().items()):
        for words, size, kind in ((None, 0, "pass"), ("SUMMER SALE", 64, "fail"), ("Open daily", 36, "borderline")):
            pixels = photo.copy()
            if words:
                mask = _mask(words, size)
                y, x = 60 + 7 * at, 40
                part = pixels[y : y + mask.shape[0], x : x + mask.shape[1]]
                tone = 255 if float(part.mean()) < 128 else 0
                part[:] = np.rint(part * (1 - mask[..., None] / 255) + tone * (mask[..., None] / 255)).astype(np.uint8)

            def make(pixels: np.ndarray = pixels) -> Subject:
                read = straytext.read(pixels, tesseract).words
                seen = tuple(SeenWord(text=word.text, box=box(0, 0, 9, 9)) for word in read)
                return replace(subject(pixels), sight=sight(Origin.GENERATED, words=seen))

            yield Case(rule="stray_text", what=f"{name}: {words or 'no words'}", kind=kind, wrong=words is not None,
                       found=asks("stray_text", make))  # fmt: skip
