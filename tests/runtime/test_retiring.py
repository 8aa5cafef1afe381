"""Models that will be shut down are told of ahead of the day."""

import asyncio
from datetime import UTC, date, datetime

from briefmill.domain.facts import ModelLooked
from briefmill.errors import Temporary
from briefmill.runtime.retiring import Retiring


class Clock:
    def now(self):
        return datetime(2026, 11, 23, 9, tzinfo=UTC)

    def monotonic(self):
        return 0.0


class Ears(list):
    def hear(self, fact):
        self.append(fact)


def silent():
    raise Temporary("nobody answers")


async def looked(looks):
    ears, stop = Ears(), asyncio.Event()
    retiring = Retiring(looks=looks, clock=Clock(), listener=ears)
    task = asyncio.create_task(retiring.run(stop))
    told = sum(look is not silent for look in looks.values())
    while len(ears) < told:  # noqa: ASYNC110 - what is waited for is a thread's word, which sets no event
        await asyncio.sleep(0)
    stop.set()
    await task
    return retiring, ears


async def test_the_last_day_of_a_model_is_told_with_the_days_left():
    looks = {"openai": lambda: ("old", date(2026, 12, 1)), "fallback": lambda: ("new", None)}
    retiring, ears = await looked(looks)
    assert [(fact.provider, fact.model, fact.days_left) for fact in ears] == [
        ("openai", "old", 8),
        ("fallback", "new", None),
    ]
    assert retiring.remark() == "old is shut down on 2026-12-01, in 8 days"


async def test_a_provider_that_does_not_answer_is_no_news_and_the_others_are_asked_all_the_same():
    retiring, ears = await looked({"openai": silent, "fallback": lambda: ("new", None)})
    assert [type(fact) for fact in ears] == [ModelLooked]
    assert retiring.remark() == ""


def test_what_was_known_is_forgotten_when_the_day_is_taken_back():
    retiring = Retiring(looks={}, clock=Clock(), listener=Ears())
    retiring.look("openai", lambda: ("old", date(2026, 12, 1)))
    retiring.look("openai", silent)
    assert retiring.remark()
    retiring.look("openai", lambda: ("old", None))
    assert not retiring.remark()
