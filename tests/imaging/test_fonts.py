import io
import pickle

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from briefmill.errors import AssetRefused
from briefmill.imaging import fontfiles, fonts
from imaging.copywriting import MESSAGES


def make_font(characters, weight=400):
    """A real little font: the same square for every character."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"u{ord(char):04X}" for char in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): f"u{ord(char):04X}" for char in characters})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2(usWeightClass=weight)
    builder.setupPost()
    data = io.BytesIO()
    builder.save(data)
    return data.getvalue()


def families(library, text, locale):
    return {library.face_for(char, locale, 400).file.family for char in text}


@pytest.mark.parametrize("locale", MESSAGES)
def test_every_shipped_script_has_a_font(library, locale):
    assert library.missing(MESSAGES[locale], locale) == ()


def test_han_characters_are_drawn_in_the_manner_of_the_locale(library):
    assert families(library, "直", "ja-JP") == {"NotoSansJP"}
    assert families(library, "直", "zh-Hans") == families(library, "直", "zh-CN") == {"NotoSansSC"}
    assert families(library, "直", "zh-Hant-HK") == families(library, "直", "zh_TW") == {"NotoSansTC"}
    assert families(library, "直", "ko") == {"NotoSansKR"}


def test_latin_greek_and_cyrillic_share_one_family(library):
    assert families(library, "aωж7€", "ja") == {"Inter"}


def test_an_emoji_without_a_font_is_missing_once_and_whole(library):
    family = "👨\u200d👩\u200d👧"
    assert library.missing(f"Hi {family} {family} 🎉!", "en") == (family, "🎉")


def test_joiners_and_direction_marks_are_never_missing(library):
    assert library.missing("نمی\u200cخواهم \u2067x\u2069\ufeff\u00ad", "fa") == ()


def test_english_never_opens_the_fonts_of_east_asia():
    library = fonts.Library.build(system=False)
    library.missing("Summer – 50 % off “today”, ½ price → now", "en")
    opened = {file.family for file in library._facts}
    assert opened
    assert not any(name.endswith(("JP", "SC", "TC", "KR")) for name in opened)


def test_a_brand_font_goes_first_where_it_has_the_character():
    library = fonts.Library.build([("brand/squares.ttf", make_font("abc"))], system=False)
    assert families(library, "abc", "en") == {"brand/squares.ttf"}
    assert families(library, "d", "en") == {"Inter"}


def test_of_several_brand_fonts_the_nearest_weight_is_taken():
    bold, regular = ("bold.ttf", make_font("a", weight=700)), ("regular.ttf", make_font("a", weight=400))
    library = fonts.Library.build([bold, regular], system=False)
    assert library.face_for("a", "en", 400).file.family == "regular.ttf"
    assert library.face_for("a", "en", 600).file.family == "bold.ttf"


def test_a_named_family_of_the_packages_goes_before_the_usual_one():
    library = fonts.Library.build(system=False, family="Source Serif 4")
    assert families(library, "abc", "en") == {"SourceSerif4"}
    assert families(library, "直", "ja") == {"NotoSansJP"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "asset.font.broken"),
        (b"GIF89a not a font at all", "asset.font.broken"),
        (b"\0\1\0\0" + b"\xff" * 400, "asset.font.broken"),
        (make_font("abc")[:-120], "asset.font.broken"),
        (make_font(""), "asset.font.broken"),
        (b"wOF2" + b"\0" * 60, "asset.font.woff2"),
        (bytes(fontfiles.MAX_FONT_BYTES + 1), "asset.font.large"),
    ],
)
def test_what_is_no_usable_font_is_refused_by_name(data, code):
    with pytest.raises(AssetRefused) as refusal:
        fonts.Library.build([("fonts/brand.ttf", data)], system=False)
    assert refusal.value.problem.code == code
    assert "fonts/brand.ttf" in str(refusal.value)


def test_a_library_travels_to_another_process():
    library = fonts.Library.build([("squares.ttf", make_font("abc"))], system=False)
    library.font(library.face_for("d", "en", 700), 40)
    again = pickle.loads(pickle.dumps(library))
    assert again.face_for("a", "en", 400) == library.face_for("a", "en", 400)
    assert again.missing("abc 🎉", "en") == ("🎉",)


def test_weights_of_a_variable_font_differ(library):
    light, bold = (library.font(library.face_for("a", "en", weight), 60).getlength("Summer") for weight in (300, 800))
    assert bold > light


def test_system_fonts_are_asked_last(monkeypatch, tmp_path):
    path = tmp_path / "Georgian.ttf"
    path.write_bytes(make_font("აa"))
    file = fontfiles.FontFile(family="TestSans", path=str(path))
    system = (fontfiles.SystemFont(file=file, ranges=((0x61, 0x61), (0x10D0, 0x10D0))),)
    monkeypatch.setattr(fontfiles, "installed", lambda: system)
    library = fonts.Library.build()
    assert families(library, "ა", "ka") == {"TestSans"}
    assert families(library, "a", "ka") == {"Inter"}
    assert library.missing("აბ", "ka") == ("ბ",)


def test_the_listing_of_fontconfig_is_read_and_sorted(monkeypatch, tmp_path):
    command = tmp_path / "fc-list"
    rows = ("/f/Old.pfb 0 Old 41", "/f/ASerif.ttf 0 ASerif 41-5a", "/f/B.ttf 65536 BSans 61-7a", "broken")
    printed = "\\n".join(row.replace(" ", "\\t") for row in rows)
    command.write_text(f"#!/bin/sh\nprintf '{printed}'\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    found = fontfiles.installed()
    assert [font.file.family for font in found] == ["BSans", "ASerif"]
    assert [found[0].has(ord(char)) for char in "`amz{"] == [False, True, True, True, False]


def test_without_fontconfig_there_are_no_system_fonts(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fontfiles.installed() == ()


def test_colour_fonts_are_listed_apart(monkeypatch, tmp_path):
    command = tmp_path / "fc-list"
    command.write_text(
        "#!/bin/sh\n"
        'case "$3" in *color=True*) printf "/f/E.ttf\\t0\\tNoto Color Emoji\\t1f389\\n" ;;'
        ' *) printf "/f/A.ttf\\t0\\tA Sans\\t41\\n" ;; esac\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert [font.file.family for font in fontfiles.installed()] == ["ASans"]
    assert [font.file.family for font in fontfiles.coloured()] == ["NotoColorEmoji"]


def test_the_families_of_a_text_are_told_most_used_first(library):
    assert library.families("夏のセール 20 % €", "ja-JP") == ("NotoSansJP", "Inter")
    assert library.families("Hello", "en") == ("Inter",)
    assert library.families("🎉", "en") == ()


def test_only_inter_has_cuts_of_its_own_for_small_type(library):
    assert library.optical(library.face_for("a", "en", 400))
    assert not library.optical(library.face_for("ก", "th", 400))
