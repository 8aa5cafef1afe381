"""Whose words stand where: locales, sources, translations, borrowed copy."""

import pytest

from briefmill.domain.brief import Brief


def messages(brief: Brief) -> dict[str, str]:
    assert set(brief.copies) == set(brief.locales)
    return {locale: brief.copies[locale].message for locale in brief.locales}


@pytest.mark.parametrize(
    "given",
    [
        {"message": {"en": "Hello", "es": "Hola"}},
        {"message": [{"locale": "en", "text": "Hello"}, {"language": "Spanish", "message": "Hola"}]},
        {"message": "Hello", "campaign_message_localized": {"es": "Hola"}, "language": "en"},
        {"message": "Hello", "campaign_message_es": "Hola", "language": "en"},
        {"message": "Hello", "localization": {"languages": ["en", "es"], "translations": {"es": "Hola"}}},
        {
            "message": None,
            "messaging": {"headline": "Hello", "translations": {"es": {"headline": "Hola"}}},
            "language": "en",
        },
        {"message": {"default": "Hello", "es": "Hola"}, "languages": "en, es"},
        {"message": "Hello", "translations": [{"lang": "es", "headline": "Hola"}], "output_locales": ["en", "es"]},
        {"message": "Hello", "locales": {"en": {}, "es": {"message": "Hola"}}},
        {"message": "Hello", "locales": ["en", {"code": "es", "message": "Hola"}]},
    ],
)
def test_translations_in_every_shape(fields, given):
    brief = fields(**given).brief
    assert messages(brief) == {"en": "Hello", "es": "Hola"}
    assert brief.source_locale == "en"
    assert not any(copy.borrowed for copy in brief.copies.values())


@pytest.mark.parametrize(
    ("region", "message", "locale"),
    [
        ("US", "Gear up for summer", "en-US"),
        ("Japan", "夏が来た！", "ja-JP"),
        ("Germany", "Bereit für den Sommer", "de-DE"),
        ("Germany", "Gear up for the summer", "en"),
        ("Israel", "קיץ חדש", "he-IL"),
        ("Switzerland", "Pour votre été", "fr-CH"),
        ("Europe", "Gear up for the summer", "en"),
        ("Latin America", "El sabor de tu casa", "es"),
        ("Saudi Arabia", "صيف جديد", "ar-SA"),
        (None, "Лето пришло", "ru"),
        (None, "Hello", "en"),
    ],
)
def test_the_locale_of_plain_words_is_told_by_region_and_script(fields, region, message, locale):
    brief = fields(region=region, message=message).brief
    assert brief.locales == (locale,)
    assert brief.source_locale == locale
    assert not brief.copies[locale].borrowed


def test_a_stated_language_stays_as_it_is(fields):
    assert fields(language="French", region="FR", message="Le goût").brief.locales == ("fr",)
    assert fields(language="English", region="Italy", message="Taste").brief.locales == ("en",)
    assert fields(locales=["en", "es", "fr"], region="US").brief.locales == ("en", "es", "fr")


def test_a_locale_without_words_borrows_the_sources_and_says_so(fields):
    reading = fields(message="Level up your morning", region="ja-JP", cta="Shop now")
    brief = reading.brief
    assert brief.locales == ("ja-JP",)
    copy = brief.copies["ja-JP"]
    assert (copy.message, copy.cta, copy.written_for, copy.borrowed) == (
        "Level up your morning",
        "Shop now",
        "en",
        True,
    )
    assert brief.source_locale == "en"
    (notice,) = reading.notices
    assert notice.code == "brief.message.borrowed"
    assert "ja-JP" in notice.message


def test_one_notice_tells_of_all_untranslated_locales(fields):
    reading = fields(target_languages=["en", "es", "fr"], message="Discover the taste")
    assert [copy.written_for for copy in reading.brief.copies.values()] == ["en", "en", "en"]
    (notice,) = reading.notices
    assert "es and fr" in notice.message


def test_words_in_a_languages_bare_tag_serve_its_countries(fields):
    reading = fields(message={"en": "Hello", "es": "Hola"}, locales=["en-GB", "es-MX"])
    assert messages(reading.brief) == {"en-GB": "Hello", "es-MX": "Hola"}
    assert not any(copy.borrowed for copy in reading.brief.copies.values())
    assert reading.notices == ()


def test_another_countrys_words_are_borrowed(fields):
    brief = fields(message={"pt-PT": "Olá", "en": "Hello"}, locales=["pt-BR"]).brief
    assert (brief.copies["pt-BR"].message, brief.copies["pt-BR"].written_for) == ("Olá", "pt-PT")


def test_keys_that_are_countries_are_read_as_such(fields):
    brief = fields(message={"US": "Color", "UK": "Colour", "JP": "色", "BR": "Cor"}).brief
    assert messages(brief) == {"en-US": "Color", "en-GB": "Colour", "ja-JP": "色", "pt-BR": "Cor"}
    assert fields(message=None, message_uk="Colour").brief.locales == ("en-GB",)


def test_markets_bring_their_locales_and_words(fields):
    brief = fields(
        message="Summer is here",
        target_markets=[
            {"region": "Mexico", "language": "es", "message": "Ya es verano", "cta": "Compra"},
            {"region": "Spain", "language": "Spanish", "message": "Llega el verano"},
            {"region": "US", "language": "en"},
        ],
    ).brief
    assert brief.regions == ("MX", "ES", "US")
    assert messages(brief) == {"es-MX": "Ya es verano", "es-ES": "Llega el verano", "en-US": "Summer is here"}
    assert brief.copies["es-MX"].cta == "Compra"


def test_a_market_may_speak_several_languages(fields):
    brief = fields(
        message={"en": "Hello", "fr": "Bonjour", "es": "Hola"},
        markets=[{"name": "Canada", "languages": ["en", "fr"]}, {"country": "Spain", "locales": "es"}],
    ).brief
    assert brief.regions == ("CA", "ES")
    assert messages(brief) == {"en-CA": "Hello", "fr-CA": "Bonjour", "es-ES": "Hola"}


def test_markets_may_be_keys(fields):
    brief = fields(
        message="Summer is here",
        markets={
            "US": "en",
            "Mexico": {"language": "Spanish", "message": "Ya es verano"},
            "JP": {"headline": "夏が来た"},
        },
    ).brief
    assert brief.regions == ("US", "MX", "JP")
    assert messages(brief) == {"en-US": "Summer is here", "es-MX": "Ya es verano", "ja-JP": "夏が来た"}


def test_cta_and_disclaimer_by_locale_or_for_all(fields):
    reading = fields(
        message={"en": "Hello", "de": "Hallo"},
        cta={"en": "Buy", "de": "Kaufen"},
        disclaimer="Terms apply",
        language="en",
    )
    english, german = reading.brief.copies["en"], reading.brief.copies["de"]
    assert (english.cta, english.disclaimer) == ("Buy", "Terms apply")
    assert (german.cta, german.disclaimer) == ("Kaufen", "Terms apply")
    assert [notice.code for notice in reading.notices] == ["brief.copy.borrowed"]


def test_a_bare_languages_small_print_serves_as_the_sources(fields):
    reading = fields(message="Summer is here", message_ja="夏が来た", region="US", disclaimer={"en": "Terms apply"})
    assert {copy.disclaimer for copy in reading.brief.copies.values()} == {"Terms apply"}


def test_a_call_to_action_of_another_market_is_not_borrowed(fields):
    brief = fields(message={"en": "Hello", "es": "Hola"}, cta={"es": "Comprar"}).brief
    assert (brief.copies["en"].cta, brief.copies["es"].cta) == ("", "Comprar")


def test_a_products_own_words_go_before_the_campaigns(fields):
    brief = fields(
        message={"en": "Hello", "de": "Hallo"},
        cta={"en": "Buy", "de": "Kaufen"},
        products=[
            {"name": "A", "headline": {"en": "Mine", "de": "Meins"}},
            {"name": "B"},
            {"name": "C", "message": "Only"},
        ],
        language="en",
    ).brief
    own, none, english = brief.products
    assert {locale: (copy.message, copy.cta) for locale, copy in own.copies.items()} == {
        "en": ("Mine", "Buy"),
        "de": ("Meins", "Kaufen"),
    }
    assert none.copies == {}
    assert brief.copy_for(none, "de").message == "Hallo"
    assert brief.copy_for(english, "en").message == "Only"
    assert brief.copy_for(english, "de").message == "Hallo"


def test_a_products_untranslated_words_are_told(fields):
    reading = fields(
        message=None, products=[{"name": "A", "message": "Mine"}, {"name": "B", "message": {"en": "x", "de": "y"}}]
    )
    own = reading.brief.products[0].copies["de"]
    assert (own.message, own.written_for) == ("Mine", "en")
    assert [(notice.code, notice.field) for notice in reading.notices] == [
        ("brief.message.borrowed", "products[0].message")
    ]


def test_products_may_have_all_the_words(fields):
    brief = fields(message=None, products=[{"name": "A", "tagline": "Soft"}, {"name": "B", "message": "Hard"}]).brief
    assert [brief.copy_for(product, brief.locales[0]).message for product in brief.products] == ["Soft", "Hard"]


def test_a_tagline_yields_to_the_campaigns_message(fields):
    reading = fields(products=[{"name": "A", "tagline": "Soft"}])
    assert reading.brief.products[0].copies == {}
    assert "products[].tagline" in reading.notices[0].message


def test_several_messages_use_the_first_and_say_so(fields):
    reading = fields(message=["One", "Two"])
    assert reading.brief.copies["en"].message == "One"
    assert [notice.code for notice in reading.notices] == ["brief.message.several"]


def test_an_unknown_language_is_left_out_and_told(fields):
    reading = fields(languages="English and Spansh")
    assert reading.brief.locales == ("en",)
    assert [(notice.code, notice.fix) for notice in reading.notices] == [
        ("brief.locale.unknown", "Did you mean Spanish?")
    ]


def test_norwegian_survives_yaml(read):
    assert read("campaign: A\nmessage: {no: Hei, en: Hi}\nproducts: [B]\nlocales: [no, en]\n").brief.locales == (
        "no",
        "en",
    )


def test_line_breaks_of_the_author_are_kept_in_messages(read):
    brief = read("campaign: A\nmessage: |\n  One\n\n  Two  \nproducts: [B]\n").brief
    assert brief.copies["en"].message == "One\nTwo"
