"""Small print that the law demands: what is set, in which language and size, and how it is checked."""

from dataclasses import replace

import pytest

from briefmill.domain.brief import Copy
from briefmill.domain.creative import TextRole
from briefmill.domain.placement import Overlay, Placement
from briefmill.domain.verdict import Box, Severity
from briefmill.imaging import layout
from briefmill.imaging.arrangement import PLAIN
from briefmill.rules import disclaimers, market, smallprint
from briefmill.rules.demand import Demand
from briefmill.rules.lawbook import Disclaimer
from rules.lawkit import COMMON, DAY, SQUARE, book, brief, shipped
from rules.subjectkit import LIMITS, composition, placement, subject, text

FRENCH = "L'abus d'alcool est dangereux pour la santé, à consommer avec modération."


def wanted(locale="fr-FR", *, vertical="alcohol", law=None, on=SQUARE, regions=(), **words):
    asked = brief("Calme", locale, vertical=vertical, regions=regions, **words)
    law = law or shipped()
    trades = market.verticals(asked, asked.products[0], law)
    where = market.of(asked, locale, on=DAY, verticals=trades)
    return list(disclaimers.demanded(law, where, asked.copies[locale], on))


def rule(**changes):
    told = {"id": "notice", "kind": "disclaimer", **COMMON, "texts": {"en": "Mind the cup."}, **changes}
    return Disclaimer.model_validate(told)


@pytest.mark.parametrize(
    ("locale", "vertical", "text"),
    [
        ("fr-FR", "alcohol", FRENCH),
        ("de-DE", "medicines", "Zu Risiken und Nebenwirkungen"),
        ("en-GB", "investment", "Capital at risk."),
        ("en-GB", "crypto", "prepared to lose all the money"),
        ("fr-FR", "credit", "Un crédit vous engage"),
    ],
)
def test_the_text_of_the_trade_and_place_is_set(locale, vertical, text):
    (demand,) = wanted(locale, vertical=vertical)
    assert text in demand.text
    assert demand.severity is Severity.ERROR


def test_it_goes_before_the_briefs_own_small_print_as_whole_sentences():
    copy = Copy(locale="fr-FR", message="Calme", disclaimer="Offre valable en magasin")
    dressed = smallprint.dressed(copy, wanted(), SQUARE)
    assert dressed.disclaimer == f"{FRENCH} Offre valable en magasin."
    assert (dressed.message, dressed.cta) == (copy.message, copy.cta)


def test_what_the_brief_says_itself_is_not_said_twice():
    own = "L’abus d’alcool est dangereux pour la santé."
    (demand,) = wanted(disclaimer=own)
    assert demand.said
    copy = Copy(locale="fr-FR", message="Calme", disclaimer=own)
    assert smallprint.dressed(copy, [demand], SQUARE) == copy


def test_no_trade_no_small_print():
    assert wanted(vertical="furniture") == []
    assert wanted(vertical="none") == []


def test_a_condition_on_the_copy_is_kept():
    asked = {"vertical": "supplements"}
    assert wanted("en-US", **asked) == []
    (demand,) = wanted("en-US", cta="Boosts your day", **asked)
    assert "Food and Drug Administration" in demand.text


def test_a_language_that_the_law_does_not_speak_is_a_finding_and_nothing_is_set():
    (demand,) = wanted("en-US", regions=("FR",))
    assert demand.text == ""
    spoken = subject(demands=(demand,))
    (finding,) = smallprint.check(spoken, LIMITS)
    assert finding.severity is Severity.ERROR
    assert "no words in the language of en" in finding.message
    assert "FR" in finding.message


def test_where_the_market_is_unknown_nothing_is_set_and_that_is_a_warning():
    (demand,) = (one for one in wanted("fr") if one.rule == "fr-alcohol-notice")
    assert (demand.text, demand.severity) == ("", Severity.WARNING)


def demand(**changes):
    told = {"rule": "notice", "title": "The notice", "law": "Law", "severity": Severity.ERROR, "text": "Mind the cup."}
    return Demand(**{**told, **changes})


def printed(**changes):
    return text(**{"role": TextRole.DISCLAIMER, "text": "Mind the cup. While stocks last.", "size_px": 12.0, **changes})


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (printed(), ""),
        (printed(text="Mind the\ncup."), ""),
        (printed(text="While stocks last."), "has no room"),
        (printed(clipped=True), "has no room"),
        (printed(box=Box(x=0, y=0, width=0, height=0)), "has no room"),
        (printed(size_px=9.0), "set at 9 px"),
        (printed(contrast=3.0), "contrast of 3.0"),
        (printed(contrast=4.0, size_px=24.0), ""),
        (printed(contrast=2.9, size_px=24.0), "contrast of 2.9"),
    ],
)
def test_a_finished_creative_is_held_to_words_size_and_contrast(block, told):
    shown = subject(composition=composition(texts=(text(), block)), demands=(demand(min_px=12.0),))
    findings = list(smallprint.check(shown, LIMITS))
    assert bool(findings) is bool(told)
    assert all(told in finding.message and finding.rule == "law.notice" for finding in findings)


def test_a_placement_that_takes_no_words_cannot_carry_them():
    bare = subject(placement=placement(overlay=Overlay.FORBIDDEN), demands=(demand(),))
    (finding,) = smallprint.check(bare, LIMITS)
    assert "takes no words in its picture" in finding.message
    copy = Copy(locale="en", message="Calm")
    assert smallprint.dressed(copy, [demand()], placement(overlay=Overlay.FORBIDDEN)) == copy


@pytest.mark.parametrize("size", [(1080, 1080), (1080, 1920), (1200, 628)])
def test_the_layout_gives_small_print_the_size_that_the_law_wants(size):
    canvas = Placement(id="x", width=size[0], height=size[1])
    law = book(rule(min_share=0.05, verticals=[]))
    (asked,) = wanted("en-US", law=law, vertical="", on=canvas)
    copy = smallprint.dressed(Copy(locale="en-US", message="Calm"), [asked], canvas)
    usual = layout.plan(PLAIN, canvas, replace(copy, small_print_px=0.0), None, "ltr")
    plan = layout.plan(PLAIN, canvas, copy, None, "ltr")
    assert plan.disclaimer is not None
    assert plan.disclaimer.min_px >= 0.05 * min(size) - 0.01
    assert plan.disclaimer.box.height >= plan.disclaimer.min_px
    assert plan.disclaimer.min_px > usual.disclaimer.min_px
