"""The storm's way to kill: what strace tells is understood, and a crash strikes after the change that was meant."""

import os
import shutil
import sys

import pytest

from storm import tracing
from storm.test_killed_at_every_change import spread

WORK = """\
import os, sys, threading
home = sys.argv[1]
def work(name):
    for number in range(4):
        os.mkdir(f"{home}/{name}-{number}")
for name in "ab":
    thread = threading.Thread(target=work, args=(name,))
    thread.start()
    thread.join()
os.mkdir(home + "-beside")
os.rename(f"{home}/a-0", f"{home}/last")
"""
TOLD = """\
7 mkdir("/home/a", 0777) = 0
7 mkdir("/home/a", 0777) = -1 EEXIST (File exists)
8 rename("/tmp/x", "/home/b" <unfinished ...>
7 openat(AT_FDCWD</>, "/home/a", O_RDONLY|O_CLOEXEC) = 3</home/a>
7 write(2</dev/null>, ""..., 40) = 40
8 <... rename resumed>) = 0 (DELAYED)
7 openat(AT_FDCWD</>, "/home/c", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4</home/c>
7 pwrite64(9</home/db-shm>, ""..., 1, 4095) = 1
7 fsync(4</home/c> <unfinished ...>
9 +++ exited with 0 +++
7 <... fsync resumed>) = ?
"""


def test_only_what_succeeded_and_changed_something_below_the_home_counts():
    seen = [change.call for change in tracing.changes(iter(TOLD.splitlines()), "/home")]

    assert seen == ["mkdir", "rename", "openat"]


def test_points_are_spread_from_the_first_to_the_last():
    assert spread(3, 5) == [1, 2, 3]
    assert spread(214, 4) == [1, 72, 143, 214]
    assert spread(214, 1) == [107]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("number", [1, 4, 6])
def test_the_kill_strikes_after_the_change_that_was_meant_whichever_thread_makes_it(tmp_path, number):
    home = tmp_path / "home"
    home.mkdir()
    command = [getattr(sys, "_base_executable", sys.executable), "-c", WORK, str(home)]

    struck = tracing.kill_after(command, dict(os.environ), home, "mkdir", number)

    assert struck
    order = [f"{name}-{count}" for name in "ab" for count in range(4)]
    assert sorted(path.name for path in home.iterdir()) == order[:number]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_what_never_comes_so_far_is_said_so(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    command = [getattr(sys, "_base_executable", sys.executable), "-c", WORK, str(home)]

    seen = [change.call for change in tracing.count(command, dict(os.environ), home)]

    assert seen == ["mkdir"] * 8 + ["rename"]
    shutil.rmtree(home)
    shutil.rmtree(tmp_path / "home-beside")
    home.mkdir()
    assert not tracing.kill_after(command, dict(os.environ), home, "rename", 2)
    assert (home / "last").is_dir()
