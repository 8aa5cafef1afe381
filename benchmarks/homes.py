"""A real home for benchmarks: briefs that bring their own pictures, the daemon's process, and what its tree costs.

CPU and memory are read from /proc, so this is for Linux. Nothing heavy is imported here: the peak memory of a child
counts from the size of whoever starts it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

SIZES = ("1080x1080", "1080x1920", "1920x1080", "1080x1350", "1200x628", "300x250")
MESSAGES = {
    "en-US": "Summer starts here: refresh your day with 20% more flavour, now in every store",
    "de-DE": "Der Sommer beginnt hier: Erfrische deinen Tag mit 20% mehr Geschmack, jetzt überall",
}
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Home:
    """A home folder, its settings as environment, and a way to drop briefs into it."""

    def __init__(self, path, *, workers=0):
        self.path = path
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("BRIEFMILL_", "OPENAI_"))},
            "BRIEFMILL_HOME": str(path),
            "BRIEFMILL_TELEMETRY__LISTEN": "",
            "BRIEFMILL_LOGGING__LEVEL": "warning",
            "BRIEFMILL_INTAKE__QUIET_S": "0",
            "BRIEFMILL_INTAKE__INTERVAL_S": "1",
            "BRIEFMILL_ENGINE__WORKERS": str(workers),
            "BRIEFMILL_OUTPUT__QUALITY": "85",
            # A drawn picture enlarged is a matter of taste, not of cost: no brief shall be refused for it.
            "BRIEFMILL_COMPLIANCE__MAX_UPSCALE": "4",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.command("init")

    def command(self, *words):
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", *words], env=self.environ, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"briefmill {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def stage(self, names, picture, logo, *, products=1, messages=None):
        """Bundles of those names beside the inbox, each with pictures of its own, ready to be renamed in."""
        staged = self.path / "staged"
        staged.mkdir(exist_ok=True)
        made = []
        for name in names:
            folder = staged / name
            folder.mkdir()
            shutil.copy(logo, folder / "logo.png")
            for number in range(products):
                marked = with_mark(picture.read_bytes(), f"{name} {number}".encode())
                (folder / f"p{number}{picture.suffix}").write_bytes(marked)
            (folder / "brief.json").write_text(brief(name, picture.suffix, products, messages or MESSAGES))
            made.append(folder)
        return made

    def drop(self, folders):
        """All of them into the inbox, by rename."""
        for folder in folders:
            folder.rename(self.path / "inbox" / folder.name)

    def delivered(self):
        return sum(1 for _ in (self.path / "outbox").iterdir())

    def refused(self):
        return sum(1 for _ in (self.path / "rejected").iterdir())

    def wait(self, count, seconds=600):
        """Until so many campaigns are in the outbox."""
        until = time.monotonic() + seconds
        while self.delivered() < count:
            if self.refused():
                first = next((self.path / "rejected").iterdir())
                raise SystemExit(f"a brief was refused:\n{(first / 'REASONS.md').read_text()}")
            if time.monotonic() > until:
                raise SystemExit(f"{count} campaigns were not delivered within {seconds} s")
            time.sleep(0.02)

    @contextmanager
    def daemon(self):
        """The running daemon, ready; gives its meter, with the CPU it took to become ready. It logs to `daemon.log`."""
        with notified(self.path / "notify") as (address, ready), (self.path / "daemon.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "briefmill", "run"],
                env={**self.environ, "NOTIFY_SOCKET": address},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
            try:
                ready()
                meter = Tree(process.pid)
                meter.cold_s = meter.cpu_s()
                yield meter
            finally:
                process.terminate()
                process.wait(60)


@contextmanager
def a_home(**options):
    """A home in a temporary folder (BENCH_DIR chooses the disk), removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        yield Home(Path(folder), **options)


def brief(campaign, suffix, products, messages):
    return json.dumps(
        {
            "campaign": campaign,
            "message": messages,
            "brand": {"name": "Bench", "palette": ["#3C7A5B", "#F3E9D2"], "logo": "logo.png"},
            "products": [{"id": f"p{n}", "name": f"Product {n}", "image": f"p{n}{suffix}"} for n in range(products)],
            "placements": list(SIZES),
        },
        ensure_ascii=False,
    )


def with_mark(data, mark):
    """The same picture in other bytes: a comment in a JPEG, a text in a PNG."""
    if data[:2] == b"\xff\xd8":
        return data[:2] + b"\xff\xfe" + (len(mark) + 2).to_bytes(2) + mark + data[2:]
    import zlib

    body = b"tEXtComment\0" + mark
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return data[:33] + chunk + data[33:]


@contextmanager
def notified(path):
    """A socket as systemd has one; gives its address and a call that waits for READY."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(path))
        ear.settimeout(60)

        def ready():
            while b"READY=1" not in ear.recv(4096):
                pass

        try:
            yield str(path), ready
        finally:
            path.unlink()


class Tree:
    """What a process and all that it started take."""

    def __init__(self, pid):
        self.pid = pid
        self.cold_s = 0.0

    def members(self):
        """Ids of the process and its descendants."""
        children = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                fields = stat(int(entry.name))
                if fields:
                    children.setdefault(int(fields[1]), []).append(int(entry.name))
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            waiting += children.get(pid, [])
        return found

    def cpu_s(self):
        """User and system seconds of the whole tree, those of ended children included."""
        return sum(self.shares().values())

    def shares(self):
        """The same by process id."""
        return {pid: sum(map(int, fields[11:15])) * TICK_S for pid in self.members() if (fields := stat(pid))}

    def peaks(self):
        """The largest resident size so far of each process but the first, in MiB: the workers and their fork server."""
        return [memory(pid, "status", "VmHWM") for pid in self.members() if pid != self.pid]

    @contextmanager
    def watched(self, every_s=0.05):
        """Sample the tree's memory (PSS: what is shared is counted once); gives a list that ends with the peak."""
        samples, stop = [0.0], threading.Event()

        def look():
            while not stop.wait(every_s):
                samples[0] = max(samples[0], sum(memory(pid, "smaps_rollup", "Pss") for pid in self.members()))

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield samples
        finally:
            stop.set()
            watcher.join()


def stat(pid):
    """The fields of /proc/PID/stat after the name, from the state on; None when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def memory(pid, file, name):
    """MiB that a file of /proc tells under that name; 0 when the process has gone."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


def child_cpu(command, environ=None):
    """CPU seconds and MiB at the peak of one command; what it says is given too."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environ, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command[1:]} ended with {process.returncode}")
        said.seek(0)
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said.read().decode()
