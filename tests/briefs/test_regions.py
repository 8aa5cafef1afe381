"""Places and languages in every wording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs import locales, regions, tags, tongues
from briefmill.briefs.territories import MEMBERS


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United States", "US"),
        ("the U.S.A.", "US"),
        ("MEX", "MX"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("日本", "JP"),
        ("Côte d'Ivoire", "CI"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Bosnia and Herzegovina", "BA"),
        ("Trinidad & Tobago", "TT"),
        ("South Korea", "KR"),
        ("Turkey", "TR"),
        ("no", "NO"),
        ("EMEA", "EMEA"),
        ("Asia Pacific", "APAC"),
        ("Asia-Pacific", "APAC"),
        ("Latin America", "LATAM"),
        ("North America", "NORTH_AMERICA"),
        ("NA", "NORTH_AMERICA"),
        ("Middle East", "MIDDLE_EAST"),
        ("UK&I", "UKI"),
        ("Worldwide", "GLOBAL"),
        ("DACH region", "DACH"),
        ("EU-wide", "EU"),
        ("Southeast Asia", "SEA"),
        ("Global - EU and APAC focus", "EU APAC"),
        ("US, Canada and Mexico", "US CA MX"),
        ("Germany/Austria", "DE AT"),
        ("North America (US, Canada)", "NORTH_AMERICA US CA"),
        ("primarily EU markets", "EU"),
    ],
)
def test_places_are_known_in_every_wording(text, codes):
    told = regions.resolve(text)
    assert told.codes == tuple(codes.split())
    assert told.unknown == ()


def test_a_region_written_as_a_locale_gives_both():
    assert regions.resolve("es-MX") == regions.Places(codes=("MX",), locales=("es-MX",))
    assert regions.resolve("en_US, ja-JP").locales == ("en-US", "ja-JP")


def test_words_that_are_no_place_are_reported():
    assert regions.resolve("Wakanda, US").unknown == ("Wakanda",)
    assert regions.resolve("Wakanda, US").codes == ("US",)


def test_small_words_of_a_phrase_are_no_countries():
    assert regions.resolve("people who live in it").codes == ()


def test_every_group_ends_in_countries():
    for code in MEMBERS:
        members = regions.countries(code)
        assert members
        assert all(len(member) == 2 for member in members)
    assert {"DE", "FR"} <= regions.countries("EMEA")
    assert regions.countries("JP") == {"JP"}


def test_languages_of_countries_and_groups():
    assert regions.languages("CH") == ("de", "fr", "it")
    assert regions.languages("US") == ("en",)
    assert {"de", "fr", "es"} <= set(regions.languages("EU"))
    assert regions.locale_of("JP") == "ja-JP"
    assert regions.locale_of("EMEA") == ""


@given(st.text(max_size=80))
def test_any_text_is_resolved_to_known_codes(text):
    told = regions.resolve(text)
    assert all(code in MEMBERS or code in tags.countries() for code in told.codes)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("pt_br", "pt-BR"),
        ("EN-us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("es-LATAM", "es-419"),
        ("en_UK", "en-GB"),
        ("en_US.UTF-8", "en-US"),
        ("iw", "he"),
        ("no", "no"),
        ("French", "fr"),
        ("Français", "fr"),
        ("deutsch", "de"),
        ("日本語", "ja"),
        ("Brazilian Portuguese", "pt-BR"),
        ("Portuguese (Brazil)", "pt-BR"),
        ("Chinese (Simplified)", "zh-Hans"),
        ("Spanish - Mexico", "es-MX"),
        ("Mandarin", "zh"),
        ("xx", ""),
        ("Klingonese", ""),
        ("", ""),
    ],
)
def test_languages_become_tags(text, tag):
    assert tags.tag(text) == tag


def test_a_misspelt_language_has_a_neighbour():
    assert tags.nearest("Spansh") == "Spanish"


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("campaign_message_es", ("campaignmessage", "es")),
        ("messageDE", ("message", "de")),
        ("headline_pt_br", ("headline", "pt-BR")),
        ("message_japanese", ("message", "ja")),
        ("french_message", ("message", "fr")),
        ("message_us", ("message", "en-US")),
        ("campaign_message_localized", ("campaignmessage", "")),
        ("disclaimer_text", None),
    ],
)
def test_locales_are_found_in_keys(key, parts):
    assert locales.in_key(key) == parts


@pytest.mark.parametrize(
    ("words", "spoken", "language"),
    [
        ("ヒーローが日本に来る！", ["ja"], "ja"),
        ("新年快乐", ["zh"], "zh"),
        ("여름이 왔어요", [], "ko"),
        ("احمل هدوء الصيف معك", ["ar"], "ar"),
        ("تابستان را با خود بیاورید", [], "fa"),
        ("קיץ חדש", [], "he"),
        ("ฤดูร้อน", [], "th"),
        ("गर्मी का मौसम", [], "hi"),
        ("Καλοκαίρι", [], "el"),
        ("Лето пришло", [], "ru"),
        ("Привіт усім", [], "uk"),
        ("Лято е", ["bg"], "bg"),
        ("Bereit für den Sommer", ["de"], "de"),
        ("Le goût de la vie", ["fr", "nl"], "fr"),
        ("Sabor auténtico", ["es"], "es"),
        ("Gear up for the perfect summer adventure", ["de"], "en"),
        ("Perform Better, Impact Less", ["de", "fr"], "en"),
    ],
)
def test_the_language_of_words_is_told(words, spoken, language):
    assert tongues.guess(words, spoken, default="en") == language


def test_scripts_fit_the_languages_that_use_them():
    assert tongues.fits("夏が来た", "ja-JP")
    assert not tongues.fits("夏が来た", "en")
    assert not tongues.fits("Summer", "ja-JP")
    assert tongues.fits("50 %", "ja-JP")
    assert tongues.fits("Leto", "sr")
