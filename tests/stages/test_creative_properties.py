"""Whatever somebody writes, in whatever script: words and logo keep to their places, and every cap is kept."""

from itertools import combinations

import cv2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Placement, SafeZone
from briefmill.domain.verdict import Box
from briefmill.imaging import fonts
from briefmill.imaging.compose import BrandKit
from briefmill.stages import overlay
from briefmill.stages.resize import Source
from briefmill.stages.task import Press
from imaging.copywriting import busy, mark
from imaging.easel import HOUSE

SCRIPTS = {
    "en": "abcdefghijklmnopqrstuvwxyz ABCDEF 0123 .,!’–%&",
    "de": "abcdefghäöüß ABCÄÖÜ 0123 .,!-",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψω ΑΒΓ .,;!",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя АБВ .,!",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي ٠١٢٣ ،؟!",
    "he": "אבגדהוזחטיכלמנסעפצקרשתםןףץך 0123 .,!",
    "hi": "अआइईउऊएऐओऔकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह ािीुूेैोौं्। ",
    "th": "กขคงจฉชซฐณดตถทธนบปผฝพฟภมยรลวศสหอฮ ะาิีึืุูเแโใไ่้๊๋์",
    "ta": "அஆஇஈஉஊஎஏஐஒகஙசஞடணதநபமயரலவழளறன ாிீுூெேைொோ் .",
    "bn": "অআইঈউএওকখগঘচছজঝটঠডঢতথদধনপফবভমযরলশষসহ ািীুূেোৌ্ং। ",
    "ja": "あいうえおかきくけこアイウエオ日本語夏静持歩、。「」ー０１２",
    "zh-Hans": "这个夏天感受丝绸般的清凉，。！“”一二三",
    "zh-Hant": "這個夏天感受絲綢般的清涼，。！「」一二三",
    "ko": "가나다라마바사아자차카타파하 올여름더시원하게 .,!",
}
SIZES = ((300, 250), (728, 90), (320, 50), (160, 600), (970, 250), (300, 600), (480, 480), (270, 480))
ZONES = (SafeZone(), SafeZone(top=40, bottom=90, left=10, right=30))


def written(locale, longest):
    """Words as hypothesis makes them: letters and marks of a script in any order, 1 to `longest` characters."""
    return st.text(SCRIPTS[locale], min_size=1, max_size=longest)


@st.composite
def orders(draw):
    locale = draw(st.sampled_from(sorted(SCRIPTS)))
    words = Copy(
        locale=locale,
        message=draw(written(locale, 300)),
        cta=draw(st.just("") | written(locale, 24)),
        disclaimer=draw(st.just("") | written(locale, 120)),
    )
    width, height = draw(st.sampled_from(SIZES))
    zone = draw(st.sampled_from(ZONES)) if min(width, height) > 200 else SafeZone()
    cap = draw(st.sampled_from([12_000, 30_000, 60_000, 150_000]))
    return words, Placement(id="p", width=width, height=height, safe_zone=zone, max_bytes=cap)


@pytest.fixture(scope="module")
def sources():
    return [
        cv2.imencode(".png", picture)[1].tobytes() for picture in (busy(700, 500), cv2.blur(busy(500, 700), (91, 91)))
    ]


@pytest.fixture(scope="module")
def studio():
    kit = BrandKit(palette=("#0E3B43", "#F2A65A", "#F7F1E3"), logo=mark(), library=fonts.Library.build(system=False))
    return overlay.Studio(kit=kit, layouts=HOUSE, press=Press())


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=orders(), which=st.integers(0, 1))
def test_any_words_keep_to_their_place_and_any_cap_is_kept(studio, sources, order, which):
    copy, placement = order
    sitting = overlay.Sitting(Source(sources[which], (placement,)), placement, [copy], studio)
    plan = sitting.plan(copy)
    printed = overlay.run(sitting, sitting.framed(plan, copy), plan, copy)
    composition, zone = printed.composition, placement.safe_zone
    safe = Box(
        x=zone.left,
        y=zone.top,
        width=placement.width - zone.left - zone.right,
        height=placement.height - zone.top - zone.bottom,
    )
    boxes = [text.box for text in composition.texts if text.box.width]
    boxes += [composition.logo] if composition.logo else []
    assert all(box.inside(safe) for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    for text in composition.texts:
        assert text.size_px >= text.min_px
        assert text.clipped or text.missing or text.box.width or not text.text.strip()
        # Every text can be read where it stands, or the rules say that it cannot: here the picture never wins.
        assert text.contrast >= 3.0
    assert printed.encoded.fits == (len(printed.encoded.data) <= placement.max_bytes)
    if placement.max_bytes >= 60_000:
        assert printed.encoded.fits
