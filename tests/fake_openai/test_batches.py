"""Batches from upload to bill, a day in no time."""

import base64
import json

import openai
import pytest

URL = "/v1/images/generations"


def lines(count, url=URL, **more):
    body = {"model": "gpt-image-2.6-flare", "quality": "low", "size": "1024x1024", **more}
    return [
        {"custom_id": f"l{at}", "method": "POST", "url": url, "body": {**body, "prompt": f"cup {at}"}}
        for at in range(count)
    ]


def upload(one, rows, purpose="batch"):
    data = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return one.client.files.create(file=("in.jsonl", data.encode()), purpose=purpose).id


def create(one, rows, url=URL, **more):
    return one.client.batches.create(input_file_id=upload(one, rows), endpoint=url, completion_window="24h", **more).id


def rows_of(one, file):
    return [json.loads(line) for line in one.client.files.content(file).text.splitlines()]


def test_a_batch_is_done_line_by_line_and_costs_half(pair):
    one = pair("batches: {takes_s: 600}")
    direct = one.picture("cup 0").usage
    paid = one.book.cost_micros
    batch = create(one, lines(3), metadata={"campaign": "summer"})
    assert one.client.batches.retrieve(batch).status == "in_progress"
    one.clock.advance(250)
    half = one.client.batches.retrieve(batch)
    assert (half.status, half.request_counts.completed, half.output_file_id) == ("in_progress", 1, None)
    one.clock.advance(350)
    done = one.client.batches.retrieve(batch)
    assert (done.status, done.request_counts.completed, done.request_counts.failed) == ("completed", 3, 0)
    assert (done.metadata, done.model) == ({"campaign": "summer"}, "gpt-image-2.6-flare")
    assert done.completed_at == done.created_at + 600
    rows = rows_of(one, done.output_file_id)
    assert [row["custom_id"] for row in rows] == ["l0", "l1", "l2"]
    assert rows[0]["response"]["body"]["usage"]["output_tokens"] == direct.output_tokens
    assert base64.b64decode(rows[0]["response"]["body"]["data"][0]["b64_json"]).startswith(b"\x89PNG")
    assert done.error_file_id is None
    booked = [call for call in one.book.charged() if call.batch == batch]
    assert [call.at - done.created_at for call in booked] == [200, 400, 600]
    assert booked[0].cost_micros == -(-paid // 2)
    assert one.book.by_key()["l1"] == (booked[1],)


def test_lines_that_fail_are_in_the_error_file(pair):
    one = pair("flagged: {gun: [violence]}\nbatches: {takes_s: 0}")
    rows = lines(3)
    rows[0]["body"]["prompt"] = "a gun"
    rows[1]["body"]["size"] = "1x1"
    done = one.client.batches.retrieve(create(one, rows))
    assert (done.request_counts.completed, done.request_counts.failed) == (1, 2)
    first, second = rows_of(one, done.error_file_id)
    assert first["response"]["status_code"] == 400
    assert first["response"]["body"]["error"]["code"] == "moderation_blocked"
    assert second["response"]["body"]["error"]["param"] == "size"
    assert one.book.invalid == 1
    assert len(one.book.charged()) == 1


def test_an_expired_batch_keeps_what_was_done_and_tells_what_was_not(pair):
    one = pair("batches: {takes_s: 100000, window_s: 86400}")
    batch = create(one, lines(10))
    one.clock.advance(86_399)
    assert one.client.batches.retrieve(batch).status == "in_progress"
    one.clock.advance(1)
    done = one.client.batches.retrieve(batch)
    assert (done.status, done.expired_at) == ("expired", done.created_at + 86_400)
    assert len(rows_of(one, done.output_file_id)) == 8
    undone = rows_of(one, done.error_file_id)
    assert [(row["custom_id"], row["error"]["code"], row["response"]) for row in undone] == [
        ("l8", "batch_expired", None),
        ("l9", "batch_expired", None),
    ]
    assert len(one.book.charged()) == 8


def test_a_cancelled_batch_charges_what_was_done_by_then(pair):
    one = pair("batches: {takes_s: 400}")
    batch = create(one, lines(4))
    one.clock.advance(250)
    assert one.client.batches.cancel(batch).status == "cancelling"
    one.clock.advance(1000)
    done = one.client.batches.retrieve(batch)
    assert done.status == "cancelled"
    assert len(rows_of(one, done.output_file_id)) == len(one.book.charged()) == 2
    assert {row["error"]["code"] for row in rows_of(one, done.error_file_id)} == {"batch_cancelled"}
    with pytest.raises(openai.ConflictError):
        one.client.batches.cancel(batch)


def test_a_batch_that_nobody_looked_at_is_as_far_as_the_clock(pair):
    one = pair()
    batch = create(one, lines(2))
    one.clock.advance(10_000)
    (listed,) = one.client.batches.list()
    assert (listed.id, listed.status) == (batch, "completed")


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        (["{"], "invalid_json_line", 1),
        (["[]"], "invalid_json_line", 1),
        (['{"a": NaN}'], "invalid_json_line", 1),
        ([""], "empty_file", None),
        ([*lines(1), *lines(1)], "duplicate_custom_id", 2),
        (lines(1, url="/v1/responses"), "invalid_url", 1),
        ([{**lines(1)[0], "method": "GET"}], "invalid_method", 1),
        ([{**lines(1)[0], "body": 3}], "invalid_type", 1),
        ([{**lines(1)[0], "custom_id": 3}], "invalid_type", 1),
        ([{"custom_id": "a"}], "missing_required_parameter", 1),
        ([lines(2)[0], {**lines(2, model="gpt-image-2")[1]}], "mismatched_model", None),
    ],
)
def test_a_wrong_input_file_fails_the_batch_and_names_the_line(pair, rows, code, line):
    one = pair()
    batch = create(one, rows)
    failed = one.client.batches.retrieve(batch)
    assert failed.status == "failed"
    assert (failed.errors.data[0].code, failed.errors.data[0].line) == (code, line)
    assert failed.output_file_id is None
    assert one.book.charged() == ()


def test_only_a_file_for_batches_is_taken(pair):
    one = pair()
    other = upload(one, lines(1), purpose="user_data")
    with pytest.raises(openai.BadRequestError, match="purpose"):
        one.client.batches.create(input_file_id=other, endpoint=URL, completion_window="24h")
    with pytest.raises(openai.NotFoundError):
        one.client.batches.create(input_file_id="file-none", endpoint=URL, completion_window="24h")
    with pytest.raises(openai.NotFoundError):
        one.client.batches.retrieve("batch_none")


def test_outputs_expire_when_it_was_said_so(pair):
    one = pair("batches: {takes_s: 0}")
    batch = create(one, lines(1), output_expires_after={"anchor": "created_at", "seconds": 3600})
    done = one.client.batches.retrieve(batch)
    one.clock.advance(3599)
    assert rows_of(one, done.output_file_id)
    one.clock.advance(1)
    with pytest.raises(openai.NotFoundError):
        one.client.files.content(done.output_file_id)


def test_lines_meet_the_rules_of_the_work_but_not_those_of_the_wire_or_the_limits(pair):
    one = pair(
        "limits: {images: 1}\nbatches: {takes_s: 0}\nrules:\n"
        "  - {when: {route: images.generations}, do: {fault: cut, where: after, latency_s: 9}}\n"
        "  - {when: {route: images.generations, prompt: cup 1}, do: {fault: server_error}}\n"
    )
    started = one.clock.now()
    with pytest.raises(openai.APIConnectionError):
        one.picture()
    assert one.clock.now() == started + 9
    done = one.client.batches.retrieve(create(one, lines(3)))
    assert (done.request_counts.completed, done.request_counts.failed) == (2, 1)
    assert one.clock.now() == started + 9


def test_texts_and_moderations_go_in_batches_too(pair):
    one = pair("batches: {takes_s: 0}")
    for url, body in (
        ("/v1/responses", {"model": "gpt-6-luna", "input": "Translate to de: hello"}),
        ("/v1/chat/completions", {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "hi"}]}),
        ("/v1/moderations", {"model": "omni-moderation-latest", "input": "hi"}),
    ):
        batch = create(one, [{"custom_id": "a", "method": "POST", "url": url, "body": body}], url=url)
        assert one.client.batches.retrieve(batch).request_counts.completed == 1
    assert one.book.invalid == 0
