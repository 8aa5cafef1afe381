"""Nothing that is dropped may do more than be refused: random bytes, random trees, and good briefs gone bad."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.briefs import reader, schema, source
from briefmill.briefs.aliases import _TABLES
from briefmill.domain import codec
from briefmill.domain.brief import Reading
from briefmill.errors import BriefRefused

WILD = os.environ.get("BRIEFMILL_WILD_BRIEFS", "")
EXAMPLE = schema.example().encode()


def survived(data: bytes, name: str, catalogue) -> Reading | None:
    """Read it: a reading that can be stored, or a refusal with reasons; any other exception fails the test."""
    try:
        reading = reader.read(data, name=name, catalogue=catalogue)
    except BriefRefused as refused:
        reasons = refused.problems
    else:
        return sound(reading)
    assert reasons
    assert all(problem.code.startswith("brief.") and problem.message for problem in reasons)
    return None


def sound(reading: Reading) -> Reading:
    """A reading that can be stored, and that has words for every creative."""
    assert codec.loads(Reading, codec.dumps(reading)) == reading
    brief = reading.brief
    assert set(brief.copies) == set(brief.locales)
    for product in brief.products:
        for locale in brief.locales:
            assert brief.copy_for(product, locale).message
    return reading


@given(st.binary(max_size=300), st.sampled_from(["b.json", "b.yaml"]))
def test_random_bytes(catalogue, data, name):
    survived(data, name, catalogue)
    assert source.complete(data, name) in source.Completeness


@given(st.text(alphabet="{}[]:,-&*!|>'\"%@`#?\n\t ab1", max_size=120))
def test_random_punctuation(catalogue, text):
    survived(text.encode(), "b.yaml", catalogue)
    survived(text.encode(), "b.json", catalogue)


@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 60), st.binary(max_size=8))
def test_a_good_brief_with_a_wound(catalogue, at, length, wound):
    survived(EXAMPLE[:at] + wound + EXAMPLE[at + length :], "b.yaml", catalogue)


KEYS = sorted({key for table in _TABLES.values() for key in table})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["en", "de-DE", "Japan", "EMEA", "1:1", "#abc", "a.png", "../x", "夏", "es", "story"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=6))
def test_known_keys_with_values_of_every_kind(catalogue, fields):
    survived(json.dumps(fields).encode(), "b.json", catalogue)
    survived(json.dumps({"campaign": "A", "message": "B", "products": ["C"], **fields}).encode(), "b.yaml", catalogue)


@given(VALUES, st.sampled_from(["message", "products", "placements", "locales", "regions", "brand", "markets", "cta"]))
def test_every_field_takes_any_value_or_refuses_it(catalogue, value, field):
    written = {"campaign": "A", "message": "B", "products": ["C"], field: value}
    survived(json.dumps(written).encode(), "b.json", catalogue)


@pytest.mark.parametrize("field", ["locales", "regions", "platforms", "brand_colors"])
def test_a_flood_of_odd_values_is_told_in_a_hundred_lines(catalogue, field):
    flood = [f"#odd{number}" for number in range(3000)]
    written = {"campaign": "A", "message": "B", "products": ["C"], field: flood}
    reading = survived(json.dumps(written).encode(), "b.json", catalogue)
    assert reading is not None
    assert len(reading.notices) <= 101
    assert "2900 more" in reading.notices[-1].message


@pytest.mark.parametrize("field", ["locales", "regions", "placements", "channels", "palette", "language", "attributes"])
def test_a_flood_in_one_text_is_refused_at_its_length(catalogue, field):
    written = {"campaign": "A", "message": "B", "products": ["C"], field: "ab," * 100_000}
    if field == "attributes":
        written = {"campaign": "A", "message": "B", "products": [{"name": "C", field: written[field]}]}
    with pytest.raises(BriefRefused) as caught:
        reader.read(json.dumps(written).encode(), name="b.json", catalogue=catalogue)
    assert "brief.text.too_long" in [problem.code for problem in caught.value.problems]


def test_a_mapping_of_too_many_locales_is_refused(catalogue):
    written = {"campaign": "A", "message": {f"x{number}": "hi" for number in range(2000)}, "products": ["C"]}
    assert survived(json.dumps(written).encode(), "b.json", catalogue) is None


def test_yaml_lines_without_end_are_refused_before_they_are_scanned(catalogue):
    assert survived(b"a: " + b"!" * 1_000_000, "b.yaml", catalogue) is None


def test_half_surrogates_do_not_get_through(catalogue):
    reading = survived(b'{"campaign": "A\\ud800", "message": "B\\udfff!", "products": ["C"]}', "b.json", catalogue)
    assert reading is not None
    assert reading.brief.copies["en"].message == "B!"
    codec.dumps(reading).encode()


@pytest.mark.skipif(not WILD, reason="BRIEFMILL_WILD_BRIEFS names no folder of briefs")
def test_briefs_from_the_wild_read_or_are_refused_with_reasons(catalogue):
    files = [path for path in sorted(Path(WILD).rglob("*")) if path.suffix.lower() in {".json", ".yaml", ".yml"}]
    assert files
    for path in files:
        survived(path.read_bytes(), path.name, catalogue)
