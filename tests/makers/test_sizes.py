"""Which pictures serve a set of placements: legal, few, large enough, and each placement served once."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefmill.domain.placement import Placement
from briefmill.makers.openai import abilities, sizes
from briefmill.makers.openai.sizes import Taste
from briefmill.makers.prices import Rate

FREE, FIXED = "gpt-image-2.6-flare", "gpt-image-1.5"
ROUNDED = 0.97  # multiples of 16 move a small picture's ratio by so much


def place(width, height):
    return Placement(id=f"{width}x{height}", width=width, height=height)


def places(*wanted):
    return [place(width, height) for width, height in wanted]


sides = st.integers(50, 3000)
any_places = st.lists(st.tuples(sides, sides), min_size=1, max_size=12, unique=True).map(lambda all_: places(*all_))
tastes = st.builds(
    Taste, long_edge=st.sampled_from([1024, 1536, 2048]), max_upscale=st.floats(1.0, 2.0), shown=st.floats(0.45, 0.9)
)


def crops(wanted):
    return [one for one in wanted if 1 / 3 <= one.ratio <= 3]


def kept(placement, frame):
    own = frame.width / frame.height
    return min(placement.ratio / own, own / placement.ratio)


def serving(wanted, frames):
    """Each placement with its frame."""
    if len(frames) == 1:
        return [(one, frames[0]) for one in wanted]
    return [(one, next(frame for frame in frames if one.id in frame.placements)) for one in wanted]


@given(any_places, tastes, st.sampled_from([FREE, FIXED]))
def test_every_placement_is_served_by_exactly_one_picture_of_a_legal_size(wanted, taste, model):
    frames = sizes.frames(wanted, model, taste)
    if len(frames) == 1:
        assert frames[0].placements == ()
    else:
        assert sorted(itertools.chain(*(frame.placements for frame in frames))) == sorted(one.id for one in wanted)
    for frame in frames:
        size = frame.width, frame.height
        if model == FIXED:
            assert size in abilities.of(FIXED).sizes
            continue
        assert frame.width % 16 == frame.height % 16 == 0
        assert 1 / 3 <= frame.width / frame.height <= 3
        assert sizes.LEAST_PIXELS <= frame.width * frame.height <= sizes.MOST_PIXELS
        assert max(size) <= sizes.LONGEST_SIDE


@given(any_places, tastes)
@example(places((50, 67), (60, 56)), Taste(long_edge=1024, max_upscale=1.0, shown=0.71875))
def test_every_placement_shows_as_much_of_its_picture_as_is_wished_and_no_frame_promises_more(wanted, taste):
    for placement, frame in serving(wanted, sizes.frames(wanted, FREE, taste)):
        if placement in crops(wanted):
            assert kept(placement, frame) >= taste.shown * ROUNDED
            assert frame.shown <= kept(placement, frame) + 0.001


@given(any_places, tastes)
def test_no_picture_is_enlarged_more_than_is_tolerated_where_the_api_can_help_it(wanted, taste):
    for placement, frame in serving(wanted, sizes.frames(wanted, FREE, taste)):
        if placement not in crops(wanted) or frame.width * frame.height > 0.9 * sizes.MOST_PIXELS:
            continue
        scale = max(placement.width / frame.width, placement.height / frame.height)
        assert max(frame.width, frame.height) > 3700 or scale <= taste.max_upscale * 1.04


@given(any_places, tastes)
def test_there_are_never_more_pictures_than_one_for_each_ratio(wanted, taste):
    count = len(sizes.frames(wanted, FREE, taste))
    assert count <= max(1, len({one.ratio for one in crops(wanted)}))


@given(st.lists(st.floats(0.34, 2.9), min_size=1, max_size=7), st.floats(0.5, 0.9))
def test_there_is_no_way_with_fewer_pictures(ratios, shown):
    wanted = [Placement(id=str(number), width=round(2000 * ratio), height=2000) for number, ratio in enumerate(ratios)]
    exact = sorted({one.ratio for one in wanted})
    count, first = 0, 0.0
    for ratio in exact:  # the textbook's greedy cut of points into intervals
        if not count or ratio / first > shown**-2 + 1e-9:
            count, first = count + 1, ratio
    assert len(sizes.frames(wanted, FREE, Taste(shown=shown))) <= count


@given(any_places, st.randoms())
def test_the_order_of_the_placements_changes_no_picture(wanted, random):
    shuffled = list(wanted)
    random.shuffle(shuffled)

    def pictures(some):
        return {(one.width, one.height, frozenset(one.placements)) for one in sizes.frames(some, FREE)}

    assert {one[:2] for one in pictures(wanted)} == {one[:2] for one in pictures(shuffled)}


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ([(1080, 1080)], [(1152, 1152)]),
        ([(1080, 1080), (1080, 1350), (1080, 1920)], [(1152, 1536)]),
        ([(1080, 1080), (1080, 1920), (1920, 1080)], [(864, 1536), (1536, 1152)]),
        ([(1080, 1080), (1080, 1350), (1200, 628), (1080, 1920)], [(1152, 1536), (1280, 672)]),
        ([(300, 250), (336, 280), (728, 90), (300, 600), (970, 250)], [(704, 944)]),
        ([(3840, 2160)], [(2576, 1456)]),
    ],
)
def test_known_sets_have_these_pictures(wanted, made):
    """The table of docs/pictures.md is made of these."""
    assert sorted((one.width, one.height) for one in sizes.frames(places(*wanted), FREE)) == made


def test_with_half_of_a_picture_shown_a_square_serves_what_lies_between_9_16_and_16_9():
    wanted = places((1080, 1080), (1080, 1920), (1920, 1080))
    (frame,) = sizes.frames(wanted, FREE, Taste(shown=0.56))
    assert (frame.width, frame.height) == (1536, 1536)


def test_strips_beyond_the_api_s_ratios_ask_for_no_picture_of_their_own():
    with_strips = sizes.frames(places((1080, 1080), (728, 90), (160, 600), (970, 250)), FREE)
    assert [(one.width, one.height) for one in with_strips] == [
        (one.width, one.height) for one in sizes.frames(places((1080, 1080)), FREE)
    ]
    (alone,) = sizes.frames(places((728, 90), (970, 90)), FREE)
    assert alone.width > alone.height
    (upright,) = sizes.frames(places((120, 600), (160, 600)), FREE)
    assert upright.height > upright.width


def test_a_set_that_grows_within_its_shapes_finds_the_picture_it_had():
    before = sizes.frames(places((1080, 1350), (1080, 1080), (1080, 1920)), FREE)
    after = sizes.frames(places((1080, 1350), (1080, 1080), (1080, 1920), (1000, 1500), (720, 1280)), FREE)
    assert [(one.width, one.height) for one in before] == [(one.width, one.height) for one in after]


def test_nothing_to_serve_is_a_mistake():
    with pytest.raises(ValueError, match="no placements"):
        sizes.frames([], FREE)


def test_a_price_file_that_does_not_list_the_dearest_qualities_errs_upwards():
    rate = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 1756, "high": 7024})
    high, finer, finest = (rate.estimate(one, prompt_tokens=0) for one in ("high", "xhigh", "max"))
    assert (finer, finest) == (2 * high, 4 * high)
