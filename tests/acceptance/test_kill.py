"""The daemon is killed with SIGKILL in each stage and started again: delivered once, and nothing is made twice."""

import json
import signal
from pathlib import Path

import pytest

from briefmill.domain.job import Stage

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("stage", [stage.value for stage in Stage])
def test_a_daemon_killed_in_a_stage_delivers_once_after_a_restart(home, stage):
    home.environ["PYTHONPATH"] += f":{Path(__file__).parent}"
    home.drop("morning.yaml")
    killed = home.start(str(Path(__file__).parent / "crashing.py"), stage)
    _, told = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, told
    (left,) = home.jobs()
    assert left["state"] == "running"

    home.run_until_idle()

    (job,) = home.jobs()
    assert job["state"] == "delivered"
    assert sorted(path.name for path in (home.path / "outbox").iterdir() if path.name != ".gitkeep") == [
        "morning-light"
    ]
    trail = home.json("audit", "show", job["id"])
    finished = [row for row in trail if row["event"] == "stage.finished"]
    claimed = [row["detail"]["stage"] for row in trail if row["event"] == "stage.claimed"]
    # Once recorded, generate is never claimed again; cut off before that, its pictures are found, not made again.
    assert claimed.count("generate") == (2 if stage == "generate" else 1)
    receipt = json.loads((home.path / "outbox" / "morning-light" / "receipt.json").read_text())
    assert all(picture["cached"] == (stage == "generate") for picture in receipt["pictures"])
    assert [row["detail"]["stage"] for row in finished].count("generate") == 1
    assert sorted(row["detail"]["stage"] for row in finished) == sorted(Stage)
    made = home.json("jobs", "show", job["id"])
    for creative in made["creatives"]:
        assert (home.path / "outbox" / "morning-light" / creative["path"]).is_file()
    assert home.json("audit", "verify")["bad_row"] == 0
    assert home.inbox() == []
    assert not list((home.path / "inbox" / ".briefmill" / "claimed").iterdir())
