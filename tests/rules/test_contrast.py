import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import TextRole
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import contrast
from rules.subjectkit import LIMITS, composition, only, subject, text


def checked(**block):
    return list(contrast.check(subject(composition=composition(texts=(text(**block),))), LIMITS))


@pytest.mark.parametrize(
    ("role", "size_px", "ratio", "fails"),
    [
        (TextRole.CTA, 23.9, 4.5, False),
        (TextRole.CTA, 23.9, 4.49, True),
        (TextRole.CTA, 24.0, 3.0, False),
        (TextRole.CTA, 24.0, 2.99, True),
        (TextRole.MESSAGE, 18.66, 3.0, False),
        (TextRole.MESSAGE, 18.6, 4.49, True),
        (TextRole.DISCLAIMER, 20.0, 4.4, True),
    ],
)
def test_small_text_needs_more_contrast_than_large_or_bold_text(role, size_px, ratio, fails):
    assert bool(checked(role=role, size_px=size_px, contrast=ratio)) is fails


def test_the_finding_carries_the_number_and_never_rounds_it_up_to_a_pass():
    found = only(checked(role=TextRole.CTA, size_px=16.0, contrast=4.4987))
    assert (found.severity, found.value, found.threshold, found.unit) == (Severity.ERROR, 4.4987, 4.5, "ratio")
    assert "4.49 to 1, at least 4.5 to 1" in found.message


def test_words_that_were_left_out_have_no_contrast():
    assert checked(contrast=0.0, box=Box(x=0, y=0, width=0, height=0)) == []


@given(st.floats(1, 21), st.floats(1, 21), st.floats(5, 200))
def test_more_contrast_never_fails_where_less_passed(one, other, size_px):
    low, high = sorted((one, other))
    if not checked(contrast=low, size_px=size_px):
        assert not checked(contrast=high, size_px=size_px)
