"""A backup taken while a real daemon is busy, restored elsewhere: nothing that was committed is lost.

The ledgers are compared row by row and the artefacts by their hashes, by this file's own queries.
"""

import hashlib
import json
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from acceptance.conftest import Home
from briefmill.fake_openai import FakeOpenAI, Scenario
from grey import png

pytestmark = pytest.mark.acceptance
BRIEFS = 30
PAID = """\
campaign: Paid
message: Begin gently
products: [{id: cup, name: Cup}, {id: pot, name: Pot}]
placements: ["300x250", "160x600"]
"""
TERMINAL = {"delivered", "rejected", "duplicate", "cancelled"}


@pytest.fixture
def busy(home):
    home.environ |= {"BRIEFMILL_GENERATE__MAKER": "procedural", "BRIEFMILL_ENGINE__WORKERS": "1"}
    return home


def ledger(home):
    return closing(sqlite3.connect(f"file:{home.path}/state/briefmill.db?mode=ro", uri=True, timeout=30))


def ask(home, query):
    with ledger(home) as connection:
        return connection.execute(query).fetchall()


def drop(home, number):
    """A small brief in a bundle, whole at once: a folder that is renamed into the inbox."""
    made = home.path / f"dropper {number}"
    made.mkdir()
    brief = {
        "campaign": f"Tide {number}",
        "message": "Begin gently",
        "products": [{"id": "cup", "name": "Cup", **({"image": "cup.png"} if number % 3 else {})}],
        "placements": ["300x250"],
    }
    (made / "brief.json").write_text(json.dumps(brief))
    if number % 3:
        (made / "cup.png").write_bytes(png(300, 250))
    made.rename(home.path / "inbox" / f"tide {number}")


def counts(home):
    return dict(ask(home, "SELECT state, count(*) FROM jobs GROUP BY state"))


def delivered(home):
    """How many were delivered; 0 before there is a ledger to ask."""
    try:
        return counts(home).get("delivered", 0)
    except sqlite3.OperationalError:
        return 0


def until(condition, daemon, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert daemon.poll() is None, daemon.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.05)


def addresses(told):
    """Every address in a row's JSON, however deep."""
    if isinstance(told, dict):
        if isinstance(told.get("sha256"), str):
            yield told["sha256"]
        told = list(told.values())
    for one in told if isinstance(told, list) else ():
        yield from addresses(one)


def named(home):
    rows = ask(home, "SELECT admission FROM jobs WHERE admission <> '' UNION ALL SELECT output FROM stage_runs")
    return {address for (row,) in rows for address in addresses(json.loads(row))}


def twin(home, path):
    """Another home with the same settings."""
    other = Home(path)
    other.environ = {**home.environ, "BRIEFMILL_HOME": str(path)}
    return other


def restored(home, path, parcel):
    home.command("backup", str(parcel))
    other = twin(home, path)
    other.command("restore", str(parcel))
    return other


def test_a_backup_of_a_busy_daemon_loses_nothing_that_was_committed(busy, tmp_path):
    daemon = busy.start()
    try:
        for number in range(BRIEFS):
            drop(busy, number)
        until(lambda: delivered(busy) >= 2, daemon)
        links = ask(busy, "SELECT number, hash FROM audit ORDER BY number")
        runs = ask(busy, "SELECT * FROM stage_runs")
        open_then = BRIEFS - sum(counts(busy).get(state, 0) for state in TERMINAL)
        told = busy.json("backup", str(tmp_path / "kept.zip"))
    finally:
        daemon.kill()
        daemon.wait()
        daemon.stderr.close()
    assert open_then > 0, "it was taken in mid-load"

    other = twin(busy, tmp_path / "other")
    assert other.json("restore", str(tmp_path / "kept.zip"), "--seal", told["seal"])["backup"]["rows"] == told["rows"]

    # Row by row: all that was committed when the backup began, in its very words; and no row that was never written.
    assert (
        set(links)
        <= set(ask(other, "SELECT number, hash FROM audit"))
        <= set(ask(busy, "SELECT number, hash FROM audit"))
    )
    assert set(runs) <= set(ask(other, "SELECT * FROM stage_runs")) <= set(ask(busy, "SELECT * FROM stage_runs"))
    restored, before = counts(other), ask(other, "SELECT id FROM jobs")
    assert any(state not in TERMINAL for state in restored), restored

    # By hash: everything that the restored ledger names is there, and is what it is called.
    for address in named(other):
        places = [
            other.path / base / address[:2] / address for base in (Path("state", "work", "artefacts"), Path("archive"))
        ]
        (there, *_) = [place for place in places if place.is_file()]
        assert hashlib.sha256(there.read_bytes()).hexdigest() == address

    other.run_until_idle()
    assert other.json("audit", "verify")["bad_row"] == 0
    assert set(counts(other)) <= TERMINAL
    assert set(before) <= set(ask(other, "SELECT id FROM jobs"))
    # What had been delivered before is not made again; what was under way is delivered now.
    made = {source for (source,) in ask(other, "SELECT source FROM jobs WHERE state = 'delivered'")}
    assert made >= {source for (source,) in ask(other, "SELECT source FROM jobs WHERE state <> 'duplicate'")}
    published = {path.name for path in (other.path / "outbox").iterdir()}
    assert len(published) == counts(other)["delivered"] - restored.get("delivered", 0)


def test_a_picture_that_was_paid_for_is_not_paid_for_again(home, tmp_path):
    with FakeOpenAI(Scenario.parse("rules: []")) as fake:
        home.environ |= {
            "OPENAI_API_KEY": fake.key,
            "BRIEFMILL_OPENAI__BASE_URL": fake.base_url,
            "BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE": "6000",
        }
        home.drop("paid.yaml", PAID)
        daemon = home.start()
        try:
            until(lambda: len(fake.book.charged()) == 2, daemon)
            until(lambda: ask(home, "SELECT count(*) FROM spend WHERE outcome = 'ok'") == [(2,)], daemon)
        finally:
            daemon.kill()
            daemon.wait()
            daemon.stderr.close()
        other = restored(home, tmp_path / "other", tmp_path / "kept.zip")
        other.run_until_idle()
        assert counts(other) == {"delivered": 1}
        assert len(fake.book.charged()) == 2
        (job,) = other.jobs()
        assert job["cost_usd"] == pytest.approx(fake.book.cost_micros / 1e6)


def test_the_same_home_restored_over_itself_goes_on(busy, tmp_path):
    drop(busy, 1)
    busy.run_until_idle()
    told = busy.json("backup", str(tmp_path))
    shutil.rmtree(busy.path / "state")
    busy.command("restore", told["path"])
    drop(busy, 1)
    drop(busy, 2)
    busy.run_until_idle()
    assert sorted(job["state"] for job in busy.jobs()) == ["delivered", "delivered", "duplicate"]
    assert busy.json("audit", "verify")["bad_row"] == 0
