"""The catalogue and the wordings of a placement."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs.placements import Placements
from briefmill.domain.placement import Icc, Overlay, Placement, SafeZone, TextLimit
from briefmill.errors import BriefRefused, ConfigError, NotFound


def test_every_shipped_row_has_a_source_and_a_date(catalogue):
    assert len(catalogue.all()) >= 50
    for row in catalogue.all():
        assert row.title
        assert row.source.startswith("https://")
        assert row.network
        assert row.unchecked_days(date(2026, 11, 24)) in {1, 2}
        assert row.formats
        zone = row.safe_zone
        assert zone.left + zone.right < row.width
        assert zone.top + zone.bottom < row.height
        assert catalogue.resolve(row.id) == (row,)
        assert catalogue.get(row.id) is row


def test_shops_that_forbid_words_on_pictures_say_so(catalogue):
    assert catalogue.get("walmart.sba.custom").overlay is Overlay.FORBIDDEN
    assert catalogue.get("google.display.300x250").max_bytes == 153_600


def test_every_size_of_google_display_is_there_with_its_cap(catalogue):
    rows = catalogue.search(network="google.display")
    assert len(rows) == 20
    for row in rows:
        assert row.id == f"google.display.{row.width}x{row.height}"
        assert row.max_bytes == 150 * 1024


def test_sources_that_disagree_are_told_apart(catalogue):
    limits = {limit.field: limit for limit in catalogue.get("meta.feed.square").text_limits}
    assert (limits["headline"].warn, limits["headline"].fail) == (27, 40)
    assert catalogue.get("pinterest.standard").icc is Icc.STRIP
    assert catalogue.get("google.rda.landscape").ratio_tolerance == 0.01
    assert "width" in catalogue.get("amazon.sponsored.custom").unsourced


@pytest.mark.parametrize(
    ("words", "network", "ids"),
    [
        (["google", "970X"], "", ["google.display.970x90", "google.display.970x250"]),
        (["1200 x 628", "webp"], "", ["x.landscape"]),
        (["forbidden"], "", ["walmart.sba.custom", "amazon.sponsored.custom"]),
        (["reel"], "Meta", ["meta.reel"]),
        ([], "display & video 360", [f"dv360.display.{size}" for size in
            ("320x320", "800x250", "300x100", "320x480", "360x592", "360x640", "375x667")]),
        ([], "pin", []),
        (["story"], "pinterest", []),
    ],
)  # fmt: skip
def test_the_catalogue_is_searched_by_words_and_network(catalogue, words, network, ids):
    assert [row.id for row in catalogue.search(words, network)] == ids


def test_the_age_of_a_reading_is_counted_in_days():
    row = Placement(id="a", width=10, height=10, checked_on="2026-02-27")
    assert row.unchecked_days(date(2026, 3, 1)) == 2
    assert row.unchecked_days(date(2026, 2, 26)) == -1
    assert Placement(id="a", width=10, height=10).unchecked_days(date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("wanted", "name", "width", "height"),
    [
        ("1:1", "1x1", 1080, 1080),
        ("9x16", "9x16", 1080, 1920),
        ("16/9", "16x9", 1920, 1080),
        ("4 : 5", "4x5", 1080, 1350),
        ("1.91:1", "1.91x1", 1200, 628),
        ("2:3", "2x3", 1280, 1920),
        ("21:9", "21x9", 1920, 822),
        ("16 by 9", "16x9", 1920, 1080),
        ("1_1", "1x1", 1080, 1080),
        ("300x250", "300x250", 300, 250),
        ("1080 × 1350 px", "1080x1350", 1080, 1350),
        ("1080:1920", "1080x1920", 1080, 1920),
        ("square", "1x1", 1080, 1080),
        ("Story", "9x16", 1080, 1920),
        ("landscape", "16x9", 1920, 1080),
        ("1:1 (Square)", "1x1", 1080, 1080),
        ("YouTube thumbnail", "youtube.thumbnail", 1280, 720),
        ("instagram_story", "meta.story", 1080, 1920),
        ("Instagram Story (9:16)", "meta.story", 1080, 1920),
        ("Instagram Story (1:1)", "1x1", 1080, 1080),
        ("Facebook Feed", "meta.feed.square", 1080, 1080),
        ("META.STORY", "meta.story", 1080, 1920),
        ("Skyscrapers", "google.display.160x600", 160, 600),
        ("medium rectangle ad", "google.display.300x250", 300, 250),
        ("super leaderboard", "google.display.970x90", 970, 90),
        ("Google Display 970x90", "google.display.970x90", 970, 90),
        ("google ads 300x250", "google.display.300x250", 300, 250),
        ("DV360 320x480", "dv360.display.320x480", 320, 480),
        ("Display & Video 360 320 x 480 px", "dv360.display.320x480", 320, 480),
        ("Instagram 4:5", "meta.feed.portrait", 1080, 1350),
        ("TikTok 1:1", "tiktok.square", 640, 640),
        ("Google 1200x1200", "google.rda.square", 1200, 1200),
        ("Google 300x251", "300x251", 300, 251),
        ("300x250 banner ad", "300x250", 300, 250),
    ],
)
def test_wordings_of_one_placement(catalogue, wanted, name, width, height):
    (placement,) = catalogue.resolve(wanted)
    assert (placement.id, placement.width, placement.height) == (name, width, height)


def test_a_network_alone_means_its_usual_set(catalogue):
    assert [row.id for row in catalogue.resolve("LinkedIn")] == ["linkedin.landscape", "linkedin.square"]
    assert len(catalogue.resolve("Instagram ads")) == 3


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("squre", "Did you mean square"),
        ("linkdin", "Did you mean linkedin"),
        ("hologram", "always works"),
        ("0:1", "no usable ratio"),
        ("1:100", "no usable ratio"),
        ("5000x5000", "no usable size"),
        ("4096x4096", "megapixels"),
        ("", "no placement"),
    ],
)
def test_what_is_no_placement_is_said_with_a_way_out(catalogue, wanted, told):
    with pytest.raises(NotFound, match=told):
        catalogue.resolve(wanted)


@given(wanted=st.text(max_size=40) | st.from_regex(r"\d{1,5}(\.\d{1,2})?[:x/]\d{1,5}", fullmatch=True))
def test_any_wording_is_a_sane_placement_or_not_found(catalogue, wanted):
    try:
        found = catalogue.resolve(wanted)
    except NotFound:
        return
    assert found
    for placement in found:
        assert 16 <= placement.width <= 4096
        assert 16 <= placement.height <= 4096
        assert placement.width * placement.height <= 16_000_000
        assert not set(placement.id) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("placements:\n  a: {width: 10}\n", "line 2: a has no height"),
        ("placements:\n  a: {width: ten, height: 10}\n", "line 2: width must be"),
        ("placements:\n  a: {width: 10, height: 10, colour: x}\n", "colour is no field"),
        ("placements:\n  a/b: {width: 10, height: 10}\n", "is no id"),
        ("placements:\n  a:\n    width: 10\n    height: 10\n    overlay: some\n", "line 5: overlay is one of"),
        ("placements:\n  a: {width: 10, height: 10, formats: [bmp]}\n", "bmp"),
        ("placements:\n  a: {width: 10, height: 10, safe_zone: {left: 5, right: 5}}\n", "leaves nothing"),
        ("placements:\n  a: {width: 10, height: 10, safe_zone: {above: 5}}\n", "may hold"),
        ("placements:\n  a: {width: 10, height: 10}\nnames:\n  n: [b]\n", "line 4: n names b"),
        ("placements: {}\n", "no placements"),
        ("placements: [a]\n", "line 1: placements is neither"),
        ("placements:\n  a: tall\n", "line 2: a holds no fields"),
        ("placements:\n  a: {width: 10, height: 10, formats: [gif]}\n", "line 2: formats holds gif; jpg"),
        ("placements:\n  a: {width: 10, height: 10, title: [x]}\n", "title must be text"),
        ("placements:\n  a: {width: 10, height: 10, ratio_tolerance: 1}\n", "ratio_tolerance must be a share"),
        ("placements:\n  a: {width: 10, height: 10, ratio_tolerance: 0.0}\n", "ratio_tolerance must be a share"),
        ("placements:\n  a: {width: 10, height: 10, min_width: 11}\n", "min_width must be .* to 10"),
        ("placements:\n  a: {width: 10, height: 10, icc: burn}\n", "icc is one of strip, keep"),
        ("placements:\n  a: {width: 10, height: 10, source: a page}\n", "source must be a web address"),
        ("placements:\n  a: {width: 10, height: 10, checked_on: 2026-02-30}\n", "checked_on must be a day"),
        ("placements:\n  a: {width: 10, height: 10, text_limits: 30}\n", "text_limits must hold"),
        ("placements:\n  a: {width: 10, height: 10, text_limits: {title: long}}\n", "title must be a whole number"),
        ("placements:\n  a: {width: 10, height: 10, text_limits: {t: {most: 3}}}\n", "t must be a number of char"),
        ("placements:\n  a: {width: 9, height: 9, text_limits: {t: {warn: 3, fail: 3}}}\n", "t is refused .* before"),
        ("placements:\n  a: {width: 10, height: 10, unsourced: [icc]}\n", "does not state"),
        (
            "placements:\n  a: {width: 9, height: 9, names: [Big Box]}\n  b: {width: 9, height: 9, names: [big-box]}\n",
            "line 3: names says big-box, which means a already",
        ),
        ("placements:\n  a: {width: 10, height: 10}\nnames:\n  n: []\n", "line 4: n names no placement"),
        ("networks:\n  a: {icc: keep}\nplacements:\n  a: {width: 9, height: 9}\n", "line 2: a has no title"),
        ("networks:\n  a: {width: 9}\nplacements:\n  a: {width: 9, height: 9}\n", "width is no field of a network"),
        ("networks:\n  b: {title: B}\nplacements:\n  a: {width: 9, height: 9}\n", "line 2: b is no network of"),
        ("things: {a: 1}\n", "neither"),
        ("placements: [\n", "line 2, column 1: This is not YAML"),
    ],
)
def test_a_bad_catalogue_is_a_configuration_error_with_its_line(tmp_path, text, told):
    path = tmp_path / "placements.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=told):
        Placements.load(path)


def test_a_missing_catalogue_is_a_configuration_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        Placements.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("1:1, 9:16 and 16:9", ["1x1", "9x16", "16x9"]),
        ("1:1 / 9:16 / 16:9", ["1x1", "9x16", "16x9"]),
        ("1:1 9:16 16:9", ["1x1", "9x16", "16x9"]),
        ("1:1; 9:16 & 4:5", ["1x1", "9x16", "4x5"]),
        ("16/9", ["16x9"]),
    ],
)
def test_placements_listed_in_one_text_are_all_read(fields, written, ids):
    assert [placement.id for placement in fields(ratios=written).brief.placements] == ids


def test_a_width_and_a_height_may_be_short(fields):
    assert [placement.id for placement in fields(placements=[{"w": 300, "h": 250}]).brief.placements] == ["300x250"]


def test_what_is_no_placement_in_such_a_text_is_told(fields):
    with pytest.raises(BriefRefused, match="banana"):
        fields(placements="1:1 & banana")


def test_an_empty_catalogue_is_told_as_a_file_and_not_as_a_brief(tmp_path):
    path = tmp_path / "placements.yaml"
    path.write_text("\n")
    with pytest.raises(ConfigError, match=r"placements\.yaml is empty. Remove it: `briefmill init`"):
        Placements.load(path)


NETWORKS = """\
placements:
  shop.hero: {width: 600, height: 300, formats: [webp], text_limits: {title: {cjk_warn: 9, cjk_fail: 12}}}
  shop.hero.small: {width: 300, height: 150, min_height: 100}
  shopping: {width: 300, height: 100, safe_zone: {top: 9}}
networks:
  shop: {title: The Shop, max_bytes: 9_000, formats: [png, jpg], text_limits: {title: 30}, checked_on: 2026-01-10}
  shop.hero.small: {title: The Shop on phones, icc: keep, overlay: text_only}
"""


def test_rows_take_what_their_network_says_and_replace_it_field_by_field(tmp_path):
    path = tmp_path / "placements.yaml"
    path.write_text(NETWORKS)
    hero, small, other = Placements.load(path).all()
    assert hero == Placement(
        id="shop.hero",
        width=600,
        height=300,
        network="The Shop",
        formats=("webp",),
        max_bytes=9000,
        text_limits=(TextLimit(field="title", cjk_warn=9, cjk_fail=12),),
        checked_on="2026-01-10",
    )
    # The longest beginning alone counts, and a beginning ends at a dot.
    assert (small.network, small.icc, small.overlay) == ("The Shop on phones", Icc.KEEP, Overlay.TEXT_ONLY)
    assert (small.max_bytes, small.checked_on, small.min_height) == (None, "", 100)
    assert (other.network, other.max_bytes, other.safe_zone) == ("", None, SafeZone(top=9))
