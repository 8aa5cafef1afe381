"""The canonical form is that of RFC 8785: sorted by UTF-16, numbers as in ECMAScript, the same for equal data."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.receipts import canonical

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
PLAIN = st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        # The table of RFC 8785, appendix B.
        ("0000000000000000", b"0"),
        ("8000000000000000", b"0"),
        ("0000000000000001", b"5e-324"),
        ("8000000000000001", b"-5e-324"),
        ("7fefffffffffffff", b"1.7976931348623157e+308"),
        ("4340000000000000", b"9007199254740992"),
        ("4430000000000000", b"295147905179352830000"),
        ("44b52d02c7e14af5", b"9.999999999999997e+22"),
        ("44b52d02c7e14af6", b"1e+23"),
        ("444b1ae4d6e2ef50", b"1e+21"),
        ("3eb0c6f7a0b5ed8d", b"0.000001"),
        ("3eb0c6f7a0b5ed8c", b"9.999999999999997e-7"),
        ("41b3de4355555553", b"333333333.3333332"),
        ("becbf647612f3696", b"-0.0000033333333333333333"),
    ],
)
def test_numbers_are_written_as_the_rfc_s_table_says(bits, written):
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical.form(value) == written


def test_keys_are_sorted_by_their_utf_16_units():
    data = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    assert list(json.loads(canonical.form(data)).values()) == [2, 4, 6, 7, 1, 5, 3]


@given(JSON)
def test_it_reads_back_as_the_same_and_has_one_form(data):
    form = canonical.form(data)
    assert canonical.form(json.loads(form)) == form
    # As other readers have it: every number is a binary64.
    assert json.loads(form, parse_int=float) == json.loads(json.dumps(data), parse_int=float)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53 + 1, 10**400, {1: 2}, {"a": b"bytes"}, {"a": {1, 2}}]
)
def test_what_has_no_form_is_refused(value):
    with pytest.raises(ValueError, match=r"\w"):
        canonical.form(value)


def test_a_file_name_that_is_no_unicode_is_escaped():
    assert canonical.form("a\udce4") == b'"a\\udce4"'
