"""A heartbeat goes through a real daemon, and nothing of it is left."""

import contextlib
import json
import signal
import socket
import sqlite3
import time
import urllib.request

import pytest

from briefmill.fake_openai import FakeOpenAI
from briefmill.wiring.heartbeat import brief

pytestmark = pytest.mark.acceptance

TOKEN = "0123456789abcdef" * 2


class Beating:
    def __init__(self, home, every):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.home = home
        home.environ |= {"BRIEFMILL_TELEMETRY__LISTEN": self.address, "BRIEFMILL_TELEMETRY__HEARTBEAT": every}

    def figures(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return {}
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

    def until(self, met):
        ends = time.monotonic() + 60
        while not met(figures := self.figures()):
            assert time.monotonic() < ends, figures
            time.sleep(0.1)
        return figures

    @contextlib.contextmanager
    def running(self):
        daemon = self.home.start()
        try:
            yield
        finally:
            daemon.send_signal(signal.SIGINT)
            self.told = daemon.communicate(timeout=60)[1]
        assert daemon.returncode == 0


def left(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def count(figures, outcome):
    return figures.get(f'briefmill_heartbeats_total{{outcome="{outcome}"}}', 0)


def test_heartbeats_come_through_and_leave_nothing_but_their_rows(home):
    beating = Beating(home, "1s")
    with FakeOpenAI() as fake:
        home.environ |= {"OPENAI_API_KEY": fake.key, "BRIEFMILL_OPENAI__BASE_URL": fake.base_url}
        with beating.running():
            figures = beating.until(lambda figures: count(figures, "ok") >= 2)
        assert not fake.book.calls("images.generations")

    stations = [name for name in figures if name.startswith("briefmill_heartbeat_timestamp_seconds")]
    assert len(stations) == 6
    assert all(figures[name] > 0 for name in stations)
    assert all(
        value == 0 for name, value in figures.items() if name.startswith(("briefmill_briefs", "briefmill_spend"))
    )
    folders = ("inbox", "outbox", "rejected", "archive", "state/cache", "state/work")
    assert {name: left(home.path / name) for name in folders[1:]} == {name: [] for name in folders[1:]}
    assert home.inbox() == []
    assert home.jobs() == []
    seen = home.json("jobs", "list", "--heartbeats", "--limit", "0")
    assert {job["state"] for job in seen} == {"delivered"}
    assert all(job["cost_usd"] == 0 for job in seen)
    with contextlib.closing(sqlite3.connect(home.path / "state" / "briefmill.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM spend").fetchone() == (0,)
    assert home.json("audit", "verify")["bad_row"] == 0


def test_one_that_a_brand_rule_refuses_is_told_and_leaves_no_refusal(home):
    (home.path / "config" / "brands" / "briefmill.yaml").write_text("name: Briefmill\nforbidden_words: [well]\n")
    beating = Beating(home, "1s")
    with beating.running():
        beating.until(lambda figures: count(figures, "failed") >= 1)

    told = [json.loads(line) for line in beating.told.splitlines()]
    line = next(line for line in told if line["event"] == "heartbeat.ended" and line["outcome"] == "failed")
    assert line["level"] == "warning"
    assert "rejected: " in line["reason"]
    assert left(home.path / "rejected") == left(home.path / "state" / "work") == []


def test_one_left_by_a_killed_daemon_is_taken_away_and_a_brief_that_only_has_its_name_is_made(home):
    name = f"briefmill-heartbeat-{TOKEN}.json"
    home.drop(name, brief(TOKEN))
    home.run_until_idle()
    assert home.jobs() == []
    assert home.inbox() == []

    home.drop(name, brief("another").replace(b"briefmill-heartbeat", b"mine"))
    home.run_until_idle()
    (job,) = home.jobs()
    assert (job["source"], job["state"]) == (name, "delivered")
