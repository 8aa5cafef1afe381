"""Every shipped layout in every script, beside the picture of it that somebody looked at and found good.

Compared as an eye would from a step back: at a third of the size, softened, so that a hinted stem may move but a line
that breaks elsewhere, a lost logo, or a letter out of another font shows. After a change that is meant, look at
`build/golden/*.png` (what was made, what was expected, and where they differ), then renew with
`BRIEFMILL_RENEW_GOLDEN=1 make test`.
"""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Placement
from briefmill.imaging import layout
from briefmill.imaging.compose import BrandKit
from imaging.copywriting import MESSAGES, mark
from imaging.easel import HOUSE, composed

GOLDEN = Path(__file__).parent / "golden"
SEEN = Path(__file__).parents[2] / "build" / "golden"
RENEW = os.environ.get("BRIEFMILL_RENEW_GOLDEN") == "1"
SHAPES = ((600, 600), (540, 960), (800, 418), (300, 250), (485, 125), (728, 90), (160, 600))
CTA = {
    "ar": "تسوق الآن",
    "he": "לרכישה",
    "ja": "今すぐ見る",
    "zh-Hans": "立即购买",
    "ko": "지금 구매",
    "hi": "अभी खरीदें",
    "th": "ซื้อเลย",
    "ta": "வாங்கு",
    "el": "Αγορά",
    "ru": "Купить",
    "de": "Jetzt kaufen",
    "fr": "Acheter",
}
PALETTE = ("#0E3B43", "#F2A65A", "#F7F1E3")
MEAN, WORST = 2.0, 70.0
"""Levels (of 255) that the softened pictures may differ on average, and in their worst hundredth of a percent."""


def product(width, height):
    """A thing before a wall, lit from one side."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 150 + 60 * across / width - 40 * down / height
    picture = np.dstack([light, light - 8, light - 20]).clip(0, 255).astype(np.uint8)
    box = (int(0.52 * width), int(0.3 * height), int(0.2 * width), int(0.5 * height))
    cv2.rectangle(picture, box, (60, 50, 20), -1, cv2.LINE_AA)
    return picture


def cell(one, size, locale, kit):
    """The smallest of the layout's placements, made and softened."""
    copy = Copy(locale=locale, message=MESSAGES[locale], cta=CTA.get(locale, "Shop now"), disclaimer="31.12.2027")
    placement = Placement(id="golden", width=size[0], height=size[1])
    pixels, _ = composed(product(900, 700), copy, placement, kit, one)
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.6)
    return cv2.resize(soft, None, fx=0.36, fy=0.36, interpolation=cv2.INTER_AREA)


def sheet(locale, kit):
    """All layouts in one script, each in the first of the shapes that it serves."""
    page = np.full((0, 0, 3), 255, np.uint8)
    rows = []
    for one in HOUSE:
        sizes = [s for s in SHAPES if one.serves(layout.shape(Placement(id="s", width=s[0], height=s[1])))]
        rows += [cell(one, size, locale, kit) for size in sizes[:2]]
    wide = max(part.shape[1] for part in rows)
    page = [
        cv2.copyMakeBorder(part, 0, 4, 0, wide - part.shape[1], cv2.BORDER_CONSTANT, value=(255,) * 3) for part in rows
    ]
    return np.vstack(page)


@pytest.mark.parametrize("locale", sorted(MESSAGES))
def test_every_layout_looks_as_it_did_when_somebody_looked(locale, library):
    kit = BrandKit(palette=PALETTE, logo=mark((90, 166, 242)), library=library)
    made, path = sheet(locale, kit), GOLDEN / f"{locale}.jpg"
    if RENEW:
        GOLDEN.mkdir(exist_ok=True)
        cv2.imwrite(str(path), made, [cv2.IMWRITE_JPEG_QUALITY, 92])
    expected = cv2.imread(str(path))
    assert expected is not None, f"no golden picture for {locale}"
    assert made.shape == expected.shape
    difference = np.abs(made.astype(int) - expected).max(axis=2)
    mean, worst = float(difference.mean()), float(np.percentile(difference, 99.99))
    if mean >= MEAN or worst >= WORST:
        SEEN.mkdir(parents=True, exist_ok=True)
        where = cv2.cvtColor(np.clip(difference * 3, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)
        cv2.imwrite(str(SEEN / f"{locale}.png"), np.hstack([made, expected, where]))
    assert mean < MEAN, f"look at {SEEN.name}/{locale}.png"
    assert worst < WORST, f"look at {SEEN.name}/{locale}.png"
