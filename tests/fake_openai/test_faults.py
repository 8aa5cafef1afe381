"""Each fault, as the official client meets it and as the book has it."""

import threading

import httpx2
import openai
import pytest

from briefmill.fake_openai import FakeOpenAI, Scenario


def rule(do, when="{route: images.generations}", lasts=""):
    return f"rules:\n  - when: {when}\n    do: {do}\n{f'    lasts: {lasts}' if lasts else ''}\n"


@pytest.mark.parametrize(
    ("do", "kind", "status", "code", "outcome"),
    [
        ("{fault: rate_limited}", openai.RateLimitError, 429, "rate_limit_exceeded", "rate_limited"),
        ("{fault: insufficient_quota}", openai.RateLimitError, 429, "insufficient_quota", "insufficient_quota"),
        (
            "{fault: billing_hard_limit}",
            openai.BadRequestError,
            400,
            "billing_hard_limit_reached",
            "billing_hard_limit",
        ),
        ("{fault: invalid_key}", openai.AuthenticationError, 401, "invalid_api_key", "invalid_key"),
        ("{fault: unverified}", openai.PermissionDeniedError, 403, None, "unverified"),
        ("{fault: model_retired}", openai.BadRequestError, 400, "invalid_value", "model_retired"),
        ("{fault: moderation}", openai.BadRequestError, 400, "moderation_blocked", "moderation_input"),
        ("{fault: server_error}", openai.InternalServerError, 500, None, "server_error"),
        ("{fault: server_error, status: 503}", openai.InternalServerError, 503, None, "server_error"),
        ("{fault: long_error}", openai.BadRequestError, 400, "long_error", "long_error"),
        ("{fault: not_json, status: 502}", openai.InternalServerError, 502, None, "not_json"),
    ],
)
def test_a_refusal_has_the_recorded_body_and_costs_nothing(pair, do, kind, status, code, outcome):
    one = pair(rule(do))
    with pytest.raises(kind) as caught:
        one.picture()
    assert (caught.value.status_code, caught.value.code) == (status, code)
    (call,) = one.book.calls()
    assert (call.outcome, call.status, call.charged, call.cost_micros) == (outcome, status, False, 0)
    assert one.book.images == 0
    assert one.book.invalid == 0


def test_the_recorded_bodies_are_told_apart_by_code_and_param(pair):
    one = pair(rule("{fault: moderation, categories: [violence]}", "{prompt: knife}"))
    with pytest.raises(openai.BadRequestError) as blocked:
        one.picture("a KNIFE on a table")
    assert blocked.value.body["moderation_details"] == {"moderation_stage": "input", "categories": ["violence"]}
    assert blocked.value.request_id in blocked.value.message
    with pytest.raises(openai.BadRequestError) as gone:
        one.picture(model="dall-e-3")
    assert gone.value.body == {
        "message": "The model 'dall-e-3' does not exist.",
        "type": "image_generation_user_error",
        "param": "model",
        "code": "invalid_value",
    }
    with pytest.raises(openai.BadRequestError, match=r"Invalid size '123x456'. Supported sizes are") as size:
        one.picture(size="123x456")
    assert size.value.body["type"] == blocked.value.body["type"] == "image_generation_user_error"
    assert (size.value.param, size.value.code) == ("size", "invalid_value")


def test_a_block_at_the_output_is_charged_in_full(pair):
    one = pair(rule("{fault: moderation, stage: output}", "{route: images.generations, nth: 1}"))
    with pytest.raises(openai.BadRequestError) as caught:
        one.picture()
    assert caught.value.body["moderation_details"]["moderation_stage"] == "output"
    usage = one.picture().usage
    blocked, made = one.book.charged()
    assert blocked.cost_micros == made.cost_micros == usage.output_tokens * 30 + usage.input_tokens * 5
    assert one.book.images == 2


def test_a_flagged_word_in_a_prompt_is_blocked_before_the_work(pair):
    one = pair("flagged: {blood: [violence, violence/graphic]}")
    with pytest.raises(openai.BadRequestError) as caught:
        one.picture("Blood orange juice")
    assert caught.value.body["moderation_details"]["categories"] == ["violence", "violence/graphic"]
    assert one.book.charged() == ()


@pytest.mark.parametrize(("where", "charged"), [("before", 0), ("after", 1), ("middle", 1)])
def test_a_line_that_is_cut_is_a_connection_error_and_charged_when_the_work_was_done(pair, where, charged):
    one = pair(rule(f"{{fault: cut, where: {where}}}", "{route: images.generations, nth: 1}"))
    with pytest.raises((openai.APIConnectionError, httpx2.TransportError)):
        one.picture()
    (call,) = one.book.calls()
    assert call.outcome == f"cut_{where}"
    assert call.status == (200 if where == "middle" else 0)
    assert len(one.book.charged()) == one.book.images == charged
    assert one.picture().data


def test_a_picture_may_come_as_garbage_in_the_wrong_size_or_not_at_all(pair, shown):
    one = pair(
        "rules:\n"
        "  - {when: {nth: 1}, do: {fault: garbage_base64}}\n"
        "  - {when: {nth: 2}, do: {fault: wrong_size, width: 300, height: 200}}\n"
        "  - {when: {nth: 3}, do: {fault: no_data}}\n"
    )
    with pytest.raises(ValueError, match=r"[Bb]ase64|discouraged|[Nn]on-base64"):
        shown(one.picture())
    small = one.picture()
    assert shown(small).size == (300, 200)
    assert small.size == "1024x1024"
    assert one.picture().data == []
    assert len(one.book.charged()) == 3
    assert one.book.outcomes() == {"garbage_base64": 1, "wrong_size": 1, "no_data": 1}


@pytest.mark.parametrize(
    ("how", "odd"),
    [
        ("missing", lambda usage: usage is None),
        ("'null'", lambda usage: usage is None),
        ("strings", lambda usage: isinstance(usage.output_tokens, str)),
        ("negative", lambda usage: usage.output_tokens < 0),
        ("floats", lambda usage: isinstance(usage.output_tokens, float)),
    ],
)
def test_odd_usage_is_told_and_the_true_one_is_charged(pair, how, odd):
    one = pair(rule(f"{{fault: odd_usage, usage: {how}}}", "{nth: 1}"))
    assert odd(one.picture().usage)
    true = one.picture().usage
    first, second = one.book.charged()
    assert first.cost_micros == second.cost_micros == true.output_tokens * 30 + true.input_tokens * 5


def test_the_events_of_a_stream_meet_the_same_faults(pair):
    one = pair(
        "rules:\n"
        "  - {when: {nth: 1}, do: {fault: garbage_base64}}\n"
        "  - {when: {nth: 2}, do: {fault: no_data}}\n"
        "  - {when: {nth: 3}, do: {fault: odd_usage, usage: negative}}\n"
    )
    (garbage,), (empty,), (odd,) = (list(one.picture(stream=True)) for _ in range(3))
    assert garbage.b64_json.startswith("%%%")
    assert empty.b64_json == ""
    assert odd.usage.output_tokens < 0
    assert len(one.book.charged()) == 3


def test_a_page_of_a_proxy_is_charged_only_when_it_came_instead_of_the_answer(pair):
    one = pair(
        "rules:\n"
        "  - {when: {nth: 1}, do: {fault: not_json, status: 200, says: application/json}}\n"
        "  - {when: {nth: 2}, do: {fault: not_json, status: 200}}\n"
        "  - {when: {nth: 3}, do: {fault: not_json, status: 504}}\n"
    )
    with pytest.raises(ValueError, match="Expecting value"):
        one.picture()
    # The client hands on what does not even claim to be JSON.
    assert "Bad Gateway" in one.picture()
    with pytest.raises(openai.InternalServerError):
        one.picture()
    assert [(call.outcome, call.charged) for call in one.book.calls()] == [
        ("not_json", True),
        ("not_json", True),
        ("not_json", False),
    ]


def test_a_long_error_is_long_and_full_of_control_characters(pair):
    one = pair(rule("{fault: long_error, characters: 50000, status: 500}"))
    with pytest.raises(openai.InternalServerError) as caught:
        one.picture()
    words = caught.value.body["message"]
    assert len(words) == 50_000
    assert {"\x00", "\x1b", "\r", "\u202e"} <= set(words)


def test_an_answer_that_drips_arrives_whole(pair, shown):
    one = pair(rule("{fault: drip, pieces: 7, pause_s: 3}"))
    before = one.clock.now()
    assert shown(one.picture()).size == (1024, 1024)
    assert one.clock.now() - before == pytest.approx(21)


class HeldClock:
    """Whoever waits is held until the test lets go: an answer that never comes in time."""

    def __init__(self):
        self.let_go = threading.Event()

    def now(self):
        return 1_795_000_000.0

    def wait(self, seconds, stopped):
        assert seconds == 30
        self.let_go.wait(10)


def test_a_late_answer_is_a_timeout_for_the_client_and_a_charge_all_the_same(pair):
    clock = HeldClock()
    one = pair(rule("{latency_s: 30}"), clock=clock)
    try:
        with pytest.raises(openai.APITimeoutError):
            one.client.images.generate(prompt="a", model="gpt-image-2", timeout=0.1)
        assert [call.outcome for call in one.book.charged()] == ["ok"]
    finally:
        clock.let_go.set()


def test_latencies_of_several_rules_add_up(pair):
    one = pair("rules:\n  - {do: {latency_s: 2}}\n  - {when: {every: 2}, do: {latency_s: 5}}\n")
    start = one.clock.now()
    one.picture()
    assert one.clock.now() - start == pytest.approx(2)
    one.picture()
    assert one.clock.now() - start == pytest.approx(9)


def test_a_storm_lasts_for_so_many_calls(pair):
    one = pair(rule("{fault: rate_limited, retry_after_s: 7.5}", "{nth: 2}", "{calls: 3}"))
    outcomes = []
    for _ in range(6):
        try:
            one.picture()
            outcomes.append("ok")
        except openai.RateLimitError as error:
            headers = error.response.headers
            outcomes.append((headers["retry-after"], headers["retry-after-ms"]))
    assert outcomes == ["ok", ("8", "7500"), ("8", "7500"), ("8", "7500"), "ok", "ok"]


def test_a_storm_lasts_for_so_many_seconds(pair):
    one = pair(rule("{fault: insufficient_quota}", "{nth: 1}", "{seconds: 60}"))
    for _ in range(3):
        with pytest.raises(openai.RateLimitError):
            one.picture()
        one.clock.advance(15)
    one.clock.advance(15)
    assert one.picture().data


def test_the_sdks_own_retries_are_calls_like_any_other(pair):
    one = pair(rule("{fault: rate_limited, retry_after_s: 0.001}"))
    with pytest.raises(openai.RateLimitError):
        one.another(max_retries=2).images.generate(prompt="a", model="gpt-image-2")
    assert one.book.outcomes() == {"rate_limited": 3}


def test_rules_look_at_route_model_and_prompt(pair):
    one = pair(rule("{fault: server_error}", "{route: images.generations, model: gpt-image-2, prompt: 'Éclair'}"))
    assert one.picture("éclair").data
    assert one.picture("cake", model="gpt-image-2").data
    with pytest.raises(openai.InternalServerError):
        one.picture("an ÉCLAIR, please", model="gpt-image-2")


def test_other_routes_break_too(pair):
    one = pair("rules:\n  - {when: {route: [files, models]}, do: {fault: server_error, status: 503}}\n")
    with pytest.raises(openai.InternalServerError):
        one.client.models.list()
    with pytest.raises(openai.InternalServerError):
        one.client.files.list()
    assert one.client.batches.list().data == []


def test_a_fault_passes_over_the_routes_where_it_makes_no_sense(pair):
    one = pair(
        "rules:\n" + "".join(f"  - {{do: {{fault: {name}}}}}\n" for name in ("moderation", "no_data", "flagged"))
    )
    assert one.client.models.list().data
    assert one.client.responses.create(model="gpt-6-luna", input="a").output_text
    assert one.client.moderations.create(input="a").results[0].flagged
    with pytest.raises(openai.BadRequestError):
        one.picture()


@pytest.mark.parametrize("header", ["soon", "-1", "nan", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_may_be_as_odd_as_it_likes(pair, header):
    one = pair(rule(f"{{fault: rate_limited, header: '{header}'}}"))
    with pytest.raises(openai.RateLimitError) as caught:
        one.picture()
    assert caught.value.response.headers["retry-after"] == header
    assert "retry-after-ms" not in caught.value.response.headers


def test_the_book_tells_what_the_client_saw_of_a_free_route(pair):
    one = pair(
        "rules:\n"
        "  - {when: {nth: 1}, do: {fault: cut, where: after}}\n"
        "  - {when: {nth: 1}, do: {fault: not_json, status: 504}}\n"
        "  - {when: {nth: 2}, do: {fault: not_json, status: 504}}\n"
    )
    with pytest.raises(openai.APIConnectionError):
        one.client.models.list()
    with pytest.raises(openai.InternalServerError):
        one.client.models.list()
    assert [(call.status, call.outcome) for call in one.book.calls()] == [(0, "cut_after"), (504, "not_json")]


def outcomes_of(scenario, count=60):
    from briefmill.fake_openai.faults import Faults

    faults = Faults(scenario.rules, scenario.seed, lambda: 0.0)
    return [faults.after_reading("images.generations", "m", "p").do.fault for _ in range(count)]


def test_a_share_is_drawn_from_the_seed():
    text = "seed: {seed}\nrules: [{{when: {{share: 0.3}}, do: {{fault: server_error}}}}]"
    first = outcomes_of(Scenario.parse(text.format(seed=1)), 1000)
    assert first == outcomes_of(Scenario.parse(text.format(seed=1)), 1000)
    assert first != outcomes_of(Scenario.parse(text.format(seed=2)), 1000)
    assert 250 < first.count("server_error") < 350


def test_closing_ends_calls_that_wait_on_the_machines_clock():
    with FakeOpenAI(Scenario.parse(rule("{latency_s: 3600}"))) as fake:
        client = openai.OpenAI(api_key="sk-fake", base_url=fake.base_url, max_retries=0)
        caught = []

        def ask():
            try:
                client.images.generate(prompt="a", model="gpt-image-2")
            except openai.APIConnectionError as error:
                caught.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        while not fake.book.calls():
            threading.Event().wait(0.005)
        fake.close()
        asking.join(5)
        client.close()
    assert len(caught) == 1
