"""The shipped Samba configuration in a real smbd on the loopback, with a real client.

Only what belongs to the machine is replaced: the home, and the accounts by ones that every Debian has. `daemon` stands
for a person with the right to the shares, `games` for the daemon's own user and group.
"""

import contextlib
import dataclasses
import grp
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from briefmill.intake import lease
from briefmill.intake.lease import Writer

CONFIG = Path(__file__).parents[2] / "deploy" / "samba" / "smb.conf"
PERSON, OWNER, STRANGER = "daemon", "games", "nobody"
PATIENCE_S = 30
BRIEF = b'{"campaign": "Spring", "message": "Hello", "products": ["Tea"]}'


def _lacking():
    tools = [tool for tool in ("smbd", "smbclient", "pdbedit", "testparm") if shutil.which(tool) is None]
    if tools:
        return f"{', '.join(tools)} not installed (Debian: samba, smbclient): the shares are not tried"
    if os.geteuid() != 0:
        return "smbd must be started by root: the shares are not tried"
    built = subprocess.run(["smbd", "-b"], capture_output=True, text=True, timeout=PATIENCE_S, check=False).stdout
    modules = next((line.split(":", 1)[1].strip() for line in built.splitlines() if "MODULESDIR:" in line), "")
    if not (Path(modules) / "vfs" / "fruit.so").is_file():
        return "vfs module fruit not installed (Debian: samba-vfs-modules): the shares are not tried"
    return ""


samba = pytest.mark.skipif(bool(_lacking()), reason=_lacking() or "all is there")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shares:
    home: Path
    config: Path
    login: Path
    port: int

    @property
    def inbox(self):
        return self.home / "inbox"

    def client(self, share, commands, *options):
        return subprocess.run(
            ["smbclient", *self.address(share), *(options or ("-A", self.login, *SAFE)), "-c", commands],
            capture_output=True,
            text=True,
            cwd=self.home.parent,
            timeout=PATIENCE_S,
            check=False,
        )

    def address(self, share):
        return [f"//127.0.0.1/{share}", "-p", str(self.port), "--configfile=/dev/null"]


SMBD = (
    *("smbd", "--foreground", "--no-process-group", "--debug-stdout"),
    *("--option=interfaces=lo", "--option=bind interfaces only=yes"),
)
SAFE = ("-m", "SMB3", "--client-protection=encrypt")


def _render(place):
    text = CONFIG.read_text(encoding="utf-8")
    for shipped, here in (("/var/lib/briefmill", str(place / "home")), ("@briefs", f"@{PERSON}")):
        assert shipped in text
        text = text.replace(shipped, here)
    for line in ("force user = briefmill", "force group = briefmill"):
        assert line in text
        text = text.replace(line, line.replace("briefmill", OWNER))
    config = place / "smb.conf"
    config.write_text(text, encoding="utf-8")
    return config


def _home(home):
    home.mkdir()
    for folder in ("inbox", "inbox/.briefmill", "inbox/.briefmill/claimed", "outbox", "rejected"):
        (home / folder).mkdir()
    (home / "inbox" / ".briefmill" / "marker").write_text("marker")
    (home / "outbox" / "spring.json").write_text("{}")
    (home / "outbox" / ".spring.part").write_text("half")
    (home / "rejected" / "REASONS.md").write_text("why")
    for path in (home, *home.rglob("*")):
        shutil.chown(path, OWNER, OWNER)
        path.chmod(0o2770 if path.is_dir() else 0o640)
    home.chmod(0o750)


@contextlib.contextmanager
def _running(config, run, port):
    """A smbd that says itself when it is ready; whatever happens, it and its children are ended."""
    places = ("pid directory", "lock directory", "state directory", "cache directory", "private dir", "ncalrpc dir")
    options = [f"--option={place}={run / place.replace(' ', '-')}" for place in places]
    for place in places:
        (run / place.replace(" ", "-")).mkdir(parents=True)
    password = secrets.token_urlsafe(12)
    subprocess.run(
        ["pdbedit", f"--configfile={config}", *options, "-a", "-u", PERSON, "-t"],
        input=f"{password}\n{password}\n",
        text=True,
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    login = run / "login"
    login.write_text(f"username = {PERSON}\npassword = {password}\n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, (run / "smbd.log").open("w") as log:
        ready.bind(str(run / "notify"))
        ready.settimeout(PATIENCE_S)
        server = subprocess.Popen(
            [*SMBD, f"--configfile={config}", f"--port={port}", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NOTIFY_SOCKET": str(run / "notify")},
            start_new_session=True,
        )
        try:
            while b"READY=1" not in ready.recv(4096):
                pass
            yield login
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE_S)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def shares():
    # Not pytest's folder, which is root's alone: the person and the daemon's user must get through.
    place = Path(tempfile.mkdtemp(prefix="briefmill-samba-"))
    try:
        place.chmod(0o755)
        _home(place / "home")
        (place / "brief.json").write_bytes(BRIEF)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = _render(place)
        with _running(config, place / "run", port) as login:
            yield Shares(home=place / "home", config=config, login=login, port=port)
    finally:
        shutil.rmtree(place)


def _state(folder):
    return {path.relative_to(folder): path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.skipif(shutil.which("testparm") is None, reason="testparm is not installed (Debian: samba)")
def test_testparm_takes_every_line_of_the_shipped_file():
    told = subprocess.run(
        ["testparm", "-s", CONFIG],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert "Loaded services file OK." in told.stderr
    assert not [
        line for line in told.stderr.splitlines() if line.startswith(("Unknown", "Ignoring", "WARNING", "ERROR"))
    ]


@samba
def test_an_uploaded_brief_can_be_taken_by_the_daemon_and_by_its_group(shares):
    put = shares.client("inbox", "put brief.json spring.json")

    assert put.returncode == 0, put.stdout + put.stderr
    file = shares.inbox / "spring.json"
    status = file.stat()
    assert file.read_bytes() == BRIEF
    assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o660, pwd.getpwnam(OWNER).pw_uid)
    assert status.st_gid == grp.getgrnam(OWNER).gr_gid
    _take_as_another_of_the_group(file, shares.inbox / ".briefmill" / "claimed" / "spring.json")


@samba
def test_an_uploaded_bundle_can_be_taken_with_all_that_is_in_it(shares):
    put = shares.client("inbox", "mkdir shoot; mkdir shoot/pictures; put brief.json shoot/brief.json")

    assert put.returncode == 0, put.stdout + put.stderr
    for folder in (shares.inbox / "shoot", shares.inbox / "shoot" / "pictures"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o2770
    # A folder that moves to another one has its `..` changed: that needs the right to write into it.
    _take_as_another_of_the_group(shares.inbox / "shoot", shares.inbox / ".briefmill" / "claimed" / "shoot")


def _take_as_another_of_the_group(source, target):
    subprocess.run(
        ["mv", "-n", source, target], user=STRANGER, group=OWNER, extra_groups=[], timeout=PATIENCE_S, check=True
    )
    assert target.exists()
    assert not source.exists()


@samba
def test_our_own_folder_is_not_to_be_seen(shares):
    listed = shares.client("inbox", "ls")

    assert listed.returncode == 0
    assert ".briefmill" not in listed.stdout


@samba
@pytest.mark.parametrize(
    "command",
    [
        "ls .briefmill/*",
        "cd .briefmill",
        "get .briefmill/marker stolen",
        "put brief.json .briefmill/marker",
        "put brief.json .briefmill/new",
        "put brief.json .BriefMill/new",
        "del .briefmill/marker",
        "rmdir .briefmill",
        "rename .briefmill elsewhere",
        "mkdir .briefmill/claimed/new",
        "rename decoy .briefmill",
        "deltree .briefmill",
    ],
)
def test_our_own_folder_cannot_be_read_or_changed(shares, command):
    assert shares.client("inbox", "mkdir decoy").returncode == 0
    before = _state(shares.inbox)

    told = shares.client("inbox", command)

    assert _state(shares.inbox) == before
    assert "NT_STATUS_" in told.stdout + told.stderr or command == "deltree .briefmill"
    assert not (shares.home.parent / "stolen").exists()
    assert shares.client("inbox", "rmdir decoy").returncode == 0


@samba
@pytest.mark.parametrize(("share", "name"), [("outbox", "spring.json"), ("rejected", "REASONS.md")])
def test_what_is_finished_can_be_copied_and_not_changed(shares, share, name):
    before = _state(shares.home / share)

    assert shares.client(share, f"get {name} -").returncode == 0
    for command in (
        f"del {name}",
        f"put brief.json {name}",
        "put brief.json new.json",
        "mkdir new",
        f"rename {name} x",
    ):
        assert "NT_STATUS_" in shares.client(share, command).stdout

    assert _state(shares.home / share) == before


@samba
def test_what_is_still_being_published_is_not_to_be_seen(shares):
    assert ".spring.part" not in shares.client("outbox", "ls").stdout


@samba
@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-N", *SAFE), "nobody"),
        (("-U", f"{PERSON}%wrong", *SAFE), "a wrong password"),
        (("-m", "NT1"), "SMB 1"),
        (("-m", "SMB2_10"), "SMB 2.1"),
    ],
)
def test_whoever_is_not_known_or_not_safe_is_refused(shares, options, why):
    known = () if "-N" in options or "-U" in options else ("-A", shares.login)
    told = shares.client("inbox", "ls", *known, *options)

    assert told.returncode != 0, why
    assert "blocks available" not in told.stdout


def _relay(listening, port, seen):
    """Carry one connection to the server, and keep what the client says."""
    client, _ = listening.accept()
    with client, socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as server:
        other = {client: server, server: client}
        while True:
            for end in select.select(list(other), [], [], PATIENCE_S)[0]:
                data = end.recv(65536)
                if not data:
                    return
                if end is client:
                    seen += data
                other[end].sendall(data)


@samba
def test_a_client_that_wants_no_encryption_is_encrypted_all_the_same(shares):
    seen = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        carrier = threading.Thread(target=_relay, args=(listening, shares.port, seen), daemon=True)
        carrier.start()
        through = dataclasses.replace(shares, port=listening.getsockname()[1])
        plain = ("-A", shares.login, "-m", "SMB3", "--option=client smb encrypt=off")
        told = through.client("inbox", "put brief.json secret.json", *plain)
        carrier.join(PATIENCE_S)

    assert told.returncode == 0, told.stdout + told.stderr
    assert (shares.inbox / "secret.json").read_bytes() == BRIEF
    assert len(seen) > len(BRIEF)
    assert BRIEF not in seen
    assert "secret.json".encode("utf-16-le") not in seen


@samba
def test_the_kernel_tells_that_an_upload_is_still_under_way(shares):
    source = shares.home.parent / "slow.json"
    os.mkfifo(source)
    target = shares.inbox / "slow.json"
    client = subprocess.Popen(
        ["smbclient", *shares.address("inbox"), "-A", shares.login, *SAFE, "-c", f"put {source} slow.json; ls; quit"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with source.open("wb", buffering=0) as feed:
            # More than the pipe holds and the client reads ahead: by the time it is all written, some has arrived.
            feed.write(BRIEF.ljust(32 << 20))
            assert target.stat().st_size > 0
            assert lease.writer(bytes(target)) is Writer.OPEN
        told, _ = client.communicate(timeout=PATIENCE_S)
        assert client.returncode == 0, told
        assert target.stat().st_size == 32 << 20
        assert lease.writer(bytes(target)) is Writer.NONE
    finally:
        client.kill()
        client.communicate(timeout=PATIENCE_S)
        source.unlink()


@samba
@pytest.mark.parametrize("stream", ["Zone.Identifier", "AFP_Resource"])
def test_what_windows_and_macos_say_about_a_file_makes_no_second_file(shares, stream):
    told = shares.client("inbox", f"put brief.json plain.json; put brief.json plain.json:{stream}")

    assert told.returncode == 0, told.stdout + told.stderr
    beside = {path.name for path in shares.inbox.iterdir() if "plain" in path.name}
    assert beside == {"plain.json"}
    assert (shares.inbox / "plain.json").read_bytes() == BRIEF
    assert any(stream in name for name in os.listxattr(shares.inbox / "plain.json"))
