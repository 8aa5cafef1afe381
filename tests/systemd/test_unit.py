"""The unit, judged by systemd itself where it is installed."""

import configparser
import json
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "briefmill.service"

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


@systemd
def test_systemd_finds_no_fault_in_the_unit(tmp_path):
    # The command is not installed on the machine that runs the tests; everything else is judged as it is.
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/briefmill/bin/briefmill", shutil.which("true")))

    judged = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)

    assert (judged.returncode, judged.stderr) == (0, "")


@systemd
def test_the_service_is_shut_in_as_far_as_its_work_allows():
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--json=short", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )

    open_points = [point["name"] for point in json.loads(judged.stdout) if not point["set"] and point["exposure"]]
    assert judged.returncode == 0, open_points


def test_it_tells_systemd_that_it_is_ready_and_alive(unit):
    service = unit["Service"]

    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert int(service["WatchdogSec"]) == 60
    assert "BRIEFMILL_HOME=%S/briefmill" in service["Environment"]


def test_a_wrong_configuration_is_not_started_again_and_again(unit):
    from briefmill.errors import ConfigError

    assert unit["Service"]["Restart"] == "on-failure"
    assert int(unit["Service"]["RestartPreventExitStatus"]) == ConfigError.exit_code


def test_a_stop_leaves_time_for_the_drain(unit, tmp_path):
    from briefmill.settings import Settings

    assert unit["Service"]["KillMode"] == "mixed"
    assert int(unit["Service"]["TimeoutStopSec"]) > Settings.load(tmp_path, {}).engine.drain_s


def test_a_worker_that_runs_out_of_memory_does_not_take_the_service_along(unit):
    assert unit["Service"]["OOMPolicy"] == "continue"
