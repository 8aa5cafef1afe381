"""A real daemon whose state lies on a real small disk that fills up, or whose ledger is taken away, and comes back.

The disk is a tmpfs in a mount namespace of its own, which an ordinary user may make where the system allows it.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from acceptance.conftest import BRIEF

MB = 2**20

pytestmark = pytest.mark.acceptance


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    words = ["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


class Daemon:
    """The daemon of a home with its state on a small disk, seen as its users see it."""

    def __init__(self, home, size_mb, port, **settings):
        self.home, self.port = home, port
        home.environ["BRIEFMILL_TELEMETRY__LISTEN"] = f"127.0.0.1:{port}"
        home.environ["BRIEFMILL_LOGGING__FORMAT"] = "json"
        home.environ.update(settings)
        state = home.path / "state"
        shutil.rmtree(state)
        state.mkdir()
        words = [sys.executable, "-m", "briefmill", "run"]
        if size_mb:
            script = f'mount -t tmpfs -o size={size_mb}m tmpfs "$1" && shift && exec "$@"'
            words = ["unshare", "-Urm", "sh", "-c", script, "sh", str(state), *words]
        self.process = subprocess.Popen(words, env=home.environ, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()
        # The namespace's own view of the state, from outside of it.
        self.ballast = Path(f"/proc/{self.process.pid}/root{state}/ballast")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def gauge(self, resource):
        return f'briefmill_paused{{resource="{resource}"}} 1.0' in self.get("/metrics")[1]

    def ready(self):
        return self.get("/readyz")

    def until(self, what, why, seconds=60.0):
        end = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < end, (why, self.ready(), self.lines)
            threading.Event().wait(0.05)

    def fill(self, keep_mb):
        """Leave so much free."""
        disk = os.statvfs(self.ballast.parent)
        left = disk.f_bavail * disk.f_frsize - keep_mb * MB
        with self.ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while left > 0:
                left -= file.write(bytes(min(left, MB)))

    def empty(self):
        self.ballast.unlink()

    def events(self, name):
        found = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [line for line in found if line["event"] == name]

    def delivered(self):
        return sorted(path.name for path in (self.home.path / "outbox").iterdir() if not path.name.startswith("."))

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        self.reader.join()
        self.process.stderr.close()


@contextlib.contextmanager
def running(home, size_mb, port, **settings):
    if size_mb and not may_mount():
        pytest.skip("no mount namespaces for this user")
    daemon = Daemon(home, size_mb, port, **settings)
    try:
        daemon.until(lambda: daemon.ready()[0] == 200, "it never became ready")
        yield daemon
    finally:
        daemon.end()


def test_below_the_floor_everything_waits_and_goes_on_by_itself(home, unused_tcp_port):
    with running(home, 96, unused_tcp_port, BRIEFMILL_DISK__FLOOR="32 MiB") as daemon:
        daemon.fill(16)
        daemon.until(lambda: daemon.gauge("disk"), "the pause was not told")
        home.drop("brief.yaml")
        status, words = daemon.ready()
        assert status == 503
        assert "the floor is 33.6 MB" in words
        seen = daemon.get("/metrics")[1]
        daemon.until(lambda: daemon.get("/metrics")[1] != seen, "no scan")
        assert home.inbox() == ["brief.yaml"], "nothing is taken that cannot be written down"
        daemon.empty()
        daemon.until(daemon.delivered, "it was never delivered")
        daemon.until(lambda: daemon.ready()[0] == 200, "it is not ready again")
        assert not daemon.gauge("disk")
    assert daemon.delivered() == ["morning-light"]
    assert [line["resource"] for line in daemon.events("pipeline.paused")] == ["disk"]
    assert [line["resource"] for line in daemon.events("pipeline.resumed")] == ["disk"]
    assert daemon.events("daemon.failed") == []


def test_a_disk_that_is_full_to_the_last_byte_costs_no_brief(home, unused_tcp_port):
    with running(home, 96, unused_tcp_port, BRIEFMILL_DISK__FLOOR="off") as daemon:
        daemon.fill(0)
        home.drop("brief.yaml")
        daemon.until(lambda: daemon.gauge("disk"), "the pause was not told")
        status, words = daemon.ready()
        assert status == 503
        assert "disk" in json.loads(words)["checks"]["pipeline"]["detail"]
        daemon.empty()
        daemon.until(daemon.delivered, "it was never delivered")
        daemon.until(lambda: daemon.ready()[0] == 200, "it is not ready again")
    assert daemon.delivered() == ["morning-light"]
    assert home.inbox() == []
    assert len(daemon.events("pipeline.paused")) == len(daemon.events("pipeline.resumed")) == 1
    assert daemon.events("daemon.failed") == []


def test_a_ledger_that_is_taken_away_or_locked_costs_no_brief(home, unused_tcp_port):
    with running(home, 0, unused_tcp_port) as daemon:
        ledger = home.path / "state" / "briefmill.db"
        away = ledger.rename(ledger.with_name("away.db"))
        daemon.until(lambda: daemon.gauge("ledger"), "the pause was not told")
        home.drop("brief.yaml")
        status, words = daemon.ready()
        assert status == 503
        assert "briefmill.db was removed" in json.loads(words)["checks"]["ledger"]["detail"]
        assert not ledger.exists()
        away.rename(ledger)
        daemon.until(daemon.delivered, "it was never delivered")
        daemon.until(lambda: daemon.ready()[0] == 200, "it is not ready again")

        other = sqlite3.connect(ledger, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        home.drop("second.yaml", BRIEF.replace("Begin gently", "Go on gently"))
        daemon.until(lambda: daemon.gauge("ledger"), "the lock was not told")
        status, words = daemon.ready()
        assert status == 503
        assert "in use by another process" in json.loads(words)["checks"]["ledger"]["detail"]
        other.execute("ROLLBACK")
        other.close()
        daemon.until(lambda: len(daemon.delivered()) == 2, "it was never delivered")
        daemon.until(lambda: daemon.ready()[0] == 200, "it is not ready again")
    assert [line["resource"] for line in daemon.events("pipeline.paused")] == ["ledger", "ledger"]
    assert len(daemon.events("pipeline.resumed")) == 2
