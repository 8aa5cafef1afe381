"""A disk that was full for a moment, then an account without quota: only the making of pictures may wait for long."""

import pytest

from briefmill.domain.job import Stage
from briefmill.engine.runner import serve_one
from briefmill.errors import Paused, PictureRefused, Temporary
from engine.test_doors import passes
from engine.test_runner import Workshop, does, lane, paused

DISK = Paused("the disk is full", resource="disk", retry_in=5.0)
QUOTA = Paused("no quota left", resource="quota", retry_in=300.0)


@pytest.fixture
async def shop():
    made = Workshop()
    yield made
    made.offload.close()


async def through(shop):
    return {stage for stage in (Stage.RESIZE, Stage.ARCHIVE) if await passes(shop.bench.gate, stage)}


@pytest.mark.parametrize(
    "then",
    [QUOTA, Temporary("503"), PictureRefused("blocked", code="no", fix="other words"), ZeroDivisionError("ours")],
)
async def test_however_the_next_try_ends_what_it_did_not_miss_is_back(shop, then):
    shop.job()
    generate = lane(perform=does(DISK, then))
    await serve_one(shop.bench, generate)
    assert await through(shop) == set(), "one tries, the others wait"
    shop.clock.seconds += 6
    await serve_one(shop.bench, generate)
    assert "disk" not in shop.bench.gate.missing
    assert await through(shop) == {Stage.RESIZE, Stage.ARCHIVE}
    assert paused(shop)[:2] == [("PipelinePaused", "disk"), ("PipelineResumed", "disk")]


async def test_what_is_missing_still_is_said_once(shop):
    shop.job()
    generate = lane(perform=does(*[DISK] * 4))
    for _ in range(4):
        await serve_one(shop.bench, generate)
        shop.clock.seconds += 6
    assert paused(shop) == [("PipelinePaused", "disk")]


async def test_while_a_provider_asks_everybody_to_wait_the_others_do_not_wait_for_the_disk(shop):
    shop.ledger.buckets.shape("openai", rate=10, burst=10)
    shop.job("a")
    shop.job("b")
    generate = lane(perform=does(Temporary("429", retry_in=3600.0), DISK), bucket="openai")
    other = lane(perform=does(DISK), bucket="openai")
    await serve_one(shop.bench, other)
    await serve_one(shop.bench, generate)
    shop.clock.seconds += 60
    await serve_one(shop.bench, generate)
    assert await through(shop) == {Stage.RESIZE, Stage.ARCHIVE}, shop.bench.gate.missing
