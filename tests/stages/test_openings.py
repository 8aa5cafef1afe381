"""What a brief leaves open, and how what was written is set into it."""

from dataclasses import replace

import pytest

from briefmill.domain.brief import Brand, Brief, Copy, Direction, Product, Reading
from briefmill.domain.copywriting import Task, Term, WrittenCopy
from briefmill.domain.placement import Placement
from briefmill.errors import Permanent, PictureRefused, Problem
from briefmill.settings import shipped_config
from briefmill.stages import layoutbook, openings, translate
from briefmill.stages.openings import Guide

EVERYTHING = Guide(write=frozenset(Task), layouts=layoutbook.read(shipped_config() / "layouts"))
CUP, BOTTLE = (Product(id=name, name=name.title()) for name in ("cup", "bottle"))
PICTURED = frozenset({"cup", "bottle"})
BORROWED = "brief.message.borrowed"


def own(locale, message="Begin gently", cta="Shop now", **more):
    return Copy(locale=locale, message=message, cta=cta, written_for=locale, **more)


def borrowed(locale, **more):
    return Copy(
        **{
            "locale": locale,
            "message": "Begin gently",
            "cta": "Shop now",
            "written_for": "en",
            "lent": ("cta",),
            **more,
        }
    )


def brief(*copies, products=(CUP,), **more):
    return Brief(
        campaign="calm",
        title="Calm",
        products=products,
        locales=tuple(copy.locale for copy in copies),
        copies={copy.locale: copy for copy in copies},
        placements=(Placement(id="p", width=300, height=250),),
        **more,
    )


def wanted(of, task, guide=EVERYTHING):
    return list(openings.wanted(of, task, guide, pictured=PICTURED))


class Writer:
    """Writes each text with the language in front; refuses and blunders as it is told."""

    name = "fake"

    def __init__(self, unfit=(), error=None):
        self.asked, self.unfit, self.error = [], unfit, error

    def write(self, request):
        self.asked.append(request)
        if self.error is not None and request.task not in {Task.MESSAGE, Task.CTA}:
            raise self.error
        if request.task in self.unfit:
            return WrittenCopy(texts={}, maker="fake", model="m", unfit=(f"{request.task} is bad.",))
        texts = {part: f"[{request.locale}] {request.texts.get(part, part)}" for part in request.parts}
        return WrittenCopy(texts=texts, maker="fake", model="m")


def run(of, writer=None, guide=EVERYTHING, pictured=PICTURED):
    return translate.run(of, writer or Writer(), guide, pictured=pictured)


def filled(of, written):
    return translate.applied(Reading(brief=of), written).brief


def test_nothing_is_asked_for_where_the_brief_says_everything():
    said = brief(own("en"), products=(replace(CUP, prompt="A cup", alt_texts={"en": "A cup"}),))
    assert [one for task in Task for one in wanted(said, task)] == []


def test_only_what_is_another_locale_s_is_translated():
    copies = (own("en"), own("fr", message="Doucement", cta="Shop now", lent=("cta",)), borrowed("de"), own("it"))
    found = {one.locale: dict(one.request.texts) for one in wanted(brief(*copies), Task.MESSAGE)}
    assert found == {"fr": {"cta": "Shop now"}, "de": {"message": "Begin gently", "cta": "Shop now"}}


def test_a_call_to_action_of_the_brief_is_not_translated_over():
    (one,) = wanted(brief(own("en"), borrowed("de", cta="Kaufen", lent=())), Task.MESSAGE)
    assert one.request.parts == ("message",)
    (written, *_) = run(brief(own("en"), borrowed("de", cta="Kaufen", lent=())), guide=Guide())
    copy = filled(brief(own("en"), borrowed("de", cta="Kaufen", lent=())), [written]).copies["de"]
    assert (copy.message, copy.cta, copy.written_parts) == ("[de] Begin gently", "Kaufen", ("message",))


def test_by_default_only_languages_are_written():
    bare = brief(own("en", cta=""), borrowed("de"))
    assert [one.request.task for task in Task for one in wanted(bare, task, Guide())] == [Task.MESSAGE]


def test_a_missing_button_is_written_in_the_language_of_its_message():
    (first, second) = wanted(brief(own("en", cta=""), borrowed("de", cta="", lent=())), Task.CTA)
    assert (first.locale, first.request.locale) == ("en", "en")
    assert (second.locale, second.request.locale) == ("de", "en")  # the words there are still English
    assert first.request.given["message"] == "Begin gently"
    assert first.request.limits["cta"] <= 24


def test_an_alt_text_tells_the_message_and_the_picture_as_they_were_written():
    writer = Writer()
    run(brief(own("en"), borrowed("de")), writer)
    alts = {one.locale: one.given for one in writer.asked if one.task is Task.ALT}
    assert alts["de"]["message"] == "[de] Begin gently"
    assert alts["de"]["picture"] == "[en] prompt"


def test_a_prompt_is_written_where_a_picture_is_made_and_does_not_hang_on_words():
    two = brief(own("en"), products=(CUP, BOTTLE), direction=Direction(setting="a quiet shore", avoid=("people",)))
    (one,) = openings.wanted(two, Task.PROMPT, EVERYTHING, pictured=frozenset({"cup"}))
    assert one.product == "cup"
    assert one.request.given["setting"] == "a quiet shore"
    other = replace(two, copies={"en": own("en", message="Something else")}, locales=("en",))
    (again,) = openings.wanted(other, Task.PROMPT, EVERYTHING, pictured=frozenset({"cup"}))
    assert again.request == one.request


def test_a_plan_asks_for_what_a_run_asks_for():
    of = brief(own("en", cta=""), borrowed("de"), products=(CUP, BOTTLE))
    writer = Writer()
    run(of, writer)
    plan = translate.planned(of, EVERYTHING, pictured=PICTURED)
    assert [(one.task, one.locale, one.product, one.parts) for one in plan] == [
        (one.task, one.locale, one.product, one.parts) for one in writer.asked
    ]


def test_what_was_written_stands_in_the_brief_and_is_marked():
    of = brief(own("en", cta=""), borrowed("de"))
    made = filled(of, run(of))
    assert made.copies["en"].cta == "[en] cta"
    assert made.copies["en"].message == "Begin gently"
    assert made.copies["en"].written_parts == ("cta",)
    assert made.copies["de"].written_by == "fake m"
    assert not made.copies["de"].borrowed
    assert made.products[0].alt_text(made.copies["de"]) == "[de] alt"
    assert made.products[0].prompt == "[en] prompt"


def test_what_could_not_be_written_leaves_the_brief_as_it_is():
    of = brief(own("en", cta=""), borrowed("de"))
    written = run(of, Writer(unfit=tuple(Task)))
    assert filled(of, written) == of
    assert [one.task for one in translate.unfit(written)] == [Task.MESSAGE, Task.CTA]
    assert "de: message is bad." in translate.missed(written)


def test_a_set_can_do_without_an_alt_text_and_a_prompt():
    of = brief(own("en"))
    written = run(of, Writer(error=Permanent("no such thing")))
    assert [one.copy.unfit for one in written] == [("no such thing",), ("no such thing",)]
    assert filled(of, written).products[0].alt_text(of.copies["en"]) == "Cup: Begin gently"


def test_what_a_safety_system_blocks_is_final():
    with pytest.raises(PictureRefused):
        run(brief(own("en")), Writer(error=PictureRefused("blocked")))


def test_notices_of_missing_words_end_with_the_last_of_them():
    of = brief(own("en"), borrowed("de"), borrowed("fr"))
    told = Reading(brief=of, notices=(Problem(code=BORROWED, message="no words"),))
    written = run(of, guide=Guide())
    assert translate.applied(told, written).notices == ()
    assert [one.code for one in translate.applied(told, written[:1]).notices] == [BORROWED]


def test_the_mark_tells_one_set_of_words_from_another():
    of = brief(own("en"), borrowed("de"))
    written = run(of)
    assert translate.mark(written) == translate.mark(run(of))
    assert translate.mark(written) != translate.mark(run(of, Writer(unfit=(Task.MESSAGE,))))
    assert translate.mark(()) == ""


@pytest.fixture
def brands(tmp_path):
    (tmp_path / "tide.yaml").write_text(
        "forbidden_words: {all: [cheap], de: [billig]}\n"
        "required_words: {de: [Tide®]}\n"
        "glossary: {all: [Tide Club], de: {calm: Ruhe}}\n"
    )
    return tmp_path


def test_a_brand_s_file_says_what_is_forbidden_and_required_and_how_terms_are_said(brands):
    brand = Brand(
        name="Tide", forbidden_words=("miracle",), glossary=(Term(source="calm", target="Stille", locale="de"),)
    )
    of = brief(own("en"), borrowed("de"), borrowed("fr"), brand=brand)
    german, french = (one.request for one in wanted(of, Task.MESSAGE, replace(EVERYTHING, brands=brands)))
    assert german.forbidden == ("miracle", "cheap", "billig")
    assert german.required == ("Tide®",)
    # A brief adds terms; it does not change the brand's.
    assert {term.source: term.said for term in german.glossary} == {"calm": "Ruhe", "Tide Club": "Tide Club"}
    assert (french.forbidden, french.required) == (("miracle", "cheap"), ())
    assert [term.source for term in french.glossary] == ["Tide Club"]


def test_what_the_brief_itself_says_already_is_not_required_again(brands):
    of = brief(own("en"), borrowed("de", disclaimer="Tide® ist eine Marke.", lent=("cta",)), brand=Brand(name="Tide"))
    (one,) = wanted(of, Task.MESSAGE, replace(EVERYTHING, brands=brands))
    assert one.request.required == ()
