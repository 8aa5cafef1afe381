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


def test_a_file_without_the_room_that_its_record_needs_says_so():
    found = only(size.check(subject(byte_size=99_000, fits_cap=False), LIMITS))
    assert "no room for its record" in found.message
    assert "no room" not in only(size.check(subject(byte_size=100_001, fits_cap=False), LIMITS)).message


@pytest.mark.parametrize(
    ("extension", "quality", "advised"),
    [("jpg", 59, 1), ("jpeg", 40, 1), ("jpg", 60, 0), ("jpg", 88, 0), ("webp", 45, 0), ("avif", 45, 0), ("png", 0, 0)],
)
def test_a_jpeg_that_its_cap_has_made_poor_is_worth_a_look(extension, quality, advised):
    good = subject(byte_size=95_000)
    poor = replace(good, creative=replace(good.creative, extension=extension, quality=quality))
    found = list(size.check(poor, LIMITS))
    assert len(found) == advised
    assert all((one.severity, one.value, one.threshold) == (Severity.ADVICE, quality, size.POOR) for one in found)
    assert all(f"quality {quality}" in one.message for one in found)


@pytest.mark.parametrize("cap", [None, 100_000])
def test_a_jpeg_that_no_cap_has_made_poor_is_as_its_owner_wishes(cap):
    good = subject(placement=placement(max_bytes=cap), byte_size=40_000)
    assert not list(size.check(replace(good, creative=replace(good.creative, quality=30)), LIMITS))


def test_a_file_that_does_not_fit_is_told_once():
    good = subject(byte_size=120_000, fits_cap=False)
    found = only(size.check(replace(good, creative=replace(good.creative, quality=40)), LIMITS))
    assert found.severity is Severity.ERROR
