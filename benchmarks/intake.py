"""What taking briefs in costs, beside a bare loop of scandir, rename, fsync and SQLite in the same run.

    python benchmarks/intake.py [claim|flood|idle|notice ...] [--briefs 10000]

Every figure is printed with its bound; the command leaves with 1 when one is missed. Bare means: no ledger, no audit,
no settling, nothing looked into, one file after the other, each durable (`synchronous=FULL`, fsync of the folder).
"""

import argparse
import asyncio
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from briefmill.domain.job import State
from briefmill.engine.bell import LocalBell
from briefmill.engine.offload import Offload
from briefmill.intake import mounts, scan, settle
from briefmill.intake.admit import Office
from briefmill.intake.intake import Intake, Manners, Places
from briefmill.intake.settle import Policy, Verdict
from briefmill.intake.table import Row
from briefmill.ledger.sql import SqlLedger
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.telemetry.hooks import Listeners
from briefmill.wiring import inward
from briefmill.wiring.clock import SystemClock

BRIEF = '{"campaign": "Flood %d", "message": "Carry the calm of summer", "products": [{"name": "Bottle"}]}'
missed = []


def say(what, measured, bound, unit=""):
    fine = measured <= bound
    print(f"{'ok    ' if fine else 'MISSED'} {what:<66} {measured:8.2f}{unit}   (at most {bound:g}{unit})", flush=True)
    if not fine:
        missed.append(what)


# ------------------------------------------------------------------------------------------------------ the bare loop


class Bare:
    """The least that taking a file durably can cost."""

    def __init__(self, home):
        self.taken = home / "taken"
        self.taken.mkdir()
        self.database = sqlite3.connect(home / "bare.db", isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("CREATE TABLE jobs (name BLOB)")

    def take(self, path):
        self.database.execute("INSERT INTO jobs VALUES (?)", (os.fsencode(path.name),))
        os.rename(path, self.taken / path.name)
        sync(self.taken)


def sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def bare_flood(home, count):
    inbox = fill(home / "bare", count)
    bare = Bare(home)
    began = time.perf_counter()
    with os.scandir(inbox) as found:
        paths = [Path(item.path) for item in found if item.is_file()]
    for path in paths:
        bare.take(path)
    took = time.perf_counter() - began
    assert len(list(bare.taken.iterdir())) == count
    return took


# ------------------------------------------------------------------------------------------------------------ our side


def fill(folder, count):
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"brief-{number:06}.json").write_text(BRIEF % number)
    return folder


@contextmanager
def a_home():
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        yield Path(folder)


@asynccontextmanager
async def an_intake(home, *, quiet_s=0.0, watcher="off", interval_s=5.0):
    """A real intake over a real ledger, without the engine behind it."""
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    mounts.mark(inbox)
    clock, offload = SystemClock(), Offload(16)
    ledger = SqlLedger(home / "briefmill.db", clock)
    settings = Settings.load(home, {})
    office = Office(
        journal=ledger.journal,
        records=ledger.records,
        listener=Listeners(()),
        clock=clock,
        bell=LocalBell(),
        door=offload,
    )
    intake = Intake(
        places=Places(inbox=inbox, work=home / "work", library=home),
        manners=Manners(policy=Policy(quiet_s=quiet_s), watcher=watcher, interval_s=interval_s, owner="bench"),
        office=office,
        store=FileStore(home / "store"),
        read=inward.reader(settings),
        complete=inward.complete,
    )
    try:
        yield intake, ledger, inbox
    finally:
        offload.close()
        ledger.close()


class Lag:
    """How long the loop was not free for others, at worst."""

    def __init__(self):
        self.worst_s = 0.0

    async def watch(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.worst_s = max(self.worst_s, time.perf_counter() - before - 0.005)


# ------------------------------------------------------------------------------------------------------------- figures


async def claim(count=320):
    """Settled briefs, claimed (journal, rename, fsync), beside rename + fsync + one commit for each.

    The journal's row waits for no disk while no other daemon serves the inbox: what a power cut takes of it comes back
    from the claim folder. The row that lasts is the admission's, which belongs to what follows.
    """
    for together, called in ((64, "in batches of 64, as they come when there are many"), (1, "alone")):
        with a_home() as home:
            bare, other = Bare(home), fill(home / "bare", count)
            ours, theirs = [], []
            async with an_intake(home) as (intake, _, inbox):
                await intake.tick("start")
                for start in range(0, count, together):
                    names = [f"brief-{number:06}.json" for number in range(start, start + together)]
                    began = time.perf_counter()
                    for name in names:
                        bare.take(other / name)
                    theirs.append((time.perf_counter() - began) / together)
                    rows = [a_settled(intake, inbox / name) for name in names]
                    began = time.perf_counter()
                    assert len(await intake._taking.claim(rows)) == together
                    ours.append((time.perf_counter() - began) / together)
        one, other = statistics.median(ours), statistics.median(theirs)
        say(f"claim of a settled brief {called} / bare", one / other, 2.0, "x")
        print(
            f"       median {one * 1e3:.2f} ms beside {other * 1e3:.2f} ms for a bare rename + fsync + one FULL commit"
        )


def a_settled(intake, path):
    """A brief that lies in the inbox and in the intake's table, ready to be taken."""
    path.write_text(BRIEF % int(path.stem[-6:]))
    name = os.fsencode(path.name)
    look = scan.look_at(os.fsencode(path))
    settling = settle.Settling(look=look, first=0, since=0, verdict=Verdict.READY, reason="", until=None)
    entry = scan.Entry(name=name, named=intake._manners.names.classify(name), look=look)
    intake._table.rows[name] = Row(entry=entry, settling=settling, seen_at=SystemClock().now())
    return intake._table.rows[name]


async def flood(count):
    """Thousands of briefs renamed in at once: until the last of them is ours."""
    with a_home() as home:
        theirs = bare_flood(home, count)
        staged = fill(home / "staged", count)
        async with an_intake(home) as (intake, ledger, inbox):
            for path in staged.iterdir():
                path.rename(inbox / path.name)
            lag = Lag()
            watch = asyncio.create_task(lag.watch())
            stop = asyncio.Event()
            began = time.perf_counter()
            task = asyncio.create_task(intake.run(stop))
            while True:
                counts = await asyncio.to_thread(ledger.records.counts)
                if sum(counts.values()) - counts[State.SETTLING] >= count:
                    break
                await asyncio.sleep(0.05)
            ours = time.perf_counter() - began
            watch.cancel()
            stop.set()
            await task
            assert not [path for path in inbox.iterdir() if path.name != ".briefmill"]
    say(f"{count} briefs at once, all claimed / bare loop", ours / theirs, 3.0, "x")
    print(f"       {ours:.1f} s beside {theirs:.1f} s bare, {count / ours:.0f} a second")
    say("the loop at worst not free for", lag.worst_s * 1e3, 100.0, " ms")


async def notice(count=200, quiet_s=0.5):
    """From the end of a write to the claim, on a local disk with native events."""
    with a_home() as home:
        async with an_intake(home, quiet_s=quiet_s, watcher="native") as (intake, ledger, inbox):
            stop = asyncio.Event()
            task = asyncio.create_task(intake.run(stop))
            await asyncio.sleep(0.5)
            written = {}
            chance = random.Random(7)
            for number in range(count):
                path = inbox / f"brief-{number:06}.json"
                path.write_text(BRIEF % number)
                written[path.name.encode()] = time.time()
                await asyncio.sleep(chance.uniform(0.0, 0.2))
            while sum((await asyncio.to_thread(ledger.records.counts)).values()) < count:
                await asyncio.sleep(0.05)
            stop.set()
            await task
            waits = []
            for row in ledger.trail.rows():
                if row.event == "job.seen":
                    name = ledger.records.job(row.job).source_raw
                    waits.append(row.at.timestamp() - written[name])
    waits.sort()
    p99 = waits[int(len(waits) * 0.99) - 1]
    say(f"a finished write is noticed after quiet time ({quiet_s:g} s) +, p99", (p99 - quiet_s) * 1e3, 300.0, " ms")


def idle(count=10_000, seconds=60):
    """A real daemon beside an inbox full of files that are none of its business."""
    with a_home() as home:
        environ = {**os.environ, "BRIEFMILL_HOME": str(home), "BRIEFMILL_TELEMETRY__LISTEN": ""}
        subprocess.run([sys.executable, "-m", "briefmill", "init"], env=environ, check=True, stdout=subprocess.DEVNULL)
        for number in range(count):
            (home / "inbox" / f"notes-{number:06}.txt").touch()
        began = time.process_time()
        for _ in range(10):
            with os.scandir(home / "inbox") as found:
                sum(1 for _ in found)
        bare = (time.process_time() - began) / 10 / 5.0
        daemon = subprocess.Popen(
            [sys.executable, "-m", "briefmill", "run"],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(15)
            before = cpu_s(daemon.pid)
            time.sleep(seconds)
            share = (cpu_s(daemon.pid) - before) / seconds
        finally:
            daemon.terminate()
            daemon.wait(30)
    say(f"an idle daemon with {count} ignored files, of one core", share * 100, 1.0, " %")
    print(f"       a bare scandir every 5 s would be {bare * 100:.2f} %")


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", nargs="*", default=["claim", "flood", "notice", "idle"])
    parser.add_argument("--briefs", type=int, default=10_000)
    asked = parser.parse_args()
    for figure in asked.figures:
        match figure:
            case "claim":
                asyncio.run(claim())
            case "flood":
                asyncio.run(flood(asked.briefs))
            case "notice":
                asyncio.run(notice())
            case "idle":
                idle()
            case _:
                parser.error(f"no figure is called {figure}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
