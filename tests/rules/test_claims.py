"""Claims: found where the law holds, on the day it holds, and spared where it does not."""

from dataclasses import replace
from datetime import date

import pytest

from briefmill.domain.brief import Copy, Product
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Severity
from briefmill.rules import claims
from briefmill.rules.brandfile import BrandFile
from rules.lawkit import DAY, book, brief, claim, found, shipped


@pytest.mark.parametrize(
    ("message", "locale", "rule", "severity"),
    [
        ("The eco-friendly cup", "en-IE", "eu-green-claims", Severity.ERROR),
        ("Der umweltfreundliche Becher", "de-DE", "eu-green-claims", Severity.ERROR),
        ("Un gobelet respectueux de l’environnement", "fr-FR", "eu-green-claims", Severity.ERROR),
        ("Der klimaneutrale Becher", "de-AT", "eu-climate-offsets", Severity.ERROR),
        ("A sustainable cup", "en-IE", "eu-green-words", Severity.WARNING),
        ("A biodegradable cup", "en-US", "us-green-claims", Severity.WARNING),
        ("The best in the world", "en-GB", "superlatives", Severity.WARNING),
        ("Our #1 cup", "en-US", "superlatives", Severity.WARNING),
        ("Free for all", "en-US", "free-offers", Severity.ADVICE),
        ("Jetzt 30 % Rabatt", "de-DE", "eu-price-reductions", Severity.WARNING),
        ("-20%", "it-IT", "eu-price-reductions", Severity.WARNING),
        ("最佳选择", "zh-CN", "cn-absolute-terms", Severity.ERROR),
        ("A miracle cure", "en-US", "cure-claims", Severity.WARNING),
        ("f.u.c.k. it", "en-US", "profanity", Severity.ERROR),
        ("Scheiße!", "de-DE", "profanity", Severity.ERROR),
        ("Damn good", "en-US", "mild-profanity", Severity.WARNING),
    ],
)
def test_a_claim_is_found_where_its_law_holds(message, locale, rule, severity):
    finding = found(message, locale)[rule]
    assert finding.severity is severity
    assert finding.locale == locale


@pytest.mark.parametrize(
    ("message", "locale"),
    [
        ("Carry the calm of summer", "en-US"),
        ("Sugar-free and gluten-free", "en-GB"),
        ("A dark green cup and green tea", "en-IE"),
        ("Scunthorpe United, a classic", "en-GB"),
        ("The eco-friendly cup", "ja-JP"),
        ("Nimm die Ruhe des Sommers mit", "de-DE"),
        ("夏の静けさを、持ち歩こう。", "ja-JP"),
        ("Slut på sommaren", "sv-SE"),
        ("Fart og ro", "da-DK"),
    ],
)
def test_what_no_law_of_the_place_forbids_is_left_alone(message, locale):
    assert found(message, locale) == {}


def test_a_rule_holds_from_its_first_day_to_its_last():
    before, after = date(2026, 9, 26), date(2026, 9, 27)
    assert "eu-green-claims" not in found("The eco-friendly cup", "de-DE", on=before)
    assert "eu-green-claims" in found("The eco-friendly cup", "de-DE", on=after)
    short = book(claim(words={"en": ["cup"]}, until="2026-11-23"))
    assert found("A cup", law=short, on=date(2026, 11, 22))
    assert not found("A cup", law=short, on=date(2026, 11, 23))


def test_a_finding_tells_the_words_the_law_what_to_do_and_a_better_wording():
    finding = found("Der umweltfreundliche Becher", "de-DE")["eu-green-claims"]
    assert "“umweltfreundliche”" in finding.message
    assert "Directive (EU) 2024/825" in finding.message
    assert "to be reviewed by counsel" in finding.message
    assert "Flasche aus 80 % recyceltem Aluminium" in finding.fix
    assert "https://eur-lex.europa.eu/eli/dir/2024/825/oj" in finding.fix
    assert (finding.value, finding.threshold, finding.unit) == (1, 0, "places")


def test_where_nobody_says_where_it_runs_an_error_is_a_warning_and_says_so():
    finding = found("The eco-friendly cup", "en")["eu-green-claims"]
    assert finding.severity is Severity.WARNING
    assert "nobody says where this campaign runs" in finding.message
    assert "regions: [US]" in finding.fix


def test_the_regions_of_the_brief_decide_and_not_only_the_locale():
    assert "eu-green-claims" in found("The eco-friendly cup", "en", regions=("EMEA",))
    assert "eu-green-claims" not in found("The eco-friendly cup", "en-US", regions=("US",))
    # Nobody else speaks to France, so these words do.
    assert "eu-green-claims" in found("The eco-friendly cup", "en-US", regions=("US", "FR"))


def test_a_country_with_a_locale_of_its_own_does_not_see_another_ones_words():
    words = {
        "en-US": Copy(locale="en-US", message="The eco-friendly cup"),
        "fr-FR": Copy(locale="fr-FR", message="Le calme"),
    }
    two = brief(locales=("en-US", "fr-FR"), copies=words, regions=("US", "FR"))
    assert {finding.rule for finding in claims.check(two, shipped(), DAY)} == {"law.us-green-claims"}


def test_borrowed_words_are_read_in_the_language_they_were_written_in():
    assert "eu-green-claims" in found("Der umweltfreundliche Becher", "fr-FR", written_for="de-DE")


def test_a_trade_is_known_by_the_vertical_or_the_category():
    for words in ({"vertical": "alcohol"}, {"category": "Red wine"}, {"vertical": "Spirits & liqueurs"}):
        assert "eu-alcohol-health" in found("The healthy choice", "en-IE", **words), words
    assert "eu-alcohol-health" not in found("The healthy choice", "en-IE", category="tea")


def test_a_name_that_sounds_like_a_trade_is_told_and_can_be_answered():
    finding = found("Begin gently", "en-GB", name="Harbour Gin")["vertical"]
    assert finding.severity is Severity.WARNING
    assert "“Gin”" in finding.message
    assert "vertical: alcohol" in finding.fix
    assert found("Begin gently", "en-GB", name="Harbour Gin", vertical="none") == {}


def test_a_brand_with_the_proof_gets_advice_instead():
    proven = BrandFile(proven={"eu-green-claims": "EU Ecolabel licence DE/020/012"})
    finding = found("The eco-friendly cup", "de-DE", brand_file=proven)["eu-green-claims"]
    assert finding.severity is Severity.ADVICE
    assert "DE/020/012" in finding.message


def test_call_to_action_and_disclaimer_are_read_too():
    assert "call to action" in found("Calm", "en-US", cta="Get it free")["free-offers"].message
    assert "disclaimer" in found("Calm", "en-US", disclaimer="Free of charge")["free-offers"].message


def test_words_that_several_products_share_are_told_once_and_own_words_with_their_product():
    cup, pot = Product(id="cup", name="Cup"), Product(id="pot", name="Pot")
    own = replace(pot, copies={"en-US": Copy(locale="en-US", message="Our #1 pot")})
    both = brief("A damn good cup", products=(cup, Product(id="tea", name="Tea"), own))
    told = [(finding.product, finding.rule) for finding in claims.check(both, shipped(), DAY)]
    assert sorted(told) == [("", "law.mild-profanity"), ("pot", "law.superlatives")]


def test_a_rule_for_a_network_asks_for_a_placement_of_it():
    law = book(claim(words={"en": ["cup"]}, networks=["TikTok"]))
    tiktok = Placement(id="t", width=720, height=1280, network="TikTok")
    assert found("A cup", law=law, placements=(tiktok,))
    assert not found("A cup", law=law)


def test_the_longest_of_overlapping_words_is_quoted_and_each_place_counted():
    law = book(claim(words={"en": ["cup", "cup of calm"]}))
    finding = found("A cup of calm, a CUP", law=law)["a-claim"]
    assert "“cup of calm”, “CUP”" in finding.message
    assert finding.value == 2
