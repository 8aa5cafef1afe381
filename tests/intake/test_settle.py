"""Settling, step by step; time is only ever given."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.intake import settle
from briefmill.intake.lease import Writer
from briefmill.intake.settle import Content, Evidence, Look, Policy, Shape, Verdict

POLICY = Policy(quiet_s=2.0, grace_s=60.0)
FILE = Look(device=1, inode=2, shape=Shape.FILE, size=10, mtime_ns=5, ctime_ns=5, blocks=8)
WHOLE = Evidence(writer=Writer.NONE, content=Content.COMPLETE)


def run(looks, policy=POLICY):
    """The state after `looks`: pairs of a moment and a look."""
    state = None
    for now, look in looks:
        state = settle.step(state, look, now, policy)
    return state


def test_one_look_is_never_enough():
    assert run([(0.0, FILE)]).verdict is Verdict.WAITING
    assert run([(0.0, FILE)], Policy(quiet_s=0.0)).verdict is Verdict.WAITING
    assert run([(0.0, FILE), (0.0, FILE)], Policy(quiet_s=0.0)).verdict is Verdict.WAITING


def test_two_equal_looks_a_quiet_time_apart_are_enough():
    assert run([(0.0, FILE), (1.9, FILE)]).verdict is Verdict.WAITING
    assert run([(0.0, FILE), (2.0, FILE)]).verdict is Verdict.QUIET
    assert run([(0.0, FILE), (0.001, FILE)], Policy(quiet_s=0.0)).verdict is Verdict.QUIET


@pytest.mark.parametrize("change", ["size", "mtime_ns", "ctime_ns", "inode", "device", "tree"])
def test_any_change_begins_the_quiet_time_anew(change):
    other = replace(FILE, **{change: "t" if change == "tree" else 99})
    state = run([(0.0, FILE), (1.9, other), (3.0, other)])
    assert (state.verdict, state.until, state.first) == (Verdict.WAITING, 3.9, 0.0)
    assert settle.step(state, other, 3.9, POLICY).verdict is Verdict.QUIET


@given(
    st.lists(st.tuples(st.floats(0.01, 3.0), st.integers(1, 3)), min_size=1, max_size=12),
    st.integers(-(2**62), 2**62),
    st.integers(-(2**62), 2**62),
)
def test_a_file_s_own_times_never_matter_only_whether_they_change(steps, mtime, ctime):
    plain, skewed, now = None, None, 0.0
    for pause, size in steps:
        now += pause
        look = replace(FILE, size=size)
        plain = settle.step(plain, look, now, POLICY)
        skewed = settle.step(skewed, replace(look, mtime_ns=mtime, ctime_ns=ctime), now, POLICY)
    assert (plain.verdict, plain.since, plain.until) == (skewed.verdict, skewed.since, skewed.until)


@given(st.lists(st.tuples(st.floats(0.01, 5.0), st.integers(1, 3)), min_size=1, max_size=20))
def test_quiet_means_unchanged_over_the_whole_quiet_time(steps):
    state, now, changed, size = None, 0.0, 0.0, None
    for pause, wanted in steps:
        now += pause
        if wanted != size:
            changed, size = now, wanted
        state = settle.step(state, replace(FILE, size=size), now, POLICY)
        assert (state.verdict is Verdict.QUIET) == (now >= changed + POLICY.quiet_s and now > changed) or (
            state.until is not None and now < state.until
        )
        assert state.since == changed


def test_a_size_without_blocks_is_a_placeholder_for_as_long_as_it_takes():
    hollow = replace(FILE, blocks=0)
    state = run([(0.0, hollow), (1000.0, hollow)])
    assert (state.verdict, state.until) == (Verdict.PLACEHOLDER, None)
    assert settle.step(state, FILE, 1001.0, POLICY).verdict is Verdict.WAITING


def test_an_empty_file_and_one_on_a_file_system_without_blocks_are_no_placeholders():
    for look in (replace(FILE, size=0, blocks=0), replace(FILE, blocks=None)):
        assert run([(0.0, look), (2.0, look)]).verdict is Verdict.QUIET


def test_a_folder_in_which_a_tool_still_writes_waits():
    folder = replace(FILE, shape=Shape.FOLDER, arriving="logo.png.part")
    state = run([(0.0, folder), (50.0, folder)])
    assert state.verdict is Verdict.WAITING
    assert "logo.png.part" in state.reason
    assert settle.step(state, folder, 60.0, POLICY).verdict is Verdict.QUIET


def quiet(now=2.0):
    return run([(0.0, FILE), (now, FILE)])


def test_what_is_whole_is_ready():
    assert settle.conclude(quiet(), WHOLE, 2.0, POLICY).verdict is Verdict.READY


def test_what_is_open_for_writing_waits_however_long():
    state = settle.conclude(quiet(9999.0), replace(WHOLE, writer=Writer.OPEN), 9999.0, POLICY)
    assert state.verdict is Verdict.WAITING
    assert "open" in state.reason


@pytest.mark.parametrize("content", [Content.EMPTY, Content.TRUNCATED, Content.NO_BRIEF])
def test_what_is_not_whole_may_grow_until_the_grace_time_is_over(content):
    evidence = Evidence(writer=Writer.UNKNOWN, content=content)
    waiting = settle.conclude(quiet(), evidence, 2.0, POLICY)
    assert waiting.verdict is Verdict.WAITING
    assert waiting.until is not None
    assert settle.conclude(quiet(59.9), evidence, 59.9, POLICY).verdict is Verdict.WAITING
    assert settle.conclude(quiet(60.0), evidence, 60.0, POLICY).verdict is Verdict.READY


def test_a_conclusion_stands_until_its_time_and_falls_with_any_change():
    waiting = settle.conclude(quiet(), Evidence(writer=Writer.OPEN, content=Content.COMPLETE), 2.0, POLICY)
    assert settle.step(waiting, FILE, 3.0, POLICY) is waiting
    assert settle.step(waiting, FILE, 4.0, POLICY).verdict is Verdict.QUIET
    assert settle.step(waiting, replace(FILE, size=11), 3.0, POLICY).since == 3.0


def test_what_was_announced_needs_no_quiet_time_and_no_grace():
    announced = replace(FILE, announced=True)
    state = run([(0.0, announced)])
    assert state.verdict is Verdict.QUIET
    cut = Evidence(writer=Writer.NONE, content=Content.TRUNCATED)
    assert settle.conclude(state, cut, 0.0, POLICY).verdict is Verdict.READY
    assert settle.conclude(state, replace(WHOLE, writer=Writer.OPEN), 0.0, POLICY).verdict is Verdict.WAITING
    folder = replace(announced, shape=Shape.FOLDER, arriving="logo.png.part")
    assert run([(0.0, folder)]).verdict is Verdict.WAITING


def test_where_a_marker_is_required_nothing_else_helps():
    required = replace(POLICY, announced_only=True)
    state = run([(0.0, FILE), (999.0, FILE)], required)
    assert (state.verdict, state.until) == (Verdict.WAITING, None)
    assert settle.step(state, replace(FILE, announced=True), 1000.0, required).verdict is Verdict.QUIET


def test_a_brief_that_lacks_required_parts_gets_a_short_grace():
    evidence = Evidence(writer=Writer.UNKNOWN, content=Content.LACKS_PARTS)
    assert settle.conclude(quiet(9.9), evidence, 9.9, POLICY).verdict is Verdict.WAITING
    assert settle.conclude(quiet(10.0), evidence, 10.0, POLICY).verdict is Verdict.READY
    assert Policy(quiet_s=20.0, grace_s=60.0).grace(Content.LACKS_PARTS) == 60.0
