"""A delivered set is made again from the archive alone, by a real command in a real home."""

import json
import shutil

import pytest

pytestmark = pytest.mark.acceptance


def test_a_set_is_rebuilt_byte_for_byte_when_outbox_and_work_store_are_gone(home, tmp_path):
    home.drop("calm.yaml")
    home.run_until_idle()
    receipt = json.loads((home.path / "outbox" / "morning-light" / "receipt.json").read_text())
    shutil.rmtree(home.path / "outbox" / "morning-light")
    shutil.rmtree(home.path / "state" / "work")

    told = home.json("rebuild", receipt["job"], "--to", str(tmp_path / "again"))

    assert told["same"]
    assert told["differences"] == []
    assert {one["path"] for one in told["creatives"]} == {one["path"] for one in receipt["creatives"]}
    assert [one["made"] for one in told["creatives"]] == [one["delivered"] for one in told["creatives"]]
    assert all((tmp_path / "again" / one["path"]).is_file() for one in told["creatives"])


def test_another_certificate_is_named_and_a_job_that_is_not_there_too(home):
    home.drop("calm.yaml")
    home.run_until_idle()
    receipt = json.loads((home.path / "outbox" / "morning-light" / "receipt.json").read_text())
    home.command("ca", "new")

    (words,) = home.json("rebuild", receipt["job"])["differences"]

    assert "another certificate" in words
    home.command("rebuild", "j_nobody", code=1)
    (home.path / "full").mkdir()
    (home.path / "full" / "mine.txt").write_text("mine")
    home.command("rebuild", receipt["job"], "--to", str(home.path / "full"), code=74)
