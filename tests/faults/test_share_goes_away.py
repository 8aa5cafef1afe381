"""A share that does not answer is a pause by whatever name the kernel says it, and never the brief's fault."""

import errno
import os
from pathlib import Path

import aiofiles.os
import pytest

from briefmill.domain.facts import PipelinePaused
from briefmill.engine import attempt
from briefmill.engine.attempt import Kind, Patience
from faults.works import Works
from intake.intakekit import House, renaming

AWAY = [errno.EHOSTDOWN, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENODEV, errno.EREMOTEIO]


@pytest.mark.parametrize("code", AWAY)
def test_an_error_of_a_lost_share_is_a_pause(code):
    outcome = attempt.judge(OSError(code, os.strerror(code)), attempt=4, patience=Patience(), chance=1.0)
    assert outcome.kind is Kind.PAUSED


@pytest.mark.parametrize("code", [errno.EHOSTDOWN, errno.ETIMEDOUT])
async def test_an_outbox_whose_server_is_down_for_a_while_rejects_no_brief(tmp_path, monkeypatch, code):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    listdir, down = aiofiles.os.listdir, [True]

    async def listed(path):
        if down[0] and Path(path) == works.outbox:
            raise OSError(code, os.strerror(code), str(path))
        return await listdir(path)

    monkeypatch.setattr(aiofiles.os, "listdir", listed)
    await works.through(most=8)
    down[0] = False
    works.clock.push(600)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert works.heard.of(PipelinePaused)


async def test_an_inbox_whose_server_is_down_while_a_file_is_moved_holds_no_brief(tmp_path, monkeypatch):
    house, down = House(tmp_path), [True]
    house.drop("a.yaml")

    def stand_in(source, target, rename):
        if down[0]:
            raise OSError(errno.EHOSTDOWN, os.strerror(errno.EHOSTDOWN), str(source))
        return rename(source, target)

    renaming(monkeypatch, house.inbox, stand_in)
    await house.rounds(3)
    down[0] = False
    house.clock.push(600)
    await house.rounds(3)
    assert house.states() == {"a.yaml": "running"}
