"""Runs inside the booted machine, as root: does what an administrator does, and writes down what happened.

Each step ends in `found`, by name, for the tests outside to judge; everything that was typed and answered goes into the
transcript. The last line is written even when a step fails, so that the outside never waits for nothing.
"""

import json
import os
import pwd
import signal
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

OUT = Path("/out")
HOME = Path("/var/lib/briefmill")
DROP_INS = Path("/etc/systemd/system/briefmill.service.d")
UNIT = "briefmill.service"
PATIENCE_S = 240.0
SHORT = "campaign: {name}\nmessage: Begin\nproducts: [Cup]\nplacements: ['300x250']\n"
LONG = (
    "campaign: {name}\nmessage: {{en: Begin gently, de: Fang leise an}}\nproducts: [Cup, Bowl, Plate]\n"
    "placements: ['1:1', '9:16', '16:9', '3:2', '300x250', '728x90']\n"
)

found = {}
transcript = (OUT / "transcript.log").open("w", encoding="utf-8")


def tell(text):
    print(text, file=transcript, flush=True)


def sh(*words, user=None, code=0):
    """Run a command, keep what it said, and stop here when it did not end as expected."""
    tell(f"\n{'#' if user is None else user + ' $'} {' '.join(words)}")
    group = None if user is None else pwd.getpwnam(user).pw_gid
    groups = None if user is None else ()
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, user=user, group=group, extra_groups=groups, cwd="/"
    )
    said = (done.stdout + done.stderr).strip()
    if said:
        tell(said)
    if code is not None and done.returncode != code:
        raise RuntimeError(f"{words} ended with {done.returncode}: {said[-2000:]}")
    return said


def until(look, what, patience_s=PATIENCE_S):
    """Look again and again until there is something to see."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        time.sleep(0.2)
    raise RuntimeError(f"waited {patience_s:.0f} s for {what}")


def shown(*names, quiet=False):
    lines = subprocess.run(
        ["systemctl", "show", UNIT, *(f"--property={name}" for name in names)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    values = dict(line.split("=", 1) for line in lines.splitlines())
    if not quiet:
        tell(f"\n# systemctl show {UNIT}: {values}")
    return values


def journal(word, since=0):
    """The lines of the service's journal that hold this word, after the first `since` of them."""
    said = subprocess.run(
        ["journalctl", "-u", UNIT, "-o", "cat", "--no-pager"], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in said.splitlines() if word in line][since:]


def figure(name):
    with urllib.request.urlopen("http://127.0.0.1:9464/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.split(" ")[0] == name)


def drop(name, text, user="briefmill"):
    """A brief, written under a temporary name and renamed, as a good client does."""
    script = "import os,sys; p=sys.argv[1]; open(p+'.part','w').write(sys.argv[2]); os.rename(p+'.part', p)"
    sh("/opt/briefmill/bin/python", "-c", script, str(HOME / "inbox" / f"{name}.yaml"), text, user=user)


def delivered(name):
    def ended():
        refused = [path.name for path in (HOME / "rejected").glob(f"{name}.yaml.*")]
        if refused:
            raise RuntimeError(f"{refused} was refused")
        return (HOME / "outbox" / name / "receipt.json").is_file()

    until(ended, f"{name} in the outbox")


def configure(text):
    place = HOME / "config" / "briefmill.toml"
    place.write_text(text)
    tell(f"\n# cat {place}\n{text.rstrip()}")


def reload():
    """Ask for a reload; gives the line of the journal that says how it went."""
    before = len(journal("config."))
    sh("systemctl", "reload", UNIT)
    return until(lambda: journal("config.", before), "the end of the reload")[0]


def under_way(name):
    """Drop a long brief and wait until its pictures are made, so that its pixels are in hand."""
    before = len(journal("stage.ended"))
    drop(name, LONG.format(name=name))
    until(lambda: [line for line in journal("stage.ended", before) if "generate" in line], f"{name} to be under way")


def installed():
    found["dry"] = sh("briefmill-new", "install", "--systemd")
    found["dry_left"] = not Path("/etc/systemd/system/briefmill.service").exists()
    found["install"] = sh("briefmill-new", "install", "--systemd", "--yes")
    found["again"] = sh("briefmill", "install", "--systemd", "--yes")
    found["enabled"] = sh("systemctl", "is-enabled", UNIT)
    DROP_INS.mkdir(parents=True)
    (DROP_INS / "test.conf").write_text(
        f"[Service]\nWatchdogSec=20\nRestartSec=1\nTimeoutStopSec=5\nEnvironment=LD_LIBRARY_PATH={os.environ['LD_LIBRARY_PATH']}\n"
    )
    sh("systemctl", "daemon-reload")


def started():
    sh("systemctl", "start", UNIT)
    found["start"] = shown("ActiveState", "SubState", "Type", "StatusText", "User", "NRestarts", "MainPID")
    pid = int(found["start"]["MainPID"])
    found["uid"] = Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("briefmill").pw_uid != 0
    found["without_key"] = journal("daemon.started")[-1]
    drop("first", SHORT.format(name="first"))
    delivered("first")
    found["first"] = oct((HOME / "outbox" / "first" / "receipt.json").stat().st_mode & 0o777)
    found["score"] = sh("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]


def credential_read():
    Path("/etc/credstore/briefmill.openai_api_key").write_text("sk-of-nobody-0123456789\n")
    Path("/etc/credstore/briefmill.openai_api_key").chmod(0o600)
    sh("systemctl", "restart", UNIT)
    found["with_key"] = journal("daemon.started")[-1]
    found["key_told"] = bool(journal("sk-of-nobody"))
    others = "import sys; sys.exit(0 if __import__('os').access(sys.argv[1], 4) else 1)"
    place = f"/run/credentials/{UNIT}/openai_api_key"
    sh("/opt/briefmill/bin/python", "-c", others, place, user="nobody", code=1)
    pid = shown("MainPID")["MainPID"]
    found["key_in_environment"] = b"sk-of-nobody" in Path(f"/proc/{pid}/environ").read_bytes()


def reloaded():
    pid = shown("MainPID")["MainPID"]
    configure('[generate]\nmaker = "procedural"\n[telemetry]\nlisten = "127.0.0.1:9465"\n')
    found["reload"] = reload()
    found["reload_figure"] = figure("briefmill_config_last_reload_successful")
    drop("second", SHORT.format(name="second"))
    delivered("second")
    configure('[generate]\nmaker = "procedural"\n[intake]\nquiet_s = "soon"\n')
    found["refused"] = reload()
    found["refused_figure"] = figure("briefmill_config_last_reload_successful")
    found["refused_status"] = shown("StatusText", "ActiveState")
    configure('[generate]\nmaker = "procedural"\n')
    under_way("midreload")
    found["reload_in_mid_job"] = reload()
    delivered("midreload")
    found["same_process"] = shown("MainPID")["MainPID"] == pid


def watchdog():
    under_way("midwatch")
    pid = int(shown("MainPID")["MainPID"])
    tell(f"\n# kill -STOP {pid}")
    os.kill(pid, signal.SIGSTOP)
    until(lambda: shown("NRestarts", quiet=True)["NRestarts"] == "1", "the watchdog")
    until(lambda: shown("ActiveState", quiet=True)["ActiveState"] == "active", "the start after it")
    found["watchdog"] = journal("atchdog")
    found["recovered"] = journal("jobs.recovered")[-1:]
    delivered("midwatch")


def stopped():
    under_way("midstop")
    # The workers stand still, so that the drain surely takes longer than TimeoutStopSec=5 of the test's drop-in.
    main, uid = int(shown("MainPID")["MainPID"]), pwd.getpwnam("briefmill").pw_uid
    workers = [int(path.name) for path in Path("/proc").glob("[0-9]*") if path.stat().st_uid == uid]
    workers = [pid for pid in workers if pid != main]
    tell(f"\n# kill -STOP {workers}")
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    sh("systemctl", "stop", "--no-block", UNIT)
    time.sleep(12)
    found["draining"] = shown("ActiveState", "SubState", "StatusText")
    for pid in workers:
        os.kill(pid, signal.SIGCONT)
    until(lambda: shown("ActiveState", quiet=True)["ActiveState"] in {"inactive", "failed"}, "the end of the drain")
    found["stop"] = shown("ActiveState", "Result", "ExecMainStatus")
    found["stopping"] = journal("daemon.stopping")[-1]
    sh("systemctl", "start", UNIT)
    delivered("midstop")


def wrong_at_the_start():
    before = shown("NRestarts")["NRestarts"]
    configure("[engine]\nattempts = 0\n")
    sh("systemctl", "restart", UNIT, code=1)
    until(lambda: shown("ActiveState", quiet=True)["ActiveState"] == "failed", "the end of it")
    found["wrong"] = {**shown("ExecMainStatus", "NRestarts", "ActiveState"), "before": before}
    found["wrong_line"] = journal("engine.attempts")[-1]
    configure('[generate]\nmaker = "procedural"\n')
    sh("systemctl", "reset-failed", UNIT)
    sh("systemctl", "start", UNIT)


def people():
    sh("systemd-sysusers", "--inline", "g briefs -", "u anna - - /", "m anna briefs")
    (DROP_INS / "people.conf").write_text(next(Path("/opt/briefmill/lib").rglob("drop-ins/people.conf")).read_text())
    sh("systemctl", "daemon-reload")
    for name, mode in (("inbox", "2770"), ("outbox", "0750"), ("rejected", "0750")):
        sh("chgrp", "briefs", str(HOME / name))
        sh("chmod", mode, str(HOME / name))
    sh("systemctl", "restart", UNIT)
    script = (
        "import os,sys; os.setgroups([int(sys.argv[1])]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[3]));"
    )
    import grp

    anna, briefs = pwd.getpwnam("anna"), grp.getgrnam("briefs").gr_gid
    ids = (str(briefs), str(anna.pw_gid), str(anna.pw_uid))
    put = script + "open(sys.argv[4], 'w').write(sys.argv[5])"
    text = SHORT.format(name="by-anna")
    sh("/opt/briefmill/bin/python", "-c", put, *ids, str(HOME / "inbox" / "by-anna.yaml"), text)
    delivered("by-anna")
    fetch = script + "print(open(sys.argv[4]).read()[:40])"
    found["anna"] = sh(
        "/opt/briefmill/bin/python", "-c", fetch, *ids, str(HOME / "outbox" / "by-anna" / "receipt.json")
    )
    state = script + "sys.exit(0 if os.access(sys.argv[4], os.R_OK) else 7)"
    sh("/opt/briefmill/bin/python", "-c", state, *ids, str(HOME / "state" / "briefmill.db"), code=7)


def books():
    listed = sh("briefmill", "jobs", "list", "--json", "--limit", "0", "--home", str(HOME), user="briefmill")
    found["jobs"] = {job["source"]: job["state"] for job in json.loads(listed)}
    found["twice"] = sorted(path.name for path in (HOME / "outbox").iterdir() if "~" in path.name or ".r2" in path.name)
    found["inbox"] = sorted(path.name for path in (HOME / "inbox").iterdir() if path.name != ".briefmill")
    found["audit"] = sh("briefmill", "audit", "verify", "--home", str(HOME), user="briefmill")


def uninstalled():
    found["uninstall_dry"] = sh("briefmill", "install", "--systemd", "--uninstall")
    sh("/opt/briefmill/bin/briefmill", "install", "--systemd", "--uninstall", "--yes")
    found["home_stays"] = (HOME / "state" / "briefmill.db").is_file()
    found["unit_gone"] = shown("LoadState")["LoadState"]
    found["purge"] = sh("/opt/briefmill/bin/briefmill", "install", "--systemd", "--uninstall", "--purge", "--yes")
    found["home_gone"] = not HOME.exists()


STEPS = (
    installed, started, credential_read, reloaded, watchdog, stopped, wrong_at_the_start, people, books, uninstalled,
)  # fmt: skip


def main():
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/out/bin"
    sh("systemctl", "--version")
    for step in STEPS:
        began = time.monotonic()
        try:
            step()
        except Exception:  # noqa: BLE001 - whatever it was, the outside has to hear of it
            found["failed"] = {"step": step.__name__, "error": traceback.format_exc()}
            tell(found["failed"]["error"])
            break
        tell(f"\n==> {step.__name__}: done in {time.monotonic() - began:.0f} s")
    tell("\n# journalctl -u briefmill")
    tell("\n".join(journal("")))
    (OUT / "found.json").write_text(json.dumps(found, indent=2))
    sys.exit(0)


main()
