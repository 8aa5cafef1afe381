from hypothesis import given
from hypothesis import strategies as st

from briefmill.rules.thresholds import Thresholds

NUMBERS = st.floats(0.1, 30)


@given(NUMBERS, NUMBERS)
def test_the_stricter_wish_wins(now, wish):
    assert Thresholds(contrast=now).tightened(contrast=wish).contrast == max(now, wish)
    assert Thresholds(max_upscale=now).tightened(max_upscale=wish).max_upscale == min(now, wish)
    assert Thresholds(palette_tolerance=now).tightened(palette_tolerance=wish).palette_tolerance == min(now, wish)


def test_no_wish_changes_nothing():
    assert Thresholds().tightened(contrast=None, max_upscale=None) == Thresholds()
