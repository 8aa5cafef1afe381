"""The daemon under strace: count what it changes on the disk, kill it after any one of those changes, or let them fail.

strace's own counters are kept for each thread, so "the seventh rename" is another one in every run. Here strace only
tells: each change is printed and then its thread is held for a few milliseconds (`delay_exit`), in which the reader at
the other end of the pipe counts, over all threads and processes, and kills. The crash strikes exactly between two
changes. Only calls that succeeded and that name a path of the home count.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CHANGES = (
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat"),
    *("mkdir", "mkdirat", "rmdir", "openat", "ftruncate", "fallocate", "fsync", "fdatasync"),
    *("write", "writev", "pwrite64", "pwritev", "copy_file_range", "sendfile", "chmod", "fchmod"),
)
STRACE = ("strace", "-f", "--seccomp-bpf", "-e", "signal=none")
_HOLD_US = 20_000
_LINE = re.compile(r"^(?P<thread>\d+) +(?P<call>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)$")
_FAILED = re.compile(r"\)\s*= -?\d+ E[A-Z]+ |\)\s*= \?")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change on the disk: the system call and its line, as strace tells it."""

    call: str
    line: str


@contextmanager
def _traced(
    command: Sequence[str], environ: dict[str, str], options: Sequence[str]
) -> Iterator[tuple[int, Iterator[str]]]:
    """Run the command under strace; gives its process id and strace's lines, which end with it."""
    reading, writing = os.pipe()
    tracer = subprocess.Popen(
        [*STRACE, "-y", "-q", "-s", "0", "-o", f"/dev/fd/{writing}", *options, *command],
        env=environ,
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading, errors="surrogateescape") as lines:
        # The first line is the execve of the process that strace started: the daemon.
        first = lines.readline()
        try:
            yield int(first.split()[0]), lines
        finally:
            tracer.wait()


def changes(lines: Iterator[str], home: Path) -> Iterator[Change]:
    """The changes below `home` among strace's lines; a line that another thread broke in two is put together."""
    below = re.compile(re.escape(str(home)) + '[/">]')
    begun: dict[str, str] = {}
    for line in lines:
        if (resumed := _RESUMED.match(line)) is not None:
            rest = begun.pop(resumed["thread"], "") + resumed["rest"]
            call = resumed["call"]
        elif (told := _LINE.match(line)) is not None:
            call, rest = told["call"], told["rest"]
            if rest.endswith("<unfinished ...>"):
                begun[told["thread"]] = rest
                continue
        else:
            continue
        # The shared memory of SQLite's WAL is no promise to anybody: it is made anew after a crash.
        if below.search(rest) and not _FAILED.search(rest) and "-shm" not in rest and _writes(call, rest):
            yield Change(call=call, line=rest)


def _writes(call: str, rest: str) -> bool:
    return call != "openat" or "O_CREAT" in rest or "O_TRUNC" in rest


def count(command: Sequence[str], environ: dict[str, str], home: Path) -> list[Change]:
    """Run the command to its end and list what it changed, in the order it happened."""
    with _traced(command, environ, ["-e", f"trace=execve,{','.join(CHANGES)}"]) as (_, lines):
        return list(changes(lines, home))


def kill_after(command: Sequence[str], environ: dict[str, str], home: Path, call: str, number: int) -> bool:
    """Run the command and kill -9 it right after its `number`-th change by `call`; False when it never came so far."""
    # Python opens two thousand files before it begins; a frequent call is held for less, so that the run stays short.
    hold_us = _HOLD_US // 60 if call == "openat" else min(_HOLD_US, 60 * _HOLD_US // number)
    options = ["-e", f"trace=execve,{call}", "-e", f"inject={call}:delay_exit={hold_us}"]
    struck = False
    with _traced(command, environ, options) as (daemon, lines):
        for seen, _ in enumerate(changes(lines, home), start=1):
            if seen == number and not struck:
                with suppress(ProcessLookupError):
                    os.kill(daemon, signal.SIGKILL)
                    struck = True
    return struck


def fail(command: Sequence[str], environ: dict[str, str], inject: str, log: Path, timeout_s: float) -> tuple[int, int]:
    """Run the command while strace injects a fault (its own `inject=` syntax): exit code, and how often it struck."""
    traced = [*STRACE, "-qq", "-o", str(log), "-e", f"trace={inject.partition(':')[0]}", "-e", f"inject={inject}"]
    code = endure([*traced, *command], environ, timeout_s)
    return code, log.read_text(encoding="utf-8", errors="replace").count("(INJECTED)")


def endure(command: Sequence[str], environ: dict[str, str], timeout_s: float) -> int:
    """Run the command, which may wait for a fault to go away: it is stopped after `timeout_s`, as an operator would.

    SIGTERM, then SIGKILL; the code is negative when a signal ended it.
    """
    process = subprocess.Popen(
        command,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for patience, blow in ((timeout_s, signal.SIGTERM), (15, signal.SIGKILL)):
        try:
            return process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            # strace hands on no signal to its child: the group that we made is asked.
            os.killpg(process.pid, blow)
    return process.wait()
