"""What the real API would not take is refused, and counted."""

import json
from typing import get_args

import httpx2
import openai
import pytest

from briefmill.fake_openai import catalogue

WRONG = {
    "no prompt": ({"prompt": None}, "prompt"),
    "an empty prompt": ({"prompt": "  "}, "prompt"),
    "a prompt beyond 32000 characters": ({"prompt": "x" * 32_001}, "prompt"),
    "no picture": ({"n": 0}, "n"),
    "eleven pictures": ({"n": 11}, "n"),
    "a number in words": ({"n": "two"}, "n"),
    "an unknown parameter": ({"extra_body": {"colour": "red"}}, "colour"),
    "an unknown quality": ({"quality": "ultra"}, "quality"),
    "a quality of another model": ({"quality": "max", "model": "gpt-image-2"}, "quality"),
    "a size that is no multiple of 16": ({"size": "1080x1080"}, "size"),
    "a size that is too long": ({"size": "3200x1024"}, "size"),
    "a size that is too small": ({"size": "512x512"}, "size"),
    "a size that is too large": ({"size": "3840x2176"}, "size"),
    "a size in words": ({"size": "large"}, "size"),
    "a free size of an old model": ({"size": "1088x1088", "model": "gpt-image-1.5"}, "size"),
    "transparency in JPEG": ({"background": "transparent", "output_format": "jpeg"}, "background"),
    "compression of PNG": ({"output_compression": 50}, "output_compression"),
    "compression beyond 100": ({"output_compression": 101, "output_format": "jpeg"}, "output_compression"),
    "frames without GIF": ({"frame_count": 4}, "frame_count"),
    "partial pictures without a stream": ({"partial_images": 1}, "partial_images"),
    "the old response format": ({"response_format": "b64_json"}, "response_format"),
    "complexity of an older model": ({"complexity": "high", "model": "gpt-image-2"}, "complexity"),
    "two drawings": ({"output_format": "svg", "n": 2}, "n"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_parameters_are_refused_by_name_and_counted(pair, name):
    more, param = WRONG[name]
    one = pair()
    with pytest.raises(openai.BadRequestError) as caught:
        one.picture(**more)
    assert caught.value.param == param
    assert one.book.invalid == 1
    assert one.book.refused()[0].detail == caught.value.body["message"]
    assert one.book.charged() == ()


def test_a_wrong_request_is_wrong_in_a_storm_too(pair):
    one = pair("rules: [{do: {fault: server_error}}]")
    with pytest.raises(openai.BadRequestError):
        one.picture(n=0)
    assert one.book.invalid == 1


def test_the_catalogue_knows_the_clients_picture_models_and_no_text_model_that_it_does_not():
    from openai.types.image_model import ImageModel
    from openai.types.shared.chat_model import ChatModel

    names = {
        kind: {model.name for model in catalogue.MODELS.values() if model.kind == kind} for kind in ("image", "text")
    }
    assert names["image"] == set(get_args(ImageModel))
    assert names["text"] <= set(get_args(ChatModel))


@pytest.mark.parametrize("size", ["auto", "3840x2160", "2160x3840", "1728x576", "896x752", "576x1152"])
def test_every_size_within_the_rules_is_made(pair, shown, size):
    one = pair()
    image = shown(one.picture(size=size, output_format="jpeg"))
    assert size == "auto" or size == f"{image.width}x{image.height}"
    assert one.book.invalid == 0


def test_a_message_names_the_choices_of_all_branches(pair):
    one = pair()
    with pytest.raises(openai.BadRequestError) as caught:
        one.client.chat.completions.create(model="gpt-6-luna", messages=[{"role": "usr", "content": "hi"}])
    assert caught.value.param == "messages[0].role"
    assert "'user'" in caught.value.body["message"]
    with pytest.raises(openai.BadRequestError) as caught:
        one.client.chat.completions.create(
            model="gpt-6-luna", messages=[{"role": "user", "content": "hi", "mood": "gay"}]
        )
    assert caught.value.param == "messages[0].mood"
    assert one.book.invalid == 2


def test_wrong_inputs_of_the_other_routes_are_counted(pair):
    one = pair()
    for ask in (
        lambda: one.client.moderations.create(input=5),
        lambda: one.client.moderations.create(input=[{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]),
        lambda: one.client.responses.create(model="gpt-6-luna", input="a", extra_body={"colour": 1}),
        lambda: one.client.files.create(file=("a", b"x"), purpose="nonsense"),
        lambda: one.client.batches.create(input_file_id="f", endpoint="/v1/images/generations", completion_window="1h"),
        lambda: one.client.files.list(limit=0),
    ):
        with pytest.raises(openai.BadRequestError):
            ask()
    assert one.book.invalid == 6


def test_wrong_pictures_of_an_edit_are_refused(pair, flat):
    one = pair()
    good = ("a.png", flat("red"))
    for wrong in (
        {"image": ("a.png", b"no picture")},
        {"image": ("a.png", flat("red")[:60])},
        {"image": ("a.gif", flat("red", form="GIF"))},
        {"image": [good] * 17},
        {"image": good, "mask": ("m.png", flat("red"))},
        {"image": good, "mask": ("m.png", flat((0, 0, 0, 0), size=(10, 10), mode="RGBA"))},
        {"image": good, "input_fidelity": "high"},
        {"image": good, "n": 0},
    ):
        with pytest.raises(openai.BadRequestError):
            one.client.images.edit(**{"prompt": "x", "model": "gpt-image-2.6-flare", **wrong})
    assert one.book.invalid == 8
    with pytest.raises(openai.NotFoundError):
        one.client.post(
            "/images/edits",
            body={"prompt": "x", "model": "gpt-image-2", "images": [{"file_id": "file-none"}]},
            cast_to=object,
        )


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"n": NaN}', b"", b"\xff\xfe", b"[" * 100_000, b'{"prompt": "\\ud800", "model": "gpt-image-2"}'],
)
def test_a_body_that_is_no_json_object_is_refused_not_a_crash(pair, body):
    one = pair()
    answer = httpx2.post(
        f"{one.fake.base_url}/images/generations",
        content=body,
        headers={"authorization": "Bearer sk-fake", "content-type": "application/json"},
        verify=False,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert one.book.invalid == 1


def test_a_body_in_chunks_is_read_and_a_form_without_end_is_refused(pair):
    one = pair()
    headers = {"authorization": "Bearer sk-fake", "content-type": "application/json"}
    told = json.dumps({"prompt": "a", "model": "gpt-image-2"}).encode()
    url = f"{one.fake.base_url}/images/generations"
    answer = httpx2.post(url, content=iter([told[:10], told[10:]]), headers=headers, verify=False)
    assert answer.status_code == 200
    for kind, body in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"--b\r\n\r\nx")):
        answer = httpx2.post(
            f"{one.fake.base_url}/images/edits", content=body, headers={**headers, "content-type": kind}, verify=False
        )
        assert answer.status_code == 400
    assert one.book.invalid == 2


def test_a_stream_of_text_is_refused_as_a_gap_of_the_fake_not_a_fault_of_the_client(pair):
    one = pair()
    with pytest.raises(openai.BadRequestError) as caught:
        one.client.responses.create(model="gpt-6-luna", input="a", stream=True)
    assert caught.value.code == "fake_cannot"
    assert one.book.invalid == 0
