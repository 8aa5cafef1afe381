import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import phrases


def parts(text, model, **more):
    edges = [0, *phrases.ends(text, model, **more), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(edges)]


def test_japanese_is_parted_into_phrases():
    assert parts("今年の夏は、快適に過ごそう。", "ja") == ["今年の", "夏は、", "快適に", "過ごそう。"]


@given(
    st.text("今年夏快適這個夏天感受丝绸般的清凉。、「」2 a", max_size=30), st.sampled_from(["ja", "zh-hans", "zh-hant"])
)
def test_more_certainty_leaves_fewer_ends_and_never_new_ones(text, model):
    loose, strict = (set(phrases.ends(text, model, margin=margin)) for margin in (0, 1500))
    assert strict <= loose
    assert all(0 < at < len(text) for at in loose)


@pytest.mark.parametrize(("text", "model", "torn"), [("感受丝绸般的清凉", "zh-hans", 3), ("น้ำผึ้งแท้", "th", 3)])
def test_a_margin_keeps_words_that_a_model_tears(text, model, torn):
    assert torn in set(phrases.ends(text, model))
    assert torn not in set(phrases.ends(text, model, margin=2000))


def test_a_text_without_letters_has_no_ends():
    assert list(phrases.ends("", "ja")) == []
