"""The words for a picture maker: what is shown, what is not, and what must be known beside."""

from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.artefact import Ref
from briefmill.domain.brief import Brief, Copy, Direction, Product
from briefmill.domain.creative import Frame, Reference
from briefmill.makers import prompt

REF = Ref(sha256="a" * 64, size=1, media_type="image/png")
PHOTO, STYLE = Reference(ref=REF, product=True), Reference(ref=REF)
WHOLE = Frame(width=1024, height=1024)


def brief(**direction):
    return Brief(
        campaign="calm",
        title="Calm",
        products=(),
        locales=("en",),
        copies={"en": Copy(locale="en", message="hi")},
        placements=(),
        direction=Direction(**direction),
    )


CUP = Product(id="cup", name="Halden cup", category="cup", description="Hand-thrown, with a blue rim", prompt="the cup")


def test_an_empty_stage_has_the_surroundings_and_nothing_of_the_product_but_its_kind():
    words = prompt.stage(brief(setting="a quiet shore", mood="calm", avoid=("boats",)), CUP)
    assert "an empty stage, on which a cup will be placed later" in words
    assert "Setting: a quiet shore." in words
    assert "Avoid: boats." in words
    assert words.endswith("anywhere in the picture.")
    assert "blue rim" not in words
    assert "Halden" not in words


def test_a_picture_that_all_placements_show_whole_needs_no_directions():
    assert prompt.directions(WHOLE, ()) == ""


def test_what_all_placements_show_is_told_as_the_middle_of_the_picture():
    told = prompt.directions(Frame(width=1024, height=1024, shown=0.75), ())
    assert "within the middle 75% of its width and of its height" in told


def test_pictures_that_go_along_are_told_by_what_they_are_for():
    assert "The first picture sent along shows the product itself" in prompt.directions(WHOLE, (PHOTO,))
    both = prompt.directions(WHOLE, (PHOTO, STYLE))
    assert both.index("The first picture") < both.index("The other pictures sent along show the look")
    alone = prompt.directions(WHOLE, (STYLE,))
    assert alone.startswith("The pictures sent along show the look")
    assert "product itself" not in alone


@given(st.text(max_size=9000), st.text(max_size=9000))
def test_whatever_a_brief_says_our_rules_are_the_last_and_the_whole_is_bounded(setting, description):
    product = Product(id="cup", name="Cup", description=description)
    for words in (prompt.write(brief(setting=setting), product), prompt.stage(brief(setting=setting), product)):
        assert len(words) <= prompt.LONGEST
        assert "No text, letters, numbers, logos" in words[-400:]
