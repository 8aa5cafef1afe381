"""Several providers in their order, each behind a breaker."""

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import MadePicture
from briefmill.domain.facts import CircuitChanged
from briefmill.errors import MaybeCharged, OverBudget, Paused, PictureRefused, RateLimited, Temporary
from briefmill.makers.breaker import Breaker, Tolerance
from briefmill.makers.ladder import Ladder, Step

DOWN = Temporary("503: busy")
EMPTY = Paused("no credit", resource="quota", retry_in=300.0)


class Clock:
    def __init__(self):
        self.at = 0.0

    def monotonic(self):
        return self.at


class Ears(list):
    def hear(self, fact):
        self.append(fact)

    def states(self, provider):
        return [fact.state for fact in self if isinstance(fact, CircuitChanged) and fact.provider == provider]


class Painter:
    """Raises its errors one after the other, and then makes pictures."""

    def __init__(self, name, *errors):
        self.name, self.errors, self.calls = name, list(errors), 0

    def make(self, request):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return MadePicture(data=b"x", media_type="image/png", maker=self.name, model="m", prompt="", seed=1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
def ladder(clock, ears):
    def made(*painters, **tolerance):
        wished = Tolerance(failures=3, rest_s=30.0, longest_s=100.0) if not tolerance else Tolerance(**tolerance)
        return Ladder([Step(maker=one, breaker=Breaker(one.name, clock, ears, wished)) for one in painters])

    return made


@pytest.mark.parametrize("trouble", [DOWN, EMPTY, RateLimited("429"), Paused("gone", resource="model")])
def test_what_the_first_cannot_make_now_the_next_one_makes(ladder, request_for, trouble):
    first, second = Painter("openai", trouble), Painter("fallback")
    assert ladder(first, second).make(request_for()).maker == "fallback"


@pytest.mark.parametrize(
    "final", [PictureRefused("blocked", code="maker.moderation"), MaybeCharged("cut"), OverBudget("no money left")]
)
def test_a_refused_picture_and_one_that_may_be_paid_go_no_further(ladder, request_for, final):
    second = Painter("fallback")
    with pytest.raises(type(final)):
        ladder(Painter("openai", final), second).make(request_for())
    assert second.calls == 0


def test_a_provider_that_fails_in_a_row_is_left_alone_and_then_asked_once(ladder, request_for, clock, ears):
    painter = Painter("openai", *[DOWN] * 4)
    alone = ladder(painter)
    for _ in range(3):
        with pytest.raises(Temporary, match="503"):
            alone.make(request_for())
    with pytest.raises(Paused, match="left alone for 30 s") as caught:
        alone.make(request_for())
    assert (caught.value.resource, caught.value.retry_in, painter.calls) == ("provider", 30.0, 3)
    clock.at += 30
    with pytest.raises(Temporary, match="503"):
        alone.make(request_for())
    clock.at += 59
    with pytest.raises(Paused):
        alone.make(request_for())
    assert painter.calls == 4, "the second time it is left alone twice as long"
    clock.at += 1
    assert alone.make(request_for()).maker == "openai"
    assert ears.states("openai") == ["open", "half_open", "open", "half_open", "closed"]


def test_an_account_that_is_refused_is_left_alone_at_once_for_as_long_as_it_asks(ladder, request_for, clock):
    first, second = Painter("openai", EMPTY), Painter("fallback")
    both = ladder(first, second)
    for _ in range(5):
        assert both.make(request_for()).maker == "fallback"
    assert first.calls == 1
    clock.at += 300
    assert both.make(request_for()).maker == "openai"


def test_a_rate_limit_or_a_full_disk_of_ours_says_nothing_about_the_provider(ladder, request_for, ears):
    troubles = [RateLimited("429"), Paused("disk full", resource="disk"), OverBudget("none left")] * 3
    alone = ladder(Painter("openai", *troubles))
    for _ in troubles:
        with pytest.raises((Temporary, OverBudget)):
            alone.make(request_for())
    assert alone.make(request_for()).maker == "openai"
    assert ears.states("openai") == []


def test_when_nobody_can_the_first_one_s_trouble_is_told_until_the_first_may_be_asked_again(ladder, request_for):
    both = ladder(Painter("openai", EMPTY), Painter("fallback", RateLimited("429", retry_in=7.0)))
    with pytest.raises(Paused, match="no credit") as caught:
        both.make(request_for())
    assert caught.value.retry_in == 7.0


def test_of_many_only_one_tries_a_provider_that_was_left_alone(clock, ears):
    breaker = Breaker("openai", clock, ears, Tolerance(failures=1))
    breaker.failed()
    clock.at += 30
    waits = []
    threads = [threading.Thread(target=lambda: waits.append(breaker.wait())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits)[:2] == [0.0, 30.0]


@given(st.lists(st.sampled_from(["ok", "fail", "wait"]), max_size=60))
def test_whatever_happens_a_provider_is_asked_again_in_the_end(happenings):
    clock, ears = Clock(), Ears()
    breaker = Breaker("openai", clock, ears, Tolerance(failures=2, rest_s=10.0, longest_s=40.0))
    for what in happenings:
        if what == "wait":
            clock.at += 15
        elif breaker.wait() == 0.0:
            breaker.succeeded() if what == "ok" else breaker.failed()
    clock.at += 40
    assert breaker.wait() == 0.0
    told = ears.states("openai")
    assert all(one != other for one, other in itertools.pairwise(told)), told
