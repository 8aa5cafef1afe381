"""The compose file, read: no engine is needed to see that it shuts its services in and names what is there."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from briefmill.settings import Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
SERVICES = ("briefmill", "prometheus", "grafana")


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_shut_in(compose, name):
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].partition(":")[0]) > 0
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert all("noexec" in mount for mount in service["tmpfs"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_pinned(compose, name):
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+", compose["services"][name]["image"])


def test_no_more_services_than_these_are_started(compose):
    assert set(compose["services"]) == set(SERVICES)


def test_nothing_is_open_beyond_this_machine(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_file_and_volume_that_it_mounts_is_there(compose):
    for service in compose["services"].values():
        for mount in service["volumes"]:
            source = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", mount).partition(":")[0]
            assert source in compose["volumes"] or (FILE.parent / source).exists(), mount
    assert (FILE.parent / compose["services"]["briefmill"]["build"]["context"] / "Dockerfile").exists()


def test_a_stop_waits_for_longer_than_the_drain(compose, tmp_path):
    grace = int(compose["services"]["briefmill"]["stop_grace_period"].removesuffix("s"))

    assert grace > Settings.load(tmp_path, {}).engine.drain_s


def test_its_settings_exist_and_an_empty_key_is_none(compose, tmp_path):
    environ = compose["services"]["briefmill"]["environment"] | {"OPENAI_API_KEY": ""}

    settings = Settings.load(tmp_path, environ)

    assert settings.engine.workers == int(compose["services"]["briefmill"]["deploy"]["resources"]["limits"]["cpus"])
    assert not settings.openai.api_key


def test_prometheus_waits_for_a_healthy_daemon_and_scrapes_it_by_name(compose):
    assert compose["services"]["prometheus"]["depends_on"] == {"briefmill": {"condition": "service_healthy"}}
    scraped = YAML(typ="safe").load((FILE.parent / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    assert scraped["scrape_configs"][0]["static_configs"] == [{"targets": ["briefmill:9464"]}]
