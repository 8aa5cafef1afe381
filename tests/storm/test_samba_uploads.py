"""People upload over SMB: many at once, slowly, and over each other; a real smbd, real clients, a running daemon."""

import contextlib
import socket
import subprocess
import threading
import time

from storm import premises as sites
from storm.books import Drop

PEOPLE, FILES, FILES_SHORT = 6, 20, 4
PAUSES_S = (0.0, 0.4, 2.5)
"""The last pause is longer than the grace time: only that smbd holds the file open tells that more will come."""
CONFIG = """\
[global]
server role = standalone server
map to guest = bad user
guest account = root
pid directory = {run}
lock directory = {run}
state directory = {run}
cache directory = {run}
private dir = {run}
ncalrpc dir = {run}
log file = {run}/log
interfaces = lo
bind interfaces only = yes
smb ports = {port}
load printers = no
disable spoolss = yes
[inbox]
path = {inbox}
read only = no
guest ok = yes
force user = root
veto files = /.briefmill/
"""


@contextlib.contextmanager
def smbd(tmp_path, inbox):
    run = tmp_path / "smbd"
    run.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (run / "smb.conf").write_text(CONFIG.format(run=run, port=port, inbox=inbox))
    server = subprocess.Popen(
        ["smbd", "--foreground", "--no-process-group", f"--configfile={run / 'smb.conf'}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Without a group of its own it ends the whole of ours when it ends.
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            assert server.poll() is None, (run / "log").read_text()
            assert time.monotonic() < end, "smbd does not answer"
            time.sleep(sites.LOOK_S)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def client(port, commands, cwd, **how):
    words = ["smbclient", "//127.0.0.1/inbox", "-p", str(port), "-N", "--configfile=/dev/null", "-c", commands]
    return subprocess.Popen(words, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)


def test_uploads_over_smb(needs, row, length, premises, tmp_path):
    needs("smbd", "smbclient", root=True)
    line, drops, failed = row("uploads by SMB (smbd, smbclient): many, slow, overwritten"), [], []
    desk = tmp_path / "desk"
    desk.mkdir()

    def upload(commands, count):
        process = client(port, commands, desk)
        told, _ = process.communicate(timeout=120)
        if process.returncode or told.count("putting file") != count:
            failed.append(told)

    def slowly(name, brief, pause):
        process = client(port, f"put - {name}", desk, stdin=subprocess.PIPE)
        half = len(brief) // 2
        process.stdin.write(brief[:half].decode())
        process.stdin.flush()
        time.sleep(pause)
        told, _ = process.communicate(brief[half:].decode(), timeout=120)
        if process.returncode:
            failed.append(told)

    work = []
    daemon = premises.serve()
    with smbd(tmp_path, premises.places.inbox) as port:
        for person in range(PEOPLE):
            commands = []
            for number in range(length(FILES, FILES_SHORT)):
                name, brief = f"by-{person}-{number}.json", sites.bad(f"By {person} {number}")
                (desk / name).write_bytes(brief)
                commands.append(f"put {name}")
                drops.append(Drop.of(name, brief))
            work.append(threading.Thread(target=upload, args=("; ".join(commands), len(commands))))
        for number, pause in enumerate(PAUSES_S):
            # 300 kB, so that the first half is written before the pause and not kept by the client.
            brief = sites.bad(f"Slow {number}").replace(b"{", b"{" + b" " * 300_000, 1)
            drops.append(Drop.of(f"slow-{number}.json", brief))
            work.append(threading.Thread(target=slowly, args=(drops[-1].name, brief, pause)))
        for number in range(4):
            first, last = sites.bad(f"First {number}"), sites.plain(f"Last {number}")
            (desk / f"first-{number}").write_bytes(first)
            (desk / f"last-{number}").write_bytes(last)
            name = f"over-{number}.json"
            work.append(
                threading.Thread(target=upload, args=(f"put first-{number} {name}; put last-{number} {name}", 2))
            )
            # The first text may be taken before it is overwritten, or not; the last one must be.
            drops.append(Drop.of(name, last))
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    assert not failed, failed
    premises.await_closed(len(drops), daemon, 120)
    premises.stop(daemon)
    premises.recover()
    balance = premises.balance(drops)
    line.add(balance)
    line.remarks = f"{PEOPLE + len(PAUSES_S) + 4} clients at once, pauses up to {max(PAUSES_S)} s inside a file"
    assert not balance.faults, balance.faults
    assert balance.states["delivered"] == 4
    assert balance.states["rejected"] == len(drops) - 4
