"""What a thousand bought pictures do to the daemon: its memory, and how long its event loop is ever blocked.

    python benchmarks/money.py [--quick]

The daemon runs against the fake OpenAI, which is another process; both are real. Memory is the resident set of the
daemon's own process, without its pixel workers, read after each tenth of the pictures. The loop is watched from inside
by a task that sleeps for ten milliseconds again and again: what it oversleeps, the loop was blocked, or the machine had
no core free. Every figure is printed with its bound; the command leaves with 1 when one is missed. Nothing is fetched,
nothing is paid.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import homes

PRODUCTS = 4
TICK_S = 0.01
BLOCKED_MS = 100.0
GROWTH_MB = 40.0
"""What a process may grow by while it fills its pools; a leak of the pictures themselves would be two gigabytes."""


def resident_mb():
    """The resident set of this process."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


class Watch:
    """A listener that counts pictures, and a task that measures how late the loop is."""

    def __init__(self, every):
        self._every = every
        self.pictures, self.lags, self.memory = 0, [], []

    def hear(self, fact):
        if fact.event == "external.called" and fact.outcome == "ok":
            self.pictures += 1
            if self.pictures % self._every == 0:
                self.memory.append((self.pictures, round(resident_mb(), 1)))

    async def run(self):
        while True:
            began, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK_S)
            late = time.perf_counter() - began - TICK_S
            self.lags.append((late * 1000, (time.process_time() - worked) * 1000, self.pictures))


async def serve(home, every):
    """The daemon of a home until it is idle, watched."""
    from briefmill.settings import Settings
    from briefmill.wiring import daemon

    watch = Watch(every)
    task = asyncio.create_task(watch.run())
    await daemon.serve(Settings.load(home, os.environ), until_idle=True, listeners=(watch,), only_trouble=True)
    task.cancel()
    lags = sorted(watch.lags)
    print(
        json.dumps(
            {
                "pictures": watch.pictures,
                "longest": lags[-5:],
                "p999_ms": lags[int(len(lags) * 0.999)][0],
                "memory": watch.memory,
            }
        )
    )


def say(what, measured, bound, unit):
    fine = measured <= bound
    print(f"{'ok    ' if fine else 'MISSED'} {what:<60} {measured:9.1f} {unit}   (at most {bound:g} {unit})")
    return fine


def measured(pictures):
    """The figures of a run over so many pictures."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        home = homes.Home(Path(folder) / "home")
        fake = subprocess.Popen([sys.executable, "-m", "briefmill.fake_openai"], stdout=subprocess.PIPE, text=True)
        try:
            home.environ["OPENAI_API_KEY"] = "sk-fake"
            home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.stdout.readline().split()[-1]
            home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "60000"
            for number in range(pictures // PRODUCTS):
                products = [{"id": f"p{each}", "name": f"Cup {number} {each}"} for each in range(PRODUCTS)]
                brief = {"campaign": f"C {number}", "message": "Begin", "products": products, "placements": ["300x250"]}
                (home.path / "inbox" / f"{number}.json").write_text(json.dumps(brief), encoding="utf-8")
            command = [sys.executable, __file__, "--serve", str(home.path), "--every", str(pictures // 10)]
            done = subprocess.run(command, env=home.environ, stdout=subprocess.PIPE, text=True, check=True)
        finally:
            fake.terminate()
            fake.wait(20)
            fake.stdout.close()
    return json.loads(done.stdout.splitlines()[-1])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="a tenth of the pictures")
    options.add_argument("--serve", help=argparse.SUPPRESS)
    options.add_argument("--every", type=int, default=100, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.serve:
        asyncio.run(serve(Path(asked.serve), asked.every))
        return 0
    pictures = 100 if asked.quick else 1000
    began = time.monotonic()
    found = measured(pictures)
    print(f"       {found['pictures']} pictures in {time.monotonic() - began:.0f} s; resident after each tenth (MB): ")
    print(f"       {', '.join(f'{count}: {size:.0f}' for count, size in found['memory'])}")
    warm = [size for count, size in found["memory"] if count >= pictures * 0.2]
    fine = say("growth of the daemon from the second tenth to the last", max(warm) - warm[0], GROWTH_MB, "MB")
    calm = say("longest time that the event loop was blocked", found["longest"][-1][0], BLOCKED_MS, "ms")
    print(f"       999 of 1000 looks at the loop were late by less than {found['p999_ms']:.1f} ms; the longest:")
    for late, worked, count in reversed(found["longest"]):
        print(f"       {late:6.0f} ms, after {count} pictures; this process computed {worked:.0f} ms of it")
    load, cores = max(os.getloadavg()[:2]), len(os.sched_getaffinity(0))
    if not calm and load > 2 * cores:
        print(f"       not judged: {load:.1f} programs want {cores} cores, and each waits for the others")
        calm = True
    return 0 if fine and calm else 1


if __name__ == "__main__":
    sys.exit(main())
