from dataclasses import replace

import pytest

from briefmill.domain.verdict import Severity
from briefmill.rules import size
from rules.subjectkit import LIMITS, only, placement, speckled, subject


def test_a_drawing_of_another_size_is_an_error():
    found = only(size.check(subject(pixels=speckled(399, 400)), LIMITS))
    assert found.severity is Severity.ERROR
    assert "399 x 400" in found.message
    assert "400 x 400" in found.message


def test_a_file_of_another_size_is_an_error():
    good = subject()
    assert only(size.check(replace(good, creative=replace(good.creative, height=401)), LIMITS)).rule == "size"


@pytest.mark.parametrize(("byte_size", "fits", "fails"), [(100_000, True, 0), (100_001, True, 1), (90_000, False, 1)])
def test_the_byte_cap_is_the_last_allowed_size(byte_size, fits, fails):
    found = list(size.check(subject(byte_size=byte_size, fits_cap=fits), LIMITS))
    assert len(found) == fails
    assert all((item.value, item.threshold, item.unit) == (byte_size, 100_000, "bytes") for item in found)


def test_a_placement_without_a_cap_takes_any_size():
    assert not list(size.check(subject(byte_size=10**9, placement=placement(max_bytes=None)), LIMITS))
