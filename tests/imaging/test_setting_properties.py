"""What holds for every text that a copywriter may leave, in every script and any box."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.imaging import fonts, typeset
from briefmill.imaging.typeset import Style
from imaging.copywriting import MESSAGES, SCRIPTS, written

BOXES = st.tuples(st.integers(60, 1900), st.integers(20, 800))
BOUNDS = st.tuples(st.integers(8, 24), st.integers(0, 130)).map(lambda pair: (pair[0], pair[0] + pair[1]))
quick = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def style(script, bounds, **more):
    given_style = {"locale": SCRIPTS[script][0], "weight": 700, "min_px": bounds[0], "max_px": bounds[1]} | more
    return Style(**given_style)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("script", SCRIPTS)
@quick
@given(data=st.data(), box=BOXES, bounds=BOUNDS, align=st.sampled_from(["left", "center", "right"]))
def test_any_text_is_set_whole_inside_its_box_or_said_to_be_clipped(library, script, data, box, bounds, align):
    text, (width, height) = data.draw(written(script)), box
    block = typeset.fit(text, width=width, height=height, style=style(script, bounds, align=align), library=library)
    assert block.missing == ()
    assert 0 <= block.x <= width - block.width
    assert 0 <= block.y <= height - block.height
    assert bounds[0] <= block.size <= bounds[1]
    assert all(lower.y > upper.y for upper, lower in itertools.pairwise(block.lines))
    shown = squeezed("".join(line.text for line in block.lines))
    assert squeezed(text).startswith(shown) if block.clipped else shown == squeezed(text)


@pytest.mark.parametrize("script", SCRIPTS)
@quick
@given(data=st.data(), box=BOXES, bounds=BOUNDS, weight=st.sampled_from([400, 700]))
def test_the_largest_size_is_known_without_drawing(library, script, data, box, bounds, weight):
    text, how = data.draw(written(script)), style(script, bounds, weight=weight)
    known = typeset.largest(text, width=box[0], height=box[1], style=how, library=library)
    size = typeset.fit(text, width=box[0], height=box[1], style=how, library=library).size
    assert 0.95 * known - 1 <= size <= known


@quick
@given(st.sampled_from(sorted(SCRIPTS)), st.data(), BOXES, BOUNDS)
def test_twice_the_box_never_makes_type_smaller_but_where_words_become_whole_again(library, script, data, box, bounds):
    text, how = data.draw(written(script)), style(script, bounds, weight=400)
    small = typeset.largest(text, width=box[0], height=box[1], style=how, library=library)
    block = typeset.fit(text, width=box[0], height=box[1], style=how, library=library)
    divided = any(run.text.endswith("-") for line in block.lines for run in line.runs) or block.clipped
    large = typeset.largest(text, width=box[0] * 2, height=box[1] * 2, style=how, library=library)
    assert large >= (0.62 * small if divided or script == "Thai" else small)


@quick
@given(st.sampled_from(sorted(SCRIPTS)), st.data(), BOXES)
def test_a_fresh_library_sets_the_same_ink(library, script, data, box):
    text, how = data.draw(written(script)), style(script, (10, 60))
    here, there = (
        typeset.fit(text, width=box[0], height=box[1], style=how, library=one)
        for one in (library, fonts.Library.build(system=False))
    )
    assert (here.x, here.y, here.size) == (there.x, there.y, there.size)
    assert np.array_equal(here.coverage, there.coverage)


def test_the_least_of_a_set_sets_all_its_locales_alike(library):
    def of(locale, **more):
        given_style = {"locale": locale, "weight": 700, "max_px": 90, "min_px": 10} | more
        return Style(**given_style)

    box = {"width": 500, "height": 120, "library": library}
    sizes = {locale: typeset.largest(text, style=of(locale), **box) for locale, text in MESSAGES.items()}
    assert len(set(sizes.values())) > 3
    least = min(sizes.values())
    set_alike = {typeset.fit(text, style=of(locale, max_px=least), **box).size for locale, text in MESSAGES.items()}
    assert max(set_alike) == least
    assert min(set_alike) >= 0.84 * least - 1


def test_a_long_german_word_is_hyphenated_before_it_makes_a_headline_tiny(library):
    word = "Hochgeschwindigkeitskühlung"
    block = typeset.fit(
        f"{word} für Sie",
        width=200,
        height=300,
        style=Style(locale="de", weight=700, max_px=60, min_px=10),
        library=library,
    )
    assert block.size > 20
    assert [line.runs[-1].text[-1] for line in block.lines].count("-") >= 1
    assert "".join(line.text for line in block.lines).startswith(word)


def test_an_english_headline_shrinks_rather_than_being_hyphenated(library):
    how = Style(locale="en", weight=700, max_px=60, min_px=10)
    block = typeset.fit("extraordinarily internationalised", width=160, height=300, style=how, library=library)
    assert not any(run.text.endswith("-") for line in block.lines for run in line.runs)
    forced = Style(locale="en", weight=700, max_px=60, min_px=40)
    block = typeset.fit("extraordinarily internationalised", width=260, height=600, style=forced, library=library)
    assert any(run.text.endswith("-") for line in block.lines for run in line.runs)


@given(st.integers(9, 40))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_small_type_is_spaced_evenly(library, size):
    """The gaps between the same letters are the same, to a pixel's rounding, wherever they stand."""
    how = Style(locale="en", weight=400, max_px=size, min_px=size)
    block = typeset.fit("l" * 20, width=1900, height=100, style=how, library=library)
    weights = block.coverage.astype(float).sum(axis=0)
    stem = weights.sum() / 20
    passed = np.searchsorted(np.cumsum(weights), (np.arange(20) + 0.5) * stem)
    assert np.ptp(np.diff(passed)) <= 1
