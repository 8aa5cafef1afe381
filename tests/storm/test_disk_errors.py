"""System calls that fail: a disk that will not sync, that is full, that is another one, that takes only half a write.

Whatever the daemon makes of a fault while it lasts (it may pause, it may leave), the books must balance once it runs
without. What it held meanwhile for a person is released by one. strace counts for each thread, so that a point is a
depth, not a place: several depths are tried, and each row says how often the fault really struck.
"""

import collections

import pytest

from grey import png
from storm import premises as sites
from storm import tracing

PATIENCE_S = 6
FAULTS = (
    ("fsync says EIO", "fsync:error=EIO:when={at}", (1, 2, 4, 8, 12)),
    ("fdatasync says EIO", "fdatasync:error=EIO:when={at}", (1, 2, 4, 8)),
    ("every fsync says EIO, from the n-th on", "fsync:error=EIO:when={at}+", (2, 6)),
    ("write says ENOSPC, from the n-th on", "write:error=ENOSPC:when={at}+", (3, 6, 12)),
    ("pwrite64 says ENOSPC, from the n-th on", "pwrite64:error=ENOSPC:when={at}+", (2, 20, 80)),
    ("rename says EXDEV", "rename:error=EXDEV:when={at}", (1, 2, 3, 5)),
    ("renameat2 says EINVAL, as on FUSE", "renameat2:error=EINVAL:when={at}+", (1,)),
    ("openat says EMFILE", "openat:error=EMFILE:when={at}", (3, 6, 40)),
)
LARGEST = (30_000, 150_000, 600_000)
"""Bytes after which a file may not grow: in the creatives, in the database, in the supplied picture."""


def dropped(home, picture=sites.PICTURE):
    return [
        home.put("tide", sites.bundle("Tide"), picture),
        home.put("dune.json", sites.plain("Dune")),
        home.put("bad.json", sites.bad("Bad")),
        home.put("twin of bad.json", sites.bad("Bad")),
    ]


def wrong(home, drops, line, told, codes):
    """Recover, add a try to the row, and tell what is not as it must be."""
    home.recover()
    held = [job["id"] for job in home.jobs() if job["state"] == "held"]
    for job in held:
        home.command("jobs", "release", job)
    if held:
        codes["held"] += len(held)
        home.recover()
    balance = home.balance(drops)
    line.add(balance, told)
    sentences = [f"{told}: {fault}" for fault in (*balance.faults, *balance.left)]
    if balance.states != collections.Counter(delivered=2, rejected=2):
        sentences.append(f"{told}: {dict(balance.states)}")
    return sentences


def words(codes):
    held = codes.pop("held", 0)
    left = "left with " + ", ".join(f"{code} ({count}x)" for code, count in sorted(codes.items()))
    return f"{left}; {held} held, and done once released" if held else left


@pytest.mark.parametrize(("told", "inject", "depths"), FAULTS, ids=[fault[0].replace(" ", "_") for fault in FAULTS])
def test_a_call_that_fails_costs_nothing(needs, row, length, premises, tmp_path, told, inject, depths):
    needs("strace")
    line, faults, struck = row(told), [], 0
    codes = collections.Counter()
    for at in length(depths, depths[:1]):
        home = premises.copy_to(tmp_path / str(at))
        drops = dropped(home)
        code, times = tracing.fail(
            home.interpreter, home.bare, inject.format(at=at), tmp_path / f"{at}.strace", PATIENCE_S
        )
        codes[code] += 1
        struck += times
        faults += wrong(home, drops, line, f"at {at}", codes)
    line.remarks = f"struck {struck:,} times; {words(codes)}"
    assert struck, "the fault never struck"
    assert not faults, "\n".join(faults)


def test_writes_that_fall_short_cost_nothing(needs, row, length, premises, tmp_path):
    """RLIMIT_FSIZE: the write that crosses the bound is cut off in the middle, without an error; the next one fails."""
    needs("prlimit")
    line, faults = row("writes fall short, then say EFBIG (RLIMIT_FSIZE)"), []
    picture = png(1200, 1000) + bytes(900_000)
    codes = collections.Counter()
    for largest in length(LARGEST, LARGEST[:1]):
        home = premises.copy_to(tmp_path / str(largest))
        drops = dropped(home, picture)
        command = ["prlimit", f"--fsize={largest}", *home.interpreter]
        codes[tracing.endure(command, home.bare, PATIENCE_S)] += 1
        faults += wrong(home, drops, line, f"at {largest:,} bytes", codes)
    line.remarks = words(codes)
    assert set(codes) != {0} or "held" in line.remarks, "the bound stopped nothing"
    assert not faults, "\n".join(faults)
