"""Each route through the official client."""

import base64

import openai
import pytest

AZURE = "azure: true"


@pytest.mark.parametrize(
    ("form", "kind", "size"),
    [("png", "PNG", "1088x1088"), ("jpeg", "JPEG", "1920x1088"), ("webp", "WEBP", "1008x1504"), ("gif", "GIF", None)],
)
def test_a_picture_has_the_size_and_format_asked_for(pair, shown, form, kind, size):
    one = pair()
    answer = one.picture(output_format=form, size=size)
    image = shown(answer)
    assert image.format == kind
    assert f"{image.width}x{image.height}" == answer.size == (size or "1024x1024")
    assert answer.output_format == form
    assert answer.quality == "low"
    assert answer.background == "opaque"
    assert one.book.invalid == 0


def test_a_gif_has_its_frames_and_an_svg_its_size(pair, shown):
    one = pair()
    image = shown(one.picture(output_format="gif", frame_count=3, frame_duration_ms=120))
    assert (image.n_frames, image.info["duration"]) == (3, 120)
    drawing = one.picture(output_format="svg", size="1024x1536")
    assert b'width="1024" height="1536"' in base64.b64decode(drawing.data[0].b64_json)
    assert drawing.svg_usage.total_tokens == drawing.svg_usage.input_tokens + drawing.svg_usage.output_tokens


def test_a_transparent_background_is_transparent_at_the_rim_only(pair, shown):
    image = shown(pair().picture(background="transparent"))
    assert image.mode == "RGBA"
    assert image.getpixel((2, 2))[3] == 0
    assert image.getpixel((512, 512))[3] == 255


def test_the_same_request_is_the_same_picture_and_another_one_is_not(pair):
    first, second = pair(), pair()
    answers = [first.picture(), second.picture(), first.picture("a mug"), first.picture(model="gpt-image-2")]
    pictures = [answer.data[0].b64_json for answer in answers]
    assert pictures[0] == pictures[1]
    assert len(set(pictures)) == 3
    assert answers[0].usage == answers[1].usage


def test_a_scenario_with_another_seed_draws_other_pictures(pair):
    assert pair("seed: 1").picture().data[0].b64_json != pair("seed: 2").picture().data[0].b64_json


def test_several_pictures_are_different_and_all_are_counted(pair):
    one = pair()
    answer = one.picture(n=3)
    assert len({picture.b64_json for picture in answer.data}) == 3
    assert one.book.images == 3
    assert answer.usage.output_tokens > 2.5 * one.picture().usage.output_tokens


def test_usage_adds_up_and_is_what_the_book_charges(pair):
    one = pair()
    usage = one.picture("x" * 400, quality="medium").usage
    assert usage.input_tokens == usage.input_tokens_details.text_tokens == 100
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert 0.94 * 6146 <= usage.output_tokens <= 1.06 * 6146
    assert one.book.cost_micros == 100 * 5 + usage.output_tokens * 30


def test_a_long_picture_of_half_as_many_pixels_again_costs_less_than_the_square(pair):
    one = pair()
    square, long = one.picture(quality="high"), one.picture(quality="high", size="1024x1536")
    assert long.usage.output_tokens < square.usage.output_tokens


def test_an_edit_shows_the_first_picture_that_was_sent(pair, shown, flat):
    one = pair()
    answer = one.client.images.edit(
        image=[("cup.png", flat("red")), ("style.jpg", flat("blue", form="JPEG"))],
        prompt="on a table",
        model="gpt-image-2.6-flare",
        size="1024x1024",
        n=2,
    )
    assert shown(answer).getpixel((512, 512)) == (255, 0, 0)
    assert shown(answer).getpixel((40, 40)) != (255, 0, 0)
    assert answer.usage.input_tokens_details.image_tokens == 2 * (85 + 170)
    assert one.book.images == 2
    assert one.book.invalid == 0


def test_an_edit_takes_one_picture_with_a_mask(pair, shown, flat):
    one = pair()
    mask = flat((0, 0, 0, 0), mode="RGBA")
    answer = one.client.images.edit(
        image=("cup.webp", flat("lime", form="WEBP")), mask=("m.png", mask), prompt="x", model="gpt-image-2"
    )
    red, green, blue = shown(answer).getpixel((512, 512))
    assert green > 240
    assert red + blue < 20
    assert one.book.invalid == 0


def test_an_edit_in_json_takes_data_urls_and_uploaded_files(pair, shown, flat):
    one = pair()
    file = one.client.files.create(file=("cup.png", flat("red")), purpose="vision")
    told = {"prompt": "x", "model": "gpt-image-2.6-flare", "images": [{"file_id": file.id}]}
    answer = one.client.post("/images/edits", body=told, cast_to=openai.types.ImagesResponse)
    assert shown(answer).getpixel((512, 512)) == (255, 0, 0)
    url = f"data:image/png;base64,{base64.b64encode(flat('blue')).decode()}"
    answer = one.client.post(
        "/images/edits", body={**told, "images": [{"image_url": url}]}, cast_to=openai.types.ImagesResponse
    )
    assert shown(answer).getpixel((512, 512)) == (0, 0, 255)


def test_a_stream_sends_partial_pictures_and_then_the_whole_one(pair):
    one = pair()
    events = list(one.picture(stream=True, partial_images=2))
    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert events[-1].usage.output_tokens == one.picture().usage.output_tokens + 200


def test_moderation_flags_the_words_of_the_scenario_and_nothing_else(pair):
    one = pair("flagged: {Blood: [violence, violence/graphic]}")
    answer = one.client.moderations.create(input=["a cup", "BLOOD orange"], model="omni-moderation-latest")
    calm, flagged = answer.results
    assert not calm.flagged
    assert flagged.categories.violence
    assert flagged.categories.violence_graphic
    assert not flagged.categories.hate
    assert flagged.category_scores.violence > 0.9 > 0.1 > flagged.category_scores.hate
    assert one.book.cost_micros == 0


def test_moderation_of_a_picture_scores_it_only_where_the_api_does(pair, flat):
    one = pair("rules: [{when: {route: moderations}, do: {fault: flagged, categories: [violence, hate]}}]")
    url = f"data:image/png;base64,{base64.b64encode(flat('red')).decode()}"
    result = one.client.moderations.create(input=[{"type": "image_url", "image_url": {"url": url}}]).results[0]
    assert result.category_applied_input_types.violence == ["image"]
    assert result.category_applied_input_types.hate == []
    assert (result.categories.violence, result.categories.hate) == (True, False)


def test_models_tell_when_they_die_and_dead_ones_are_gone(pair):
    one = pair("shutdown: {gpt-image-2: 2027-01-31}")
    assert one.client.models.retrieve("gpt-image-1.5").shutdown_date == "2026-12-01"
    assert one.client.models.retrieve("gpt-image-2").shutdown_date == "2027-01-31"
    names = {model.id for model in one.client.models.list()}
    assert "gpt-image-2.6-flare" in names
    assert "dall-e-3" not in names
    one.clock.advance(30 * 86_400)
    with pytest.raises(openai.NotFoundError) as caught:
        one.client.models.retrieve("gpt-image-1.5")
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as refused:
        one.picture(model="gpt-image-1.5")
    assert (refused.value.code, refused.value.param) == ("invalid_value", "model")


def test_files_are_kept_listed_read_and_deleted(pair):
    one = pair()
    files = one.client.files
    data = bytes(range(256)) * 3 + b"\r\n"
    first = files.create(file=("a.bin", data), purpose="user_data")
    second = files.create(file=("b.jsonl", b"{}"), purpose="batch")
    assert files.content(first.id).content == data
    assert (first.bytes, first.filename, first.expires_at) == (len(data), "a.bin", None)
    assert second.expires_at == second.created_at + 30 * 86_400
    assert [file.id for file in files.list()] == [second.id, first.id]
    assert [file.id for file in files.list(limit=1)] == [second.id, first.id]
    assert [file.id for file in files.list(purpose="batch")] == [second.id]
    assert files.delete(first.id).deleted
    with pytest.raises(openai.NotFoundError):
        files.retrieve(first.id)
    one.clock.advance(31 * 86_400)
    with pytest.raises(openai.NotFoundError):
        files.content(second.id)


def test_a_wrong_key_is_refused_and_no_key_of_ours_is_shown(pair):
    one = pair()
    stranger = one.another(api_key="sk-a-stranger-0123456789")
    with pytest.raises(openai.AuthenticationError) as caught:
        stranger.images.generate(prompt="a", model="gpt-image-2")
    assert caught.value.code == "invalid_api_key"
    assert "stranger" not in str(caught.value)
    with pytest.raises(openai.AuthenticationError):
        stranger.models.list()
    assert [call.outcome for call in one.book.calls()] == ["invalid_key", "invalid_key"]
    assert one.book.charged() == ()


@pytest.mark.parametrize("scenario", ["", AZURE])
def test_azures_header_is_taken_only_when_the_scenario_says_so(pair, scenario):
    one = pair(scenario)
    client = one.another(openai.AzureOpenAI, api_version="2026-10-01")
    if scenario:
        assert client.images.generate(prompt="a", model="gpt-image-2").data
    else:
        with pytest.raises(openai.AuthenticationError):
            client.images.generate(prompt="a", model="gpt-image-2")


def test_every_answer_has_a_request_id_and_the_state_of_the_limits(pair):
    one = pair()
    raw = one.client.images.with_raw_response.generate(
        prompt="a", model="gpt-image-2", extra_headers={"Idempotency-Key": "k1"}
    )
    assert raw.headers["x-request-id"] == one.book.calls()[0].request_id
    assert raw.headers["x-ratelimit-remaining-images"] == "10000"
    assert one.book.by_key()["k1"][0].charged


def test_an_unknown_address_is_told_as_such(pair):
    one = pair()
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        one.client.embeddings.create(input="a", model="text-embedding-3-small")


def test_many_calls_go_over_one_connection(pair):
    one = pair()
    for _ in range(5):
        one.client.models.list()
    assert len(one.fake._server._open) == 1
