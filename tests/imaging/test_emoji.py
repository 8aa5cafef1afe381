import io

import numpy as np
import pytest
from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.imaging import clusters, fontfiles, fonts, typeset
from briefmill.imaging.typeset import Style

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)
FAMILY = "👨\u200d👩\u200d👧"


def block_of(left, bottom, right, top):
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for corner in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def colour_font(characters="🎉🔥", version=0):
    """A real colour font: every character is a red square with a blue one in its middle."""
    names = [".notdef", "outer", "inner", *(f"u{ord(char):X}" for char in characters)]
    outer, inner = block_of(100, 0, 900, 800), block_of(400, 300, 600, 500)
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): f"u{ord(char):X}" for char in characters})
    builder.setupGlyf({name: inner if name == "inner" else outer for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    plain = [("outer", 0), ("inner", 1)]
    fill = {"Format": 2, "PaletteIndex": 0, "Alpha": 1.0}  # a PaintGlyph of a PaintSolid, as gradients are wrapped
    glyph = plain if version == 0 else {"Format": 10, "Glyph": "outer", "Paint": fill}
    layers = {f"u{ord(char):X}": glyph for char in characters}
    builder.font["COLR"] = buildCOLR(layers, version=version)
    builder.font["CPAL"] = buildCPAL([[RED, BLUE]])
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


@pytest.fixture
def coloured(tmp_path, monkeypatch):
    """A library of the locked fonts and one colour font of the system."""
    path = tmp_path / "Emoji.ttf"
    path.write_bytes(colour_font())
    file = fontfiles.FontFile(family="Emoji", path=str(path))
    system = (fontfiles.SystemFont(file=file, ranges=((0x1F389, 0x1F389),)),)
    monkeypatch.setattr(fontfiles, "coloured", lambda: system)
    monkeypatch.setattr(fontfiles, "installed", lambda: ())
    return fonts.Library.build()


def fit(library, text, **style):
    given = {"locale": "en", "weight": 700, "max_px": 60, "min_px": 10} | style
    return typeset.fit(text, width=500, height=200, style=Style(**given), library=library)


@pytest.mark.parametrize("cluster", ["🎉", "☀\ufe0f", "👍🏽", FAMILY, "🇩🇪", "1\ufe0f\u20e3", "⚡", "✅", "❤\ufe0f"])
def test_what_readers_take_for_an_emoji_is_one_cluster_and_wants_colour(cluster):
    assert clusters.split(cluster) == [cluster]
    assert clusters.emoji(cluster)


@pytest.mark.parametrize(
    "cluster", ["a", "1", "#", "©", "™", "☀", "❤", "★", "⚡\ufe0e", "夏", "㊗", "！", "→", "🇩", "é"]
)
def test_letters_and_signs_of_type_want_none(cluster):
    assert not clusters.emoji(cluster)


def test_an_emoji_is_drawn_in_its_colours_and_the_words_in_theirs(coloured):
    block = fit(coloured, "Sea 🎉 sun")
    assert block.missing == ()
    assert block.colour is not None
    assert block.colour.shape == (*block.coverage.shape, 4)
    assert not (block.coverage & block.colour[..., 3]).any()
    region = np.full((*block.coverage.shape, 3), 255, np.uint8)
    typeset.paint(block, region, "#1E140A")
    found = {tuple(int(level) for level in pixel) for pixel in region.reshape(-1, 3)}
    assert {(0, 0, 255), (255, 0, 0), (10, 20, 30), (255, 255, 255)} <= found


def test_an_emoji_stands_where_its_place_in_the_line_is(coloured):
    block = fit(coloured, "i 🎉 i", max_lines=1)
    columns = np.flatnonzero(block.colour[..., 3].any(axis=0))
    assert abs((columns[0] + columns[-1]) / 2 - block.width / 2) < 0.05 * block.width
    assert 0.6 * block.size < columns[-1] - columns[0] < block.size


def test_emoji_grow_with_the_type(coloured):
    small, large = (fit(coloured, "🎉", max_px=px).width for px in (20, 60))
    assert large == pytest.approx(3 * small, abs=3)


def test_words_without_emoji_have_no_colour_layer(coloured):
    assert fit(coloured, "Sea and sun").colour is None


def test_the_space_beside_an_emoji_is_of_type(coloured):
    faces = [run.face.file.family for run in fit(coloured, "Sea 🎉 sun").lines[0].runs]
    assert faces == ["Inter", "Emoji", "Inter"]


def test_what_the_colour_font_lacks_is_looked_for_in_the_others_and_else_missing(coloured):
    block = fit(coloured, "🎉 ⚽ ☀\ufe0f 🦄")
    assert block.missing == ("🦄",)
    assert {run.face.file.family for run in block.lines[0].runs} >= {"Emoji", "NotoSansSymbols2"}


def test_a_font_of_gradients_which_cannot_be_drawn_counts_for_nothing(tmp_path, monkeypatch):
    path = tmp_path / "Gradients.ttf"
    path.write_bytes(colour_font(version=1))
    file = fontfiles.FontFile(family="Gradients", path=str(path))
    assert fontfiles.facts(file).colour == 0
    monkeypatch.setattr(fontfiles, "coloured", lambda: (fontfiles.SystemFont(file=file, ranges=()),))
    monkeypatch.setattr(fontfiles, "installed", lambda: ())
    assert fonts.Library.build().missing("🎉", "en") == ("🎉",)


def test_a_brands_own_emoji_go_before_the_systems(coloured):
    library = fonts.Library.build([("brand/own.ttf", colour_font("🎉"))])
    assert library.face_for("🎉", "en", 700).file.family == "brand/own.ttf"
    assert library.face_for("🔥", "en", 700).file.family == "Emoji"


def test_a_font_of_emoji_draws_no_price_though_it_lists_the_digits(coloured):
    library = fonts.Library.build([("brand/own.ttf", colour_font("🎉0123456789"))])
    assert library.face_for("5", "en", 700).file.family == "Inter"
    assert library.face_for("🎉", "en", 700).file.family == "brand/own.ttf"


def test_a_coloured_typeface_of_letters_still_sets_type(coloured):
    library = fonts.Library.build([("brand/own.ttf", colour_font("Aa🎉"))])
    assert library.face_for("a", "en", 700).file.family == "brand/own.ttf"


def test_paint_refuses_a_region_of_another_size(coloured):
    block = fit(coloured, "🎉")
    with pytest.raises(ValueError, match="the block is"):
        typeset.paint(block, np.zeros((3, 3, 3), np.uint8), "#000000")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.sampled_from(["Sea", "sun", "🎉", "🔥🔥", "شمس", "夏"]), min_size=1, max_size=12).map(" ".join),
    st.tuples(st.integers(1, 400), st.integers(1, 200)),
)
def test_emoji_and_words_lie_inside_their_box(coloured, text, box):
    style = Style(locale="en", weight=700, max_px=70, min_px=8)
    block = typeset.fit(text, width=box[0], height=box[1], style=style, library=coloured)
    assert 0 <= block.x <= box[0] - block.width
    assert 0 <= block.y <= box[1] - block.height
    assert block.colour is None or block.colour.shape[:2] == block.coverage.shape
    if block.width:
        inked = block.coverage if block.colour is None else np.maximum(block.coverage, block.colour[..., 3])
        assert all(edge.any() for edge in (inked[0], inked[-1], inked[:, 0], inked[:, -1]))
