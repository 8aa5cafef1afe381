"""The service under a real systemd, booted in a container: `make test-systemd`.

The machine is this one's /usr, read-only, with everything else empty and in memory; in /opt/briefmill lies the wheel,
built from this tree and unpacked. There is no network but the loopback. `drive.py` does inside what an administrator
would do; here it is judged. The transcript stays in build/systemd.log.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIMIT_S = 1500

pytestmark = pytest.mark.timeout(LIMIT_S + 120)

DRIVE = f"""\
[Unit]
Description=What an administrator does
SuccessAction=exit
FailureAction=exit
[Service]
Type=oneshot
TimeoutStartSec={LIMIT_S - 60}
Environment=LD_LIBRARY_PATH=/srv/python/lib
ExecStart=/opt/briefmill/bin/python /out/drive.py
"""


def lacking():
    if os.geteuid() != 0:
        return "only root can boot a container"
    for tool in ("systemd-nspawn", "systemd-analyze", "systemd-sysusers"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed (Debian: systemd-container)"
    tried = subprocess.run(
        ["systemd-nspawn", "--quiet", "-D", "/", "--volatile=yes", "--register=no", "--keep-unit", "--pipe",
         "--private-network", "/usr/bin/true"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return f"no container can be started here: {tried.stderr.strip()[-200:]}" if tried.returncode else ""


WHY_NOT = lacking()
booted = pytest.mark.skipif(bool(WHY_NOT), reason=f"not tested under a real systemd: {WHY_NOT}")


def unpacked(place):
    """The wheel of this tree in an environment as `python -m venv /opt/briefmill` would make it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place / "wheel"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (place / "wheel").glob("*.whl")
    environment = place / "briefmill"
    packages = environment / "lib" / PYTHON / "site-packages"
    packages.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "libraries.pth").write_text("/srv/libraries\n")
    (environment / "pyvenv.cfg").write_text("home = /srv/python/bin\ninclude-system-site-packages = false\n")
    (environment / "bin").mkdir()
    (environment / "bin" / "python").symlink_to(f"/srv/python/bin/{PYTHON}")
    command = environment / "bin" / "briefmill"
    command.write_text(
        "#!/opt/briefmill/bin/python\nfrom briefmill.faces.cli.main import main\n"
        # As every installed command has it: the worker processes import this file.
        "if __name__ == '__main__':\n    main()\n"
    )
    command.chmod(0o755)
    return environment


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    place = tmp_path_factory.mktemp("booted")
    environment = unpacked(place)
    out = place / "out"
    (out / "bin").mkdir(parents=True)
    (out / "bin" / "briefmill-new").symlink_to("/opt/briefmill/bin/briefmill")
    shutil.copy(HERE / "drive.py", out)
    (place / "drive.service").write_text(DRIVE)
    for path in (place, *place.parents):
        # The service is another user, and pytest keeps its folders to itself; only the way to ours is opened.
        if path.stat().st_uid == os.geteuid() and "pytest" in path.name:
            path.chmod(0o711)
    boot = subprocess.run(
        [
            "systemd-nspawn", "--quiet", "-D", "/", "--volatile=yes", "--register=no", "--keep-unit",
            "--console=pipe", "--private-network", "--tmpfs=/usr/local", "--machine=briefmill-test",
            f"--bind={out}:/out",
            f"--bind-ro={environment}:/opt/briefmill",
            f"--bind-ro={sys.base_prefix}:/srv/python",
            f"--bind-ro={sysconfig.get_path('purelib')}:/srv/libraries",
            f"--bind-ro={place / 'drive.service'}:/etc/systemd/system/drive.service",
            "--boot", "systemd.unit=drive.service", "systemd.mask=systemd-networkd-wait-online.service",
            "systemd.journald.forward_to_console=0",
        ],
        capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    transcript = out / "transcript.log"
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    said = transcript.read_text("utf-8") if transcript.exists() else ""
    (build / "systemd.log").write_text(f"{boot.stdout}\n{boot.stderr}\n{said}", encoding="utf-8")
    assert (out / "found.json").exists(), (boot.stdout + boot.stderr)[-3000:]
    seen = json.loads((out / "found.json").read_text())
    assert "failed" not in seen, seen["failed"]
    return seen


@booted
def test_the_plan_is_shown_first_and_nothing_done(found):
    assert "Nothing was done" in found["dry"]
    assert found["dry_left"]


@booted
def test_it_is_installed_once_and_enabled(found):
    assert "systemctl restart briefmill" in found["install"]
    assert found["again"] == "All of it is there already."
    assert found["enabled"] == "enabled"


@booted
def test_it_becomes_ready_as_a_user_of_its_own_and_says_what_it_is_at(found):
    start = found["start"]
    assert (start["ActiveState"], start["Type"], start["User"]) == ("active", "notify", "briefmill")
    assert "0 working" in start["StatusText"]
    assert found["uid"]
    assert found["first"] == "0o640" or found["first"] == "0o644"


@booted
def test_the_running_service_is_shut_in(found):
    assert float(found["score"].split(":")[1].split()[0]) <= 1.5


@booted
def test_a_key_comes_as_a_credential_and_no_other_way(found):
    assert "no OpenAI key" in found["without_key"]
    assert "OpenAI (" in found["with_key"]
    assert not found["key_told"]
    assert not found["key_in_environment"]


@booted
def test_a_reload_takes_up_what_it_can_and_names_the_rest(found):
    assert "config.reloaded" in found["reload"]
    assert "generate.maker" in found["reload"]
    assert "telemetry.listen" in found["reload"]
    assert found["reload_figure"] == 1
    assert found["same_process"]


@booted
def test_a_wrong_configuration_is_refused_with_its_line_and_the_old_one_stays(found):
    assert "config.refused" in found["refused"]
    assert "briefmill.toml:4: intake.quiet_s" in found["refused"]
    assert found["refused_figure"] == 0
    assert found["refused_status"]["ActiveState"] == "active"
    assert "briefmill.toml:4" in found["refused_status"]["StatusText"]


@booted
def test_a_watchdog_that_is_not_fed_restarts_it_and_the_work_goes_on(found):
    assert any("Watchdog timeout" in line for line in found["watchdog"])
    assert any("Failed with result 'watchdog'" in line for line in found["watchdog"])
    assert found["recovered"]


@booted
def test_a_stop_in_mid_job_ends_well_and_the_next_start_goes_on(found):
    assert (found["draining"]["ActiveState"], found["draining"]["SubState"]) == ("deactivating", "stop-sigterm")
    assert "stopping: 1 working" in found["draining"]["StatusText"]
    assert found["stop"] == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
    assert "SIGTERM" in found["stopping"]


@booted
def test_a_wrong_configuration_at_the_start_is_not_tried_again_and_again(found):
    assert found["wrong"]["ExecMainStatus"] == "78"
    assert found["wrong"]["ActiveState"] == "failed"
    assert found["wrong"]["NRestarts"] in {found["wrong"]["before"], "0"}
    assert "briefmill.toml:2" in found["wrong_line"]


@booted
def test_people_of_a_group_drop_and_fetch_and_see_no_more(found):
    assert found["anna"].startswith("{")


@booted
def test_over_all_of_it_each_brief_was_delivered_once(found):
    names = ("first", "second", "midreload", "midwatch", "midstop", "by-anna")
    assert found["jobs"] == {f"{name}.yaml": "delivered" for name in names}
    assert (found["twice"], found["inbox"]) == ([], [])


@booted
def test_a_removal_leaves_the_home_and_a_purge_does_not(found):
    assert found["home_stays"]
    assert found["unit_gone"] == "not-found"
    assert "ALL briefs" in found["purge"]
    assert found["home_gone"]
