"""How long words may be so that every placement can show them."""

from dataclasses import replace

import pytest

from briefmill.briefs.placements import Placements
from briefmill.domain.brief import Brand, Brief, Copy
from briefmill.domain.placement import Overlay, Placement, TextLimit
from briefmill.imaging import fonts, layout, typeset
from briefmill.settings import shipped_config
from briefmill.stages import layoutbook, lengths

LAYOUTS = layoutbook.read(shipped_config() / "layouts").for_brand(Brand())
PLACEMENTS = Placements.load(shipped_config() / "placements.yaml")
COPY = Copy(locale="de-DE", message="Carry the calm of summer", cta="Shop now", disclaimer="While stocks last.")
WORDS = {
    "de-DE": "Nimm die Ruhe des Sommers mit und genieße jeden Augenblick draußen am Wasser mit deinen Liebsten " * 20,
    "ja-JP": "夏の静けさを持ち歩こう、" * 80,
}


def brief(*placements, locale="de-DE"):
    copy = replace(COPY, locale=locale)
    return Brief(campaign="c", title="c", products=(), locales=(locale,), copies={locale: copy}, placements=placements)


def limits(*placements, copy=COPY):
    return lengths.limits(brief(*placements), copy, LAYOUTS)


def box(width=1080, height=1080, **more):
    return Placement(id="p", width=width, height=height, **more)


@pytest.fixture(scope="module")
def library():
    return fonts.Library.build()


def text_of(locale, most):
    cut = WORDS[locale][:most]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut


# Small print in signs is left out: its slot is as high as the layout reckons its text, whatever is reckoned here.
@pytest.mark.parametrize(
    ("part", "locale"),
    [("message", "de-DE"), ("message", "ja-JP"), ("cta", "de-DE"), ("cta", "ja-JP"), ("disclaimer", "de-DE")],
)
@pytest.mark.parametrize("name", ["320x50", "234x60", "300x250", "728x90", "160x600"])
def test_what_is_said_to_have_room_is_set_whole(library, name, part, locale):
    (placement, *_) = PLACEMENTS.resolve(name)
    copy = replace(COPY, locale=locale)
    most = lengths.limits(brief(placement, locale=locale), replace(copy, message="A", cta="B", disclaimer="C"), LAYOUTS)
    text = text_of(locale, most[part])
    weight, one_line = (400, False) if part == "disclaimer" else (700, part == "cta")
    set_whole = []
    for one in LAYOUTS:
        plan = layout.plan(one, placement, replace(copy, **{part: text}), None, "ltr")
        slot = getattr(plan, part)
        if not one.serves(layout.shape(placement)) or slot is None:
            continue
        style = typeset.Style(
            locale=locale,
            weight=weight,
            max_px=slot.max_px,
            min_px=slot.min_px,
            max_lines=1 if one_line else slot.max_lines,
        )
        block = typeset.fit(text, width=slot.box.width, height=slot.box.height, style=style, library=library)
        set_whole.append(not block.clipped)
    assert any(set_whole)


def test_the_tightest_placement_decides():
    small, large = box(320, 50), box(1080, 1080)
    assert limits(small, large) == limits(small)
    assert limits(small)["message"] < limits(large)["message"]


def test_what_the_network_says_of_its_headline_goes_for_the_message():
    told = box(text_limits=(TextLimit(field="headline", warn=27, fail=40), TextLimit(field="description", fail=30)))
    assert limits(told)["message"] == 40
    assert limits(box(text_limits=(TextLimit(field="headline", warn=27),)))["message"] == 27


def test_signs_have_limits_of_their_own_and_less_room():
    told = box(text_limits=(TextLimit(field="headline", fail=100, cjk_fail=50),))
    japanese = replace(COPY, locale="ja-JP")
    assert limits(told, copy=japanese)["message"] == 50
    assert limits(told)["message"] == 100
    assert limits(box(320, 50), copy=japanese)["message"] < limits(box(320, 50))["message"]


def test_a_source_that_is_longer_itself_is_the_measure():
    told = box(text_limits=(TextLimit(field="headline", fail=10),))
    assert limits(told)["message"] == len(COPY.message)


def test_a_placement_without_words_bounds_none():
    bare = box(320, 50, overlay=Overlay.FORBIDDEN)
    assert limits(bare) == {}
    assert limits(bare, box())["message"] == limits(box())["message"]


def test_a_button_that_is_written_from_nothing_is_short():
    assert lengths.of_button("de-DE", {}) == lengths.BUTTON
    assert lengths.of_button("ja-JP", {}) == lengths.BUTTON_SIGNS
    assert lengths.of_button("de-DE", {"cta": 9}) == 9
