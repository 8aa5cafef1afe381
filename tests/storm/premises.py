"""The premises of a storm: homes that are cheap to make, briefs that are cheap to run, and their dropper.

A drop is a bundle that brings its own small grey picture, so that nothing is drawn; a plain brief that a maker is asked
for; a brief that is refused; or a twin, the same bytes under another name. Each `put` is one rename into the inbox, as
a careful dropper does it, and returns what the books need to know of it.
"""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from acceptance.conftest import Home
from grey import png
from storm import books
from storm.books import Drop, Places

LOOK_S = 0.1
PICTURE = png(300, 250)
PYTHON = getattr(sys, "_base_executable", sys.executable)
"""The interpreter itself: `python` may be a script that starts another, and strace would count that one too."""


def bundle(campaign: str) -> bytes:
    """A brief with one creative, for a folder that holds `cup.png`."""
    return _brief(campaign, products=[{"id": "cup", "name": "Cup", "image": "cup.png"}])


def plain(campaign: str) -> bytes:
    """A brief with one creative whose picture somebody must make."""
    return _brief(campaign, products=[{"id": "cup", "name": "Cup"}])


def bad(campaign: str) -> bytes:
    """A brief that is whole and will be refused: it has no message."""
    return json.dumps({"campaign": campaign, "products": ["Cup"], "placements": ["300x250"]}).encode()


def _brief(campaign: str, **more: object) -> bytes:
    return json.dumps({"campaign": campaign, "message": "Begin gently", "placements": ["300x250"], **more}).encode()


class Premises(Home):
    """A home, its daemon, and the books about it. `inbox` may lie elsewhere."""

    def __init__(self, path: Path, inbox: Path | None = None) -> None:
        super().__init__(path)
        self.places = Places.of(path, inbox)
        self.environ |= {
            "PYTHONDONTWRITEBYTECODE": "1",
            "BRIEFMILL_LOGGING__LEVEL": "warning",
            "BRIEFMILL_GENERATE__MAKER": "procedural",
        }
        if inbox is not None:
            self.environ["BRIEFMILL_FOLDERS__INBOX"] = str(inbox)

    @property
    def interpreter(self) -> list[str]:
        """The command line of the daemon without any shim before it, with the environment's packages."""
        return [PYTHON, "-m", "briefmill", "run", "--until-idle"]

    @property
    def bare(self) -> dict[str, str]:
        """The environment for `interpreter`: it does not find the packages by itself."""
        packages = [entry for entry in sys.path if entry.endswith("site-packages")]
        sources = [str(Path(__file__).parents[2] / "daemon")]
        return {**self.environ, "PYTHONPATH": os.pathsep.join([*sources, *packages, self.environ["PYTHONPATH"]])}

    def copy_to(self, path: Path) -> "Premises":
        """The same home, which nobody has run yet, in another place."""
        shutil.copytree(self.path, path)
        return Premises(path)

    def serve(self) -> subprocess.Popen[str]:
        """The daemon, as a user starts it; its log goes to `daemon.log` beside the home."""
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "briefmill", "run"], env=self.environ, stdout=log, stderr=log, text=True
            )

    def stop(self, daemon: subprocess.Popen[str]) -> None:
        """Stop a daemon as systemd does, and expect that it ends well."""
        daemon.terminate()
        try:
            code = daemon.wait(timeout=60)
        finally:
            daemon.kill()
        assert code == 0, (code, self.log.read_text()[-4000:])

    @property
    def log(self) -> Path:
        """Where `serve` writes what the daemon says."""
        return self.path.with_name(f"{self.path.name}.log")

    def recover(self, timeout_s: float = 120) -> None:
        """Run until idle, and expect that it ends well within so many seconds."""
        with self.log.open("a") as log:
            done = subprocess.run(
                [sys.executable, "-m", "briefmill", "run", "--until-idle"],
                env=self.environ,
                stdout=log,
                stderr=log,
                timeout=timeout_s,
                check=False,
            )
        assert done.returncode == 0, (done.returncode, self.log.read_text()[-4000:])

    def closed(self) -> int:
        """How many jobs have come to rest, by the ledger of a daemon that may be running; 0 before it has one."""
        marks = ", ".join(f"'{state}'" for state in (*books.CLOSED, "held"))
        if not (self.places.state / "briefmill.db").exists():
            return 0
        with closing(sqlite3.connect(self.places.state / "briefmill.db", timeout=30)) as ledger:
            if not ledger.execute("SELECT count(*) FROM sqlite_master WHERE name = 'jobs'").fetchone()[0]:
                return 0
            return int(ledger.execute(f"SELECT count(*) FROM jobs WHERE state IN ({marks})").fetchone()[0])

    def listen(self) -> None:
        """Give the daemon a port of its own for `metric`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._address = f"127.0.0.1:{free.getsockname()[1]}"
        self.environ["BRIEFMILL_TELEMETRY__LISTEN"] = self._address

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels, as Prometheus would fetch it now."""
        with urllib.request.urlopen(f"http://{self._address}/metrics", timeout=60) as page:
            lines = page.read().decode().splitlines()
        found = [line.rpartition(" ")[2] for line in lines if re.match(rf"{name}[{{ ]", line)]
        assert found, f"no metric {name}"
        return sum(map(float, found))

    def await_word(self, word: str, daemon: subprocess.Popen[str]) -> None:
        """Wait until the daemon's log says this; the daemon must live as long."""
        while word not in self.log.read_text():
            assert daemon.poll() is None, self.log.read_text()[-4000:]
            time.sleep(LOOK_S)

    def await_closed(self, count: int, daemon: subprocess.Popen[str], timeout_s: float) -> None:
        """Wait until so many jobs have come to rest; the daemon must live as long."""
        end = time.monotonic() + timeout_s
        while self.closed() < count:
            assert daemon.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < end, f"{self.closed()} of {count} after {timeout_s} s"
            time.sleep(LOOK_S)

    def put(self, name: str, brief: bytes, picture: bytes | None = None, *, durable: bool = False) -> Drop:
        """Drop a brief, or with a picture a folder; with `durable` it is on the disk when this returns."""
        waiting = self.places.inbox.parent / "dropper"
        waiting.mkdir(exist_ok=True)
        made = waiting / name
        if picture is None:
            made.write_bytes(brief)
            whole = [made]
        else:
            made.mkdir()
            (made / "brief.json").write_bytes(brief)
            (made / "cup.png").write_bytes(picture)
            whole = [made / "brief.json", made / "cup.png", made]
        if durable:
            sync(whole)
        made.rename(self.places.inbox / name)
        if durable:
            sync([self.places.inbox])
        return Drop.of(name, brief)

    def balance(self, drops: Sequence[Drop], *others: "Premises") -> books.Balance:
        """The books over this home and others; each audit chain is verified by the product's own command."""
        balance = books.balance(drops, [self.places, *(other.places for other in others)])
        for home in (self, *others):
            assert home.json("audit", "verify")["bad_row"] == 0
        return balance


def sync(paths: Sequence[Path]) -> None:
    """Bring files and folders to the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
