"""Solids and rays: distances can be walked by, normals look outward, shadows fall away from the light."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from briefmill.imaging import scene_light, scene_profile, scene_solid, scene_trace
from briefmill.imaging.scene_solid import Ball, Blown, Material, Part, Pushed, Turned

CHALK = Material(colour=(0.5, 0.5, 0.5))
SQUARE = scene_profile.field(scene_profile.rectangle(1.0, 1.0, 0.1))
CIRCLE = scene_profile.field(scene_profile.ellipse(0.5))
SOLIDS = {
    "ball": Ball(0.5),
    "turned": Turned(CIRCLE),
    "pushed": Pushed(SQUARE, 0.3, 0.05),
    "blown": Blown(CIRCLE, depth=0.3, reach=0.5),
    "thin": Blown(SQUARE, depth=0.03, reach=0.1),
}
coordinate = st.floats(-3, 3, width=32)


def coords(*points):
    array = np.array(points, np.float32)
    return array[:, 0].copy(), array[:, 1].copy(), array[:, 2].copy()


@given(st.floats(-2, 2, width=32), st.floats(-2, 2, width=32))
def test_the_field_of_a_circle_is_its_distance(u, v):
    found = CIRCLE.distance(np.array([u], np.float32), np.array([v], np.float32))[0]
    true = np.hypot(u, v) - 0.5
    if true < 0.09:
        assert found == pytest.approx(true, abs=0.012)
    else:
        # Beyond the texture the bound may fall short of the truth, never exceed it: a ray must not jump through.
        assert 0 < found <= true + 0.012


@pytest.mark.parametrize("name", SOLIDS)
@given(at=st.tuples(coordinate, coordinate, coordinate))
@settings(max_examples=60)
def test_no_distance_is_longer_than_the_way_to_the_box(name, at):
    solid = SOLIDS[name]
    low, high = solid.bounds()
    away = np.sqrt(sum((max(b - x, x - t, 0.0) + (t - b)) ** 2 for x, b, t in zip(at, low, high, strict=True)))
    assert float(solid.distance(coords(at))[0]) <= away + 0.02


@pytest.mark.parametrize("name", SOLIDS)
@given(at=st.tuples(coordinate, coordinate, coordinate))
@settings(max_examples=60)
def test_normals_have_length_one_and_look_away_from_the_middle(name, at):
    assume(np.hypot(np.hypot(at[0], at[1]), at[2]) > 0.01)  # in the very middle of a ball there is no outward
    x, y, z = SOLIDS[name].normal(coords(at))
    length = float(np.sqrt(x[0] ** 2 + y[0] ** 2 + z[0] ** 2))
    assert length == pytest.approx(1.0, abs=0.02) or length == pytest.approx(0.0, abs=0.02)
    assert np.isfinite([x[0], y[0], z[0]]).all()


def grid(size=41, reach=1.0):
    across, up = np.meshgrid(np.linspace(-reach, reach, size), np.linspace(-reach, reach, size))
    points = np.stack((across.ravel(), up.ravel(), np.full(size * size, 5.0)), axis=1)
    ahead = np.tile((0.0, 0.0, -1.0), (size * size, 1))
    return coords(*points), coords(*ahead), np.hypot(across, up).ravel()


@pytest.mark.parametrize("name", ["ball", "turned"])
def test_rays_meet_a_round_body_where_it_is(name):
    origin, direction, radius = grid()
    hits = scene_trace.trace(Part(solid=SOLIDS[name], material=CHALK), origin, direction, 0.001)
    covered = np.zeros(radius.size, bool)
    covered[hits.index] = hits.cover > 0.5
    assert covered[radius < 0.47].all()
    assert not covered[radius > 0.53].any()
    depth = 5.0 - np.sqrt(np.maximum(0.25 - radius[hits.index] ** 2, 0))
    inner = radius[hits.index] < 0.4
    assert np.abs(hits.depth - depth)[inner].max() < 0.02
    assert (hits.normal[2][inner] > 0.5).all()


@pytest.mark.parametrize("name", SOLIDS)
def test_a_part_is_met_at_its_place_turned_and_scaled(name):
    part = Part(solid=SOLIDS[name], material=CHALK, at=(0.4, -0.3, 0.2), yaw=30, pitch=20, roll=-15, scale=0.5)
    origin, direction, _ = grid(81)
    hits = scene_trace.trace(part, origin, direction, 0.001)
    assert hits.index.size > 20
    corners = part.corners()
    for axis in range(3):
        assert hits.point[axis].min() >= corners[:, axis].min() - 0.02
        assert hits.point[axis].max() <= corners[:, axis].max() + 0.02


def test_turning_there_and_back_changes_nothing():
    part = Part(solid=Ball(1.0), material=CHALK, yaw=33, pitch=-12, roll=70)
    along = coords((0.3, -0.5, 0.8))
    back = part.unturned(part.turned(along))
    assert np.array(back).ravel() == pytest.approx(np.array(along).ravel(), abs=1e-5)


def test_a_ball_throws_its_shadow_away_from_the_light():
    part = Part(solid=Ball(0.5), material=CHALK, at=(0.0, 0.5, 0.0))
    light = scene_light.KEY
    away = (-light[0] / light[1] * 0.5, 0.0, -light[2] / light[1] * 0.5)
    seen = scene_trace.shadow([part], coords(away, tuple(-x for x in away), (4.0, 0.0, 4.0)), light, 0.2)
    assert seen[0] < 0.2
    assert seen[1] > 0.8
    assert seen[2] == 1.0


def test_nearness_is_zero_at_the_surface_and_one_far_away():
    part = Part(solid=Ball(0.5), material=CHALK)
    near = scene_trace.nearness([part], coords((0.5, 0, 0), (0.6, 0, 0), (3, 0, 0)), 0.2)
    assert near == pytest.approx([0.0, 0.5, 1.0], abs=0.02)


def test_parts_placed_together_keep_their_places_to_each_other():
    pair = (Part(solid=Ball(0.1), material=CHALK), Part(solid=Ball(0.1), material=CHALK, at=(1.0, 0.0, 0.0)))
    moved = scene_solid.placed(pair, (2.0, 1.0, 0.0), scale=2.0, yaw=90)
    assert moved[0].at == pytest.approx((2.0, 1.0, 0.0))
    assert moved[1].at == pytest.approx((2.0, 1.0, -2.0), abs=1e-6)
    low, high = scene_solid.extent(moved)
    assert high[1] - low[1] == pytest.approx(0.4, abs=1e-5)
