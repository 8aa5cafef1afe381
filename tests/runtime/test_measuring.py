"""What is measured every so often, and what becomes of a measurement that fails."""

import asyncio

import pytest

from briefmill.domain.facts import Failed
from briefmill.errors import FolderError, Temporary
from briefmill.runtime.measuring import Measuring


class Ears(list):
    def hear(self, fact):
        self.append(fact)


class Here:
    """A door that leads nowhere else."""

    async def run(self, call):
        call()


async def looked(*ends):
    """Look as often as there are ends, each raised where it is an error; what was told."""
    stop, ears, left = asyncio.Event(), Ears(), list(ends)

    def look():
        end = left.pop(0)
        if not left:
            stop.set()
        if end is not None:
            raise end

    await asyncio.wait_for(Measuring(look=look, door=Here(), listener=ears, every_s=0).run(stop), 20)
    assert left == []
    return ears


async def test_it_looks_until_it_is_stopped():
    assert await looked(None, None, None) == []


@pytest.mark.parametrize("error", [OSError("gone"), FolderError("gone")])
async def test_what_fails_is_told_and_it_looks_again(error):
    assert await looked(error, None) == [Failed(where="gauges", error="gone")]


async def test_what_is_away_for_a_moment_is_told_by_others():
    assert await looked(Temporary("the ledger is locked"), None) == []


async def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        await looked(ZeroDivisionError(), None)
