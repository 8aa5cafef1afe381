"""The book, under load and from another process."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai
import pytest

from briefmill.errors import ConfigError
from briefmill.fake_openai import Book, Call

SHAKY = """
seed: 3
rules:
  - {when: {share: 0.2}, do: {fault: server_error}}
  - {when: {share: 0.2}, do: {fault: cut, where: after}}
  - {when: {share: 0.1}, do: {fault: cut, where: before}}
"""


def test_sixteen_threads_find_every_call_in_the_book_once(pair, tmp_path):
    path = tmp_path / "book.jsonl"
    one = pair(SHAKY, book=Book(path))
    met = threading.Lock()
    seen = {"ok": 0, "server_error": 0, "dead": 0}

    def ask(number):
        try:
            one.client.moderations.create(input=f"text {number}", extra_headers={"Idempotency-Key": f"k{number}"})
            what = "ok"
        except openai.InternalServerError:
            what = "server_error"
        except openai.APIConnectionError:
            what = "dead"
        with met:
            seen[what] += 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(240)))
    calls = one.book.calls("moderations")
    assert [call.number for call in calls] == list(range(1, 241))
    outcomes = one.book.outcomes()
    assert outcomes["ok"] == seen["ok"]
    assert outcomes["server_error"] == seen["server_error"]
    assert outcomes["cut_after"] + outcomes["cut_before"] == seen["dead"]
    assert {len(found) for found in one.book.by_key().values()} == {1}
    assert len(one.book.by_key()) == 240
    assert Book.read(path).calls() == calls


def test_pictures_made_at_once_are_all_charged(pair):
    one = pair()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda at: one.picture(f"cup {at}", size="1024x640"), range(32)))
    told = sum(5 * answer.usage.input_tokens + 30 * answer.usage.output_tokens for answer in answers)
    assert one.book.cost_micros == told
    assert one.book.images == len(one.book.charged()) == 32


def test_a_repeat_with_the_same_key_is_charged_again_and_shows_under_its_key(pair):
    one = pair()
    for _ in range(2):
        one.picture(extra_headers={"Idempotency-Key": "same"})
    first, second = one.book.by_key()["same"]
    assert first.charged
    assert second.charged
    assert first.prompt == second.prompt != ""


def test_another_process_reads_the_book_while_it_is_written(tmp_path):
    path = tmp_path / "book.jsonl"
    book = Book(path)
    call = book.enter(Call(number=0, at=1.0, route="files", status=200, outcome="ok"))
    with path.open("a") as file:
        file.write('{"number": 2, "at"')
    assert Book.read(path).calls() == (call,)
    assert json.loads(path.read_text().splitlines()[0])["number"] == 1
    book.close()


def test_a_book_that_cannot_be_written_is_told_before_anything_runs(tmp_path):
    with pytest.raises(ConfigError, match="cannot be written"):
        Book(tmp_path / "none" / "book.jsonl")


def test_after_a_night_the_book_and_what_the_client_met_agree(pair, capfd):
    night = (Path(__file__).parents[2] / "config/demo/scenarios/night.yaml").read_text()
    one = pair(night)
    got = 0
    for number in range(150):
        try:
            answer = one.picture(f"cup {number}", size="1024x640", output_format="jpeg")
        except (openai.OpenAIError, ValueError):
            continue
        got += 1
        assert isinstance(answer, str) or answer.data is not None
    calls = one.book.calls()
    assert len(calls) == 150
    # Whatever arrived was charged; more was charged than arrived.
    assert got < len(one.book.charged()) < 150
    assert one.book.images == len(one.book.charged())
    assert {call.outcome for call in calls if not call.charged} >= {"server_error", "cut_before", "rate_limited"}
    assert one.book.invalid == 0
    assert capfd.readouterr().err == ""
