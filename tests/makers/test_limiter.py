"""Whose turn it is, how many at once, how often, and what headers say of it: on a clock that is pushed."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import MadePicture
from briefmill.errors import RateLimited, Temporary
from briefmill.fake_openai import FakeOpenAI, Scenario, TurnedClock
from briefmill.ledger.memory import MemoryLedger
from briefmill.makers import waits
from briefmill.makers.limiter import LimitedMaker, Limiter, Pace, Queue, Tap
from briefmill.makers.openai.account import Account
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.prices import Rate


class Clock:
    """Time that goes where it is pushed."""

    def __init__(self):
        self.at = 0.0

    def now(self):
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=self.at)

    def monotonic(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(clock):
    return MemoryLedger(clock)


def limiter(ledger, clock, **pace):
    def sit(_changed, seconds):
        clock.at += seconds

    return Limiter(
        tap=Tap(name="calls", buckets=ledger.buckets),
        clock=clock,
        pace=Pace(**pace),
        chance=lambda: 0.5,
        sit=sit,
    )


def served(arrivals):
    """Who is served in which order when one after the other is, and all had come before."""
    queue = Queue()
    tickets = {queue.join(tenant): tenant for tenant in arrivals}
    order = []
    while (ticket := queue.first()) is not None:
        order.append(tickets[ticket])
        queue.leave(tickets[ticket], ticket, served=True)
    return order


def test_tenants_that_wait_take_turns():
    assert served("aaaaab") == list("abaaaa")
    assert served("aaabbbccc") == list("abcabcabc")


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_everybody_is_served_once_and_nobody_waits_longer_than_a_round(arrivals):
    order = served(arrivals)
    assert sorted(order) == sorted(arrivals)
    for place, tenant in enumerate(order):
        rest = order[place + 1 :]
        if tenant in rest:
            # Before the same tenant comes again, every other one that waits has had its turn.
            assert set(rest[: rest.index(tenant)]) == set(rest) - {tenant}


def test_a_newcomer_is_not_kept_by_the_backlog_of_another_measured_on_a_virtual_clock():
    # One call takes a second; acme has a hundred waiting, and each second bell asks once more.
    queue, now, waited = Queue(), 0.0, []
    tickets = {queue.join("acme"): ("acme", 0.0) for _ in range(100)}
    for second in range(50):
        tickets[queue.join("bell")] = ("bell", float(second))
        for _ in range(2):
            ticket = queue.first()
            tenant, came = tickets[ticket]
            if tenant == "bell":
                waited.append(now - came)
            queue.leave(tenant, ticket, served=True)
            now += 0.5
    assert len(waited) == 50
    assert max(waited) <= 1.0


def test_who_gives_up_does_not_keep_the_others(ledger, clock):
    queue = Queue()
    gone, stays = queue.join("a"), queue.join("a")
    queue.leave("a", gone, served=False)
    assert queue.first() is stays


def test_no_more_calls_are_under_way_than_may_be():
    clock = Clock()
    limit = Limiter(tap=Tap(name="calls", buckets=MemoryLedger(clock).buckets), clock=clock, pace=Pace(most=2))
    inside, most, lock, go = [0], [0], threading.Lock(), threading.Event()

    def call(tenant):
        with limit.turn(tenant):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                if inside[0] == 2:
                    go.set()
            assert go.wait(20)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=call, args=(f"t{number % 3}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most[0] == 2
    assert not any(thread.is_alive() for thread in threads)


def test_each_call_takes_a_token_of_the_ledgers_bucket(ledger, clock):
    ledger.buckets.shape("calls", rate=2.0, burst=3)
    limit = limiter(ledger, clock)
    for _ in range(3):
        with limit.turn("a"):
            pass
    assert clock.at == 0
    with limit.turn("a"):
        pass
    assert clock.at == pytest.approx(0.5)


def test_a_long_wait_is_no_wait_here_and_costs_no_token(ledger, clock):
    ledger.buckets.shape("calls", rate=0.01, burst=1)
    limit = limiter(ledger, clock, patience_s=5.0)
    with limit.turn("a"):
        pass
    with pytest.raises(RateLimited) as caught, limit.turn("a"):
        raise AssertionError("nobody may come this far")
    assert caught.value.retry_in == pytest.approx(100.0)
    assert clock.at < 5.0
    clock.at += 100.0
    with limit.turn("a"):
        pass


def test_what_the_provider_asks_for_holds_everybody(ledger, clock):
    limit, other = limiter(ledger, clock), limiter(ledger, clock)
    with pytest.raises(RateLimited), limit.turn("a"):
        raise RateLimited("429", retry_in=7200.0)
    for one in (limit, other):
        with pytest.raises(RateLimited) as caught, one.turn("b"):
            raise AssertionError("nobody may come this far")
        assert caught.value.retry_in == pytest.approx(7200.0)


def test_a_refusal_without_a_time_is_met_with_jitter_that_grows_and_is_forgotten_by_a_success(ledger, clock):
    limit = limiter(ledger, clock, base_s=1.0, cap_s=6.0, patience_s=1000.0)
    asked = []
    for _ in range(5):
        with pytest.raises(RateLimited) as caught, limit.turn("a"):
            raise RateLimited("429")
        asked.append(caught.value.retry_in)
    assert asked == [1.0, 2.0, 3.0, 3.0, 3.0]
    with limit.turn("a"):
        pass
    with pytest.raises(RateLimited) as caught, limit.turn("a"):
        raise RateLimited("429")
    assert caught.value.retry_in == 1.0


def test_no_call_is_made_that_the_headers_have_no_room_for(ledger, clock):
    limit = limiter(ledger, clock, patience_s=1.0)
    limit.heard({"x-ratelimit-remaining-images": "2", "x-ratelimit-reset-images": "1m30s"})
    for _ in range(2):
        with limit.turn("a"):
            pass
    with pytest.raises(RateLimited) as caught, limit.turn("a"):
        raise AssertionError("nobody may come this far")
    assert caught.value.retry_in == pytest.approx(90.0)
    clock.at += 91
    with limit.turn("a"):
        pass


@pytest.mark.parametrize("resource", ["requests", "tokens", "images"])
def test_a_limit_that_is_used_up_holds_everybody_until_it_is_full_again(ledger, clock, resource):
    limit, other = limiter(ledger, clock), limiter(ledger, clock)
    limit.heard({f"x-ratelimit-remaining-{resource}": "0", f"x-ratelimit-reset-{resource}": "2h"})
    with pytest.raises(RateLimited) as caught, other.turn("a"):
        raise AssertionError("nobody may come this far")
    assert caught.value.retry_in == pytest.approx(7200.0)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-remaining-images": "many", "x-ratelimit-reset-images": "soon"},
        {"x-ratelimit-remaining-images": "0"},
        {"x-ratelimit-remaining-images": "-1", "x-ratelimit-reset-images": "1s"},
        {"x-ratelimit-remaining-images": "nan", "x-ratelimit-reset-images": "1s"},
    ],
)
def test_headers_that_make_no_sense_say_nothing(ledger, clock, headers):
    limit = limiter(ledger, clock)
    limit.heard(headers)
    with limit.turn("a"):
        pass
    assert clock.at == 0


def test_a_place_is_given_back_however_a_call_ends(ledger, clock):
    limit = limiter(ledger, clock, most=1)
    for error in (Temporary("5xx"), ValueError("a bug")):
        with pytest.raises(type(error)), limit.turn("a"):
            raise error
    with limit.turn("a"):
        pass


def test_a_maker_is_asked_in_its_turn(ledger, clock, request_for):
    class Painter:
        name = "openai"

        def make(self, request):
            return MadePicture(data=b"", media_type="image/png", maker="openai", model="m", prompt="", seed=0)

    maker = LimitedMaker(Painter(), limiter(ledger, clock), tenant="a")
    assert maker.name == "openai"
    assert maker.make(request_for()).model == "m"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Mon, 23 Nov 2026 15:00:00 GMT", "date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 10_800.0),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT", "date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 15:00:00 GMT"}, None),
        ({"retry-after": "18000"}, 18_000.0),
        ({"retry-after": "1e12"}, 86_400.0),
        ({"retry-after": "tomorrow"}, None),
        ({"x-ratelimit-reset-requests": "1m30s", "x-ratelimit-reset-tokens": "250ms"}, 90.0),
        ({}, None),
    ],
)
def test_what_is_asked_for_is_understood_in_all_its_forms(headers, expected):
    assert waits.asked(headers) == expected


@given(st.text(max_size=30), st.text(max_size=40))
def test_no_header_parks_anybody_for_more_than_a_day(asked, date):
    found = waits.asked({"retry-after": asked, "date": date, "x-ratelimit-reset-images": asked})
    assert found is None or 0 <= found <= waits.LONGEST_S


def test_what_real_answers_tell_keeps_the_next_call_from_being_sent(request_for):
    time = TurnedClock()

    class Machine(Clock):
        def monotonic(self):
            return time.now()

        def now(self):
            return datetime.fromtimestamp(time.now(), UTC)

    clock = Machine()
    with FakeOpenAI(Scenario.parse("limits: {images: 2}"), clock=time) as fake:
        limit = limiter(MemoryLedger(clock), clock, patience_s=0.5)
        account = Account(api_key=fake.key, base_url=fake.base_url, heard=limit.heard)
        rate = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 1756})
        maker = LimitedMaker(OpenAIMaker(account, rate, key=lambda _: "k"), limit, tenant="a")
        for number in range(2):
            maker.make(request_for(seed=number))
        with pytest.raises(RateLimited) as caught:
            maker.make(request_for(seed=3))
        assert 0 < caught.value.retry_in <= 60
        assert fake.book.outcomes() == {"ok": 2}
        time.advance(caught.value.retry_in + 1)
        maker.make(request_for(seed=3))
        assert fake.book.outcomes() == {"ok": 3}
