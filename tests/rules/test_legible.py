import pytest

from briefmill.domain.brief import Copy
from briefmill.domain.creative import TextRole
from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import legible
from rules.subjectkit import LIMITS, composition, only, placement, subject, text


def checked(*texts, copy=None, **changes):
    words = copy or Copy(locale="en", message="Begin gently")
    return list(legible.check(subject(composition=composition(texts=texts), copy=words, **changes), LIMITS))


def test_clipped_words_are_an_error_that_shows_them():
    found = only(checked(text(clipped=True, text="A long, long message" * 9)))
    assert found.severity is Severity.ERROR
    assert "“A long, long" in found.message
    assert "180 characters" in found.message
    assert len(found.message) < 200


@pytest.mark.parametrize(("size_px", "min_px", "least"), [(8.9, 5.0, 9.0), (20.0, 23.76, 23.76)])
def test_words_below_the_smallest_size_are_a_warning(size_px, min_px, least):
    found = only(checked(text(size_px=size_px, min_px=min_px)))
    assert (found.severity, found.value, found.threshold) == (Severity.WARNING, size_px, least)


def test_words_at_the_smallest_size_are_fine():
    assert checked(text(size_px=9.0, min_px=9.0)) == []
    assert checked(text(size_px=23.755, min_px=23.76)) == []


@pytest.mark.parametrize(
    ("copy", "severity"),
    [
        (Copy(locale="en", message="m", disclaimer="d"), Severity.ERROR),
        (Copy(locale="en", message="m", cta="c"), Severity.WARNING),
    ],
)
def test_words_that_are_not_there_are_found(copy, severity):
    assert only(checked(text(), copy=copy)).severity is severity


def test_a_creative_without_its_message_is_an_error():
    assert only(checked()).severity is Severity.ERROR


def test_a_placement_that_forbids_words_misses_none():
    assert checked(placement=placement(overlay=Overlay.FORBIDDEN)) == []


def test_blank_words_are_not_missed():
    assert checked(text(), copy=Copy(locale="en", message="m", cta=" ", disclaimer="")) == []


def test_a_block_that_was_left_out_whole_is_told_once():
    gone = text(role=TextRole.CTA, clipped=True, size_px=0.0, box=Box(x=0, y=0, width=0, height=0))
    found = only(checked(text(), gone, copy=Copy(locale="en", message="m", cta="Shop now")))
    assert "call to action" in found.message
