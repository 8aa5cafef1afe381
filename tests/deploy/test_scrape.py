"""What a running daemon shows is what Prometheus can read, and what the alerts count on."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where a real daemon of a new home shows its figures."""
    home = tmp_path_factory.mktemp("scraped")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("BRIEFMILL_", "OPENAI_"))}
    environ |= {"BRIEFMILL_HOME": str(home), "BRIEFMILL_TELEMETRY__LISTEN": listen, "BRIEFMILL_LOGGING__FORMAT": "json"}
    briefmill = [sys.executable, "-m", "briefmill"]
    subprocess.run([*briefmill, "init"], env=environ, check=True, capture_output=True)
    with subprocess.Popen([*briefmill, "run"], env=environ, stderr=subprocess.PIPE, text=True) as daemon:
        try:
            told = next((line for line in daemon.stderr if json.loads(line)["event"] == "daemon.started"), None)
            assert told is not None, "the daemon ended before it was ready"
            yield f"http://{listen}"
        finally:
            daemon.terminate()
            daemon.communicate(timeout=60)
    assert daemon.returncode == 0


def read(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus): the scrape is not judged"
)
def test_prometheus_finds_no_fault_in_the_figures(address):
    judged = subprocess.run(
        ["promtool", "check", "metrics"], input=read(f"{address}/metrics"), capture_output=True, check=False
    )

    assert (judged.returncode, judged.stderr) == (0, b"")


def test_the_figures_of_the_process_that_the_crash_loop_counts_on_are_there(address):
    assert b"\nprocess_start_time_seconds " in read(f"{address}/metrics")


def test_each_probe_of_the_deployment_is_answered(address):
    text = (ROOT / "deploy" / "kubernetes" / "deployment.yaml").read_text(encoding="utf-8")
    (container,) = YAML(typ="safe").load(text)["spec"]["template"]["spec"]["containers"]

    paths = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert all(read(address + path) for path in paths)


def test_the_health_check_of_the_image_runs_against_it(address):
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if '"-c"' in line]
    _, option, code = json.loads(line.partition("CMD ")[2])
    asked = code.replace("http://127.0.0.1:9464", address)

    assert asked != code
    subprocess.run([sys.executable, option, asked], check=True)
    gone = code.replace("http://127.0.0.1:9464", "http://127.0.0.1:1")
    assert subprocess.run([sys.executable, option, gone], check=False, capture_output=True).returncode != 0
