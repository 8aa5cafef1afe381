"""The unit and its drop-ins, judged by systemd itself where it is installed."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "briefmill.service"
DROP_INS = sorted((UNIT.parent / "drop-ins").glob("*.conf"))

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed: the unit is not judged"
)


class _Many(dict):
    """Keeps what is said more than once, as systemd does."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and isinstance(self.get(key), list):
            value = [*self[key], *value]
        super().__setitem__(key, value)


@pytest.fixture(scope="module")
def unit():
    parser = configparser.RawConfigParser(dict_type=_Many, strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


@pytest.fixture
def judged(tmp_path):
    """What systemd says to a unit, with the drop-ins given."""

    def judge(*words, drop_ins=()):
        # The command is not installed on the machine that runs the tests; everything else is judged as it is.
        copy = tmp_path / UNIT.name
        text = UNIT.read_text(encoding="utf-8").replace("/opt/briefmill/bin/briefmill", shutil.which("true"))
        copy.write_text(text)
        for path in drop_ins:
            place = tmp_path / f"{UNIT.name}.d" / path.name
            place.parent.mkdir(exist_ok=True)
            place.write_text(path.read_text(encoding="utf-8"))
        return subprocess.run(["systemd-analyze", *words, copy], capture_output=True, text=True, check=False)

    return judge


def version():
    said = subprocess.run(["systemctl", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"systemd (\d+)", said)[1])


@systemd
@pytest.mark.parametrize("drop_in", [None, *DROP_INS], ids=lambda path: path.stem if path else "alone")
def test_systemd_finds_no_fault_in_the_unit_and_in_each_drop_in(judged, drop_in):
    if drop_in is not None and drop_in.stem == "notify-reload" and version() < 253:
        pytest.skip("Type=notify-reload is judged by systemd 253 or newer")

    said = judged("verify", drop_ins=[drop_in] if drop_in else [])

    assert (said.returncode, said.stderr) == (0, "")


@systemd
def test_the_service_is_shut_in_as_far_as_its_work_allows(judged):
    said = judged("security", "--offline=true", "--threshold=15", "--json=short")

    open_points = [point["name"] for point in json.loads(said.stdout) if not point["set"] and point["exposure"]]
    assert said.returncode == 0, open_points


OPEN = {
    "PrivateNetwork": "PrivateNetwork=",
    "IPAddressDeny": "IPAddressDeny=",
    "RestrictAddressFamilies_AF_INET_INET6": "AF_INET6",
    "RestrictAddressFamilies_AF_UNIX": "AF_UNIX",
    "ProcSubset": "ProcSubset=",
    "DeviceAllow": "DeviceAllow=",
    "RootDirectoryOrRootImage": "RootDirectory=",
    "UMask": "UMask=",
}
"""What is left open, as systemd calls it, and how the unit names it where it says why."""


@systemd
def test_each_open_point_is_explained_in_the_unit(judged):
    points = json.loads(judged("security", "--offline=true", "--json=short").stdout)
    explained = UNIT.read_text(encoding="utf-8").partition("# Left open")[2]

    # A newer systemd may know more points; those of the one this was written for are all named.
    assert {point["json_field"] for point in points if not point["set"] and point["exposure"]} >= set(OPEN)
    assert [words for words in OPEN.values() if words not in explained] == []


def test_a_reload_is_a_hangup(unit):
    assert unit["Service"]["ExecReload"] == "kill -HUP $MAINPID"


def test_every_key_that_the_settings_can_take_from_systemd_is_asked_for(unit, tmp_path):
    from briefmill.installing.plan import KEYS
    from briefmill.settings import Settings

    asked = dict(line.split(":") for line in credentials(unit))
    assert asked == {name: f"briefmill.{name}" for name in KEYS}
    for name in KEYS:
        (tmp_path / name).write_text("nobodys-key\n")
    settings = Settings.load(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    taken = {entry.key for entry in settings.explain() if entry.source == "credential"}
    assert taken == {"openai.api_key", "fallback.api_key", "provenance.certificate", "provenance.key"}


def credentials(unit):
    return unit["Service"]["LoadCredential"].splitlines()


def test_every_drop_in_says_what_it_is_for():
    assert DROP_INS
    for path in DROP_INS:
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
        assert path.name in (UNIT.parents[1] / "docs" / "systemd.md").read_text(encoding="utf-8"), path.name


def test_it_tells_systemd_that_it_is_ready_and_alive(unit):
    service = unit["Service"]

    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert int(service["WatchdogSec"]) == 60
    assert "BRIEFMILL_HOME=/var/lib/briefmill" in service["Environment"]


def test_a_wrong_configuration_is_not_started_again_and_again(unit):
    from briefmill.errors import AlreadyRunning, ConfigError, FolderError, UsageError

    service = unit["Service"]
    final = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert service["Restart"] == "on-failure"
    assert final == {ConfigError.exit_code, UsageError.exit_code}
    assert not final & {AlreadyRunning.exit_code, FolderError.exit_code}, "these may be over a little later"


def test_a_stop_leaves_time_for_the_drain(unit, tmp_path):
    from briefmill.settings import Settings

    assert unit["Service"]["KillMode"] == "mixed"
    assert int(unit["Service"]["TimeoutStopSec"]) > Settings.load(tmp_path, {}).engine.drain_s


def test_a_worker_that_runs_out_of_memory_does_not_take_the_service_along(unit):
    assert unit["Service"]["OOMPolicy"] == "continue"
