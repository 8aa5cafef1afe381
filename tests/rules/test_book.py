from dataclasses import replace

import pytest

from briefmill.domain.brief import Brand, Brief, Copy, Product
from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Severity
from briefmill.rules import book
from briefmill.rules.brandfile import BrandFile
from rules.subjectkit import LIMITS, PALETTE, composition, placement, said, subject, text


def test_a_good_creative_has_no_findings():
    assert book.check(subject(), LIMITS) == ()


def test_every_finding_says_of_which_creative_it_is():
    spoiled = subject(composition=composition(texts=(text(contrast=1.0, clipped=True, missing=("฿",)),), upscale=9.0))
    found = book.check(spoiled, LIMITS)
    assert {finding.rule for finding in found} == {"contrast", "legible", "glyphs", "upscale"}
    assert {(finding.product, finding.locale, finding.placement) for finding in found} == {("cup", "en", "400x400")}
    assert all(finding.fix for finding in found)


def test_what_makes_a_file_useless_is_told_before_advice():
    spoiled = subject(byte_size=200_000, composition=composition(texts=(text(contrast=1.0),), upscale=9.0))
    assert [finding.rule for finding in book.check(spoiled, LIMITS)] == ["size", "contrast", "upscale"]


def test_a_brand_file_tightens_the_thresholds():
    weak = subject(composition=composition(texts=(text(contrast=4.0),)))
    strict = BrandFile.model_validate({"thresholds": {"contrast_large": 5}})
    assert book.check(weak, LIMITS) == ()
    assert [finding.threshold for finding in book.check(weak, LIMITS, strict)] == [5.0]


def test_a_brand_file_cannot_loosen_the_thresholds():
    weak = subject(composition=composition(texts=(text(contrast=2.0),)))
    lax = BrandFile.model_validate({"thresholds": {"contrast": 1, "contrast_large": 1}})
    assert [finding.threshold for finding in book.check(weak, LIMITS, lax)] == [LIMITS.contrast_large]


def test_a_brand_files_words_are_added_to_the_briefs():
    both = said("cheap and guaranteed")
    both = replace(both, brand=Brand(palette=PALETTE, forbidden_words=("cheap",)))
    file = BrandFile.model_validate({"forbidden_words": {"all": ["guaranteed"], "de": ["und"]}})
    assert [finding.rule for finding in book.check(both, LIMITS, file)] == ["words", "words"]


def brief(**changes):
    return Brief(
        **{
            "campaign": "c",
            "title": "C",
            "products": (Product(id="cup", name="Cup"),),
            "locales": ("en",),
            "copies": {"en": Copy(locale="en", message="Hi")},
            "placements": (placement(), placement(id="story", overlay=Overlay.TEXT_ONLY)),
            **changes,
        }
    )


REQUIRED = Brand(logo_required=True)


@pytest.mark.parametrize(
    ("brand", "demand", "expected"),
    [
        (Brand(), None, []),
        (REQUIRED, None, [Severity.WARNING]),
        (Brand(), "warning", [Severity.WARNING]),
        (REQUIRED, "no", [Severity.WARNING]),
        (Brand(), "error", [Severity.ERROR]),
    ],
)
def test_a_required_logo_that_never_came_is_told_once_for_the_set(brand, demand, expected):
    file = BrandFile.model_validate({"logo": {"required": demand}}) if demand else None
    found = book.check_set(brief(brand=brand), file, logo_supplied=False)
    assert [finding.severity for finding in found] == expected
    assert book.check_set(brief(brand=brand), file, logo_supplied=True) == ()


def test_no_logo_is_required_where_no_placement_takes_one():
    bare = brief(brand=REQUIRED, placements=(placement(overlay=Overlay.FORBIDDEN),))
    assert book.check_set(bare, None, logo_supplied=False) == ()
