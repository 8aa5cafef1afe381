"""The catalogue and the wordings of a placement."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs.placements import Placements
from briefmill.domain.placement import Overlay
from briefmill.errors import BriefRefused, ConfigError, NotFound


def test_every_shipped_row_has_a_source_and_a_date(catalogue):
    assert len(catalogue.all()) >= 25
    for row in catalogue.all():
        assert row.title
        assert row.source.startswith("https://")
        assert len(row.checked_on) == 10
        assert row.formats
        zone = row.safe_zone
        assert zone.left + zone.right < row.width
        assert zone.top + zone.bottom < row.height
        assert catalogue.resolve(row.id) == (row,)
        assert catalogue.get(row.id) is row


def test_shops_that_forbid_words_on_pictures_say_so(catalogue):
    assert catalogue.get("walmart.sba.custom").overlay is Overlay.FORBIDDEN
    assert catalogue.get("google.display.300x250").max_bytes == 153_600


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
        ("YouTube thumbnail", "16x9", 1920, 1080),
        ("instagram_story", "meta.story", 1080, 1920),
        ("Instagram Story (9:16)", "meta.story", 1080, 1920),
        ("Instagram Story (1:1)", "1x1", 1080, 1080),
        ("Facebook Feed", "meta.feed.square", 1080, 1080),
        ("META.STORY", "meta.story", 1080, 1920),
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
