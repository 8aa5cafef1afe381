"""The power is cut: what is on the disk at that moment, with its journal replayed, is all that is left.

The whole home lies on an ext4 of its own in a file. While a daemon works on a trickle of drops, the file is cloned, as
the disk would stand there without power; each clone is mounted and its own daemon run. Every brief that had been synced
into the inbox before the cut must be there, once. The file lies on an XFS, which clones it in one moment: a copy that
takes its time would mix several, and no disk looks like that.
"""

import collections
import itertools
import shutil
import subprocess
import threading
import time

from storm import premises as sites
from storm.premises import Premises

CUTS, CUTS_SHORT = 30, 3
PAUSE_S = 0.25


class Trickle:
    """A dropper at work: one durable drop after another, and which of them had returned at any moment."""

    def __init__(self, home):
        self.home, self.drops = home, []
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self):
        for number in itertools.count():
            if self._enough.wait(PAUSE_S):
                return
            match number % 4:
                case 3:
                    drop = self.home.put(f"bad {number}.json", sites.bad(f"Bad {number}"), durable=True)
                case 2:
                    drop = self.home.put(f"twin {number}.json", sites.bundle("Same"), durable=True)
                case _:
                    drop = self.home.put(f"tide {number}", sites.bundle(f"Tide {number}"), sites.PICTURE, durable=True)
            self.drops.append(drop)

    def stop(self):
        self._enough.set()
        self._thread.join()


def image(path, size, *make):
    subprocess.run(["truncate", "-s", size, path], check=True)
    subprocess.run([*make, path], check=True)
    return path


def test_the_power_is_cut(needs, row, length, mounted, tmp_path):
    needs("mkfs.ext4", "mkfs.xfs", "losetup", root=True)
    line, faults = row("power cut (ext4, cloned under way, journal replayed)"), []
    store = image(tmp_path / "store.img", "4G", "mkfs.xfs", "-q", "-m", "reflink=1")
    store = mounted(["mount", "-o", "loop", store], tmp_path / "store")
    disk = image(store / "disk.img", "600M", "mkfs.ext4", "-q", "-F")
    living = Premises(mounted(["mount", "-o", "loop", disk], tmp_path / "disk") / "home")
    living.command("init")
    daemon, trickle = living.serve(), Trickle(living)
    cuts = []
    try:
        for number in range(length(CUTS, CUTS_SHORT)):
            while len(trickle.drops) < 2 * number + 1:
                assert daemon.poll() is None, living.log.read_text()[-2000:]
                time.sleep(0.07)
            promised = list(trickle.drops)
            cut = store / f"cut-{number}.img"
            subprocess.run(["cp", "--reflink=always", disk, cut], check=True)
            cuts.append((cut, promised))
    finally:
        trickle.stop()
        daemon.kill()
        daemon.wait()
    waiting = collections.Counter()
    for cut, promised in cuts:
        folder = mounted(["mount", "-o", "loop", cut], tmp_path / cut.stem)
        home = Premises(folder / "home")
        shutil.rmtree(home.path / "dropper", ignore_errors=True)
        waiting["rows"] += len(home.jobs())
        home.recover()
        balance = home.balance(promised)
        line.add(balance, cut.stem)
        faults += [f"{cut.stem}: {fault}" for fault in (*balance.faults, *balance.left)]
        if balance.open:
            faults.append(f"{cut.stem}: {dict(balance.states)}")
        subprocess.run(["umount", "--lazy", folder], check=True)
        cut.unlink()
    line.remarks = f"{waiting['rows']:,} jobs were in the ledgers when the power went"
    assert not faults, "\n".join(faults)
