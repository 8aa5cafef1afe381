"""Pictures that go by pictures, and how they are rendered: against a fake OpenAI that checks what it is asked."""

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Reference
from briefmill.domain.rendering import Rendering
from briefmill.errors import Permanent, PictureRefused
from briefmill.fake_openai import FakeOpenAI, Scenario, TurnedClock
from briefmill.makers.openai import abilities, answers, edits, pictures, requests
from briefmill.makers.openai.account import Account
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.prices import Rate

RATE = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 6146, "low": 686, "high": 7024})
CURRENT = ("gpt-image-2.6-flare", "gpt-image-2.5-sunburst", "gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini")


def drawn(form="PNG", mode="RGB"):
    data = io.BytesIO()
    Image.new(mode, (96, 64), "teal").save(data, form)
    return data.getvalue()


PHOTO = Reference(ref=Ref(sha256="a" * 64, size=1, media_type="image/jpeg"), product=True)
STYLE = Reference(ref=Ref(sha256="b" * 64, size=1, media_type="image/png"))
SENT = {PHOTO.ref: (drawn("JPEG"), "image/jpeg"), STYLE.ref: (drawn(mode="RGBA"), "image/png")}


@pytest.fixture
def openai():
    # Two models that are still there on the day of the fake are about to be shut down: the clock is turned to before.
    with FakeOpenAI(Scenario(), clock=TurnedClock()) as fake:
        yield fake
    assert fake.book.invalid == 0, fake.book.refused()


def maker(fake, **account):
    told = Account(api_key=fake.key, base_url=fake.base_url, timeout_s=10.0, **account)
    return OpenAIMaker(told, RATE, key=lambda request: request.product, prepare=SENT.__getitem__)


def test_a_request_with_references_is_an_edit_of_them_and_costs_what_its_input_costs(openai, request_for):
    made = maker(openai).make(request_for(references=(PHOTO, STYLE)))
    (call,) = openai.book.calls("images.edits")
    assert not openai.book.calls("images.generations")
    assert made.cost_micros == call.cost_micros
    assert made.usage["input_tokens_details"]["image_tokens"] > 0
    assert Image.open(io.BytesIO(made.data)).size == (1536, 1024)


@pytest.mark.parametrize("model", CURRENT)
def test_each_model_takes_an_edit_and_a_generation_as_it_is_asked_for(openai, request_for, model):
    asked = maker(openai, model=model)
    asked.make(request_for(references=(PHOTO,)))
    asked.make(request_for())
    assert len(openai.book.charged()) == 2


def test_other_references_are_another_picture_and_the_same_ones_the_same(openai, request_for):
    asked = maker(openai)
    one, same, other = (
        asked.make(request_for(references=which)).data for which in ((PHOTO, STYLE), (PHOTO, STYLE), (STYLE,))
    )
    assert one == same != other


def test_the_input_s_fidelity_is_asked_for_where_the_model_knows_it_and_the_product_is_shown(request_for):
    def asked(model, *references):
        request = request_for(references=references)
        told = pictures.arguments(request, Account(api_key="k", model=model))
        return edits.arguments(request, told, [SENT[one.ref] for one in references]).get("input_fidelity")

    assert asked("gpt-image-1.5", PHOTO) == "high"
    assert asked("gpt-image-1-mini", PHOTO) == "low"
    assert asked("gpt-image-2.6-flare", PHOTO) is None
    assert asked("gpt-image-1.5", STYLE) is None


def test_more_pictures_or_larger_ones_than_the_api_takes_are_refused_in_words(request_for):
    shared = pictures.arguments(request_for(), Account(api_key="k"))
    with pytest.raises(PictureRefused, match="17 pictures"):
        edits.arguments(request_for(), shared, [SENT[PHOTO.ref]] * 17)
    with pytest.raises(PictureRefused, match="50 MB"):
        edits.arguments(request_for(), shared, [(b"\0" * edits.LARGEST, "image/png")])
    with pytest.raises(PictureRefused, match="image/gif"):
        edits.arguments(request_for(), shared, [(b"GIF89a", "image/gif")])


@pytest.mark.parametrize(("form", "media_type"), [("png", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp")])
def test_a_picture_comes_in_the_format_that_is_wished(openai, request_for, form, media_type):
    made = maker(openai, rendering=Rendering(format=form, compression=80 if form != "png" else None)).make(
        request_for()
    )
    assert made.media_type == media_type
    assert Image.open(io.BytesIO(made.data)).get_format_mimetype() == media_type


def test_what_a_brief_wishes_goes_before_the_settings_and_into_the_request(request_for):
    account = Account(api_key="k", quality="medium", rendering=Rendering(complexity="low", background="opaque"))
    wished = Rendering(quality="low", complexity="high", format="webp", compression=70, background="transparent")
    told = pictures.arguments(request_for(rendering=wished), account)
    assert (
        told
        | {
            "quality": "low",
            "complexity": "high",
            "output_format": "webp",
            "output_compression": 70,
            "background": "transparent",
        }
        == told
    )
    plain = pictures.arguments(request_for(), account)
    assert (plain["quality"], plain["complexity"], plain["background"]) == ("medium", "low", "opaque")
    assert "output_compression" not in plain


@pytest.mark.parametrize(
    ("settings", "brief", "sent"),
    [("auto", "", None), ("auto", "low", None), ("low", "", "low"), ("low", "auto", None), ("low", "low", "low")],
)
def test_a_brief_can_ask_for_stricter_moderation_never_for_a_laxer_one(request_for, settings, brief, sent):
    account = Account(api_key="k", rendering=Rendering(moderation=settings))
    assert pictures.arguments(request_for(rendering=Rendering(moderation=brief)), account).get("moderation") == sent


def test_a_wish_that_the_model_does_not_know_is_refused_before_anything_is_sent(openai, request_for):
    wished = request_for(rendering=Rendering(complexity="high"))
    with pytest.raises(PictureRefused, match="gpt-image-2 knows no complexity") as caught:
        maker(openai, model="gpt-image-2").make(wished)
    assert caught.value.code == "maker.rendering"
    assert "2.6" in caught.value.fix
    assert len(openai.book.calls("images.generations")) == 0


def test_a_second_account_makes_the_nearest_to_what_was_wished(openai, request_for):
    wished = request_for(rendering=Rendering(quality="max", complexity="high"))
    asked = maker(openai, model="gpt-image-2", strict=False)
    asked.make(wished)
    assert len(openai.book.charged()) == 1
    settled = pictures.wishes(wished, Account(api_key="k", model="gpt-image-2", strict=False))
    assert (settled.quality, settled.complexity) == ("high", "")


def test_a_request_that_the_sdk_s_types_do_not_know_is_our_mistake_and_never_sent():
    with pytest.raises(Permanent, match="complexity") as caught:
        requests.generation({"prompt": "a secret plan", "complexity": "vast"})
    assert "secret" not in str(caught.value)
    with pytest.raises(Permanent, match="colour"):
        requests.generation({"prompt": "x", "colour": "red"})
    with pytest.raises(Permanent, match="image"):
        requests.edit({"prompt": "x", "image": []} | {"image": "a path"})
    assert requests.edit({"prompt": "x", "image": [("a.png", b"x", "image/png")]})["prompt"] == "x"


def test_models_that_nobody_has_listed_are_believed_to_know_everything():
    assert list(abilities.complaints("flux-9", Rendering(quality="max", complexity="high"))) == []
    assert abilities.of("gpt-image-2.5-flare-2026-09-08") == abilities.of("gpt-image-2.5-flare")
    assert abilities.of("gpt-image-2-2026-04-21").qualities == abilities.of("gpt-image-1.5").qualities


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        (Rendering(background="transparent", format="jpeg"), "background"),
        (Rendering(compression=50, format="png"), "compression"),
        (Rendering(quality="hd"), "quality"),
    ],
)
def test_wishes_that_do_not_go_together_are_told_by_their_field(wishes, field):
    assert [one[0] for one in abilities.complaints("gpt-image-2.6-flare", wishes)] == [field]
    settled = abilities.settled("gpt-image-2.6-flare", wishes)
    assert list(abilities.complaints("gpt-image-2.6-flare", replace(settled, compression=None))) == []


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_was_cut_off_on_its_way_is_known_in_every_format(form):
    data = drawn(form)
    assert answers.media_type(data) == f"image/{form.lower()}"
    assert answers.media_type(data[:-20]) == ""
    assert answers.media_type(base64.b64encode(data)) == ""
