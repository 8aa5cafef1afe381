"""Does it parse to its end? What the intake asks before it takes a file from a slow writer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs import source
from briefmill.briefs.source import Completeness

BRIEF = json.dumps(
    {"campaign": "Tést", "message": "Hi", "products": [{"name": "A"}, {"name": "B"}]}, ensure_ascii=False
)


def test_whole_briefs_are_complete():
    assert source.complete(BRIEF.encode(), "b.json") is Completeness.COMPLETE
    assert source.complete(b"campaign: x\nproducts: [a]\n", "b.yaml") is Completeness.COMPLETE


@given(st.integers(min_value=0, max_value=len(BRIEF.encode()) - 1))
def test_json_cut_anywhere_is_truncated(length):
    assert source.complete(BRIEF.encode()[:length], "b.json") is Completeness.TRUNCATED


@pytest.mark.parametrize(
    "text",
    ["campaign: x\nproducts: [a, b", 'campaign: "x', "campaign: x\nprod", "camp", "a: {b: c", "a: 'x\n  y"],
)
def test_yaml_cut_in_the_middle_of_a_value_is_truncated(text):
    assert source.complete(text.encode(), "b.yaml") is Completeness.TRUNCATED


def test_a_letter_cut_in_half_is_truncated():
    assert source.complete("campaign: é".encode()[:-1], "b.yaml") is Completeness.TRUNCATED


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"campaign: x\n" + b"\0" * 50])
def test_nothing_yet_and_room_kept_free_are_truncated(data):
    assert source.complete(data, "b.yaml") is Completeness.TRUNCATED


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'{"a": 1,, "b": 2}', "b.json"),
        (b"a: b: c\nd: e\n", "b.yaml"),
        (b"\x89PNG\r\n", "b.yaml"),
        (b"a: \xff\xfe x\n", "b.yaml"),
        (b'{"a": 1} and more', "b.json"),
    ],
)
def test_what_no_more_bytes_can_mend_is_broken(data, name):
    assert source.complete(data, name) is Completeness.BROKEN
