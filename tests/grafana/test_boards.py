"""The dashboards as they are committed: what the code makes, and fit for Grafana."""

import json
import re
from pathlib import Path

import pytest
from boards import asking, files
from ruamel.yaml import YAML

from briefmill.telemetry.metrics import Metrics

GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
DASHBOARDS = GRAFANA / "dashboards"
NAMES = sorted(path.name for path in DASHBOARDS.glob("*.json"))
METRIC = re.compile(r"\bbriefmill_\w+")


@pytest.fixture(params=NAMES)
def dashboard(request):
    return json.loads((DASHBOARDS / request.param).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shown():
    body, _ = Metrics(version="1", ignored_rules=("temporary",)).exposition("")
    return {line.split("{")[0].split(" ")[0] for line in body.decode().splitlines() if not line.startswith("#")}


def test_what_is_committed_is_what_the_code_makes():
    committed = {name: (DASHBOARDS / name).read_text(encoding="utf-8") for name in NAMES}

    assert committed == files.made(), "run `make dashboards`"


def test_each_dashboard_is_found_by_a_name_of_its_own():
    told = [json.loads((DASHBOARDS / name).read_text(encoding="utf-8")) for name in NAMES]

    assert len({board["uid"] for board in told}) == len({board["title"] for board in told}) == len(NAMES) == 5
    assert {f"{board['uid']}.json" for board in told} == set(NAMES)


def test_each_panel_has_a_number_a_place_a_unit_and_a_sentence(dashboard):
    panels = dashboard["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        if panel["type"] != "row":
            assert panel["description"].endswith("."), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
            assert panel["datasource"]["uid"] == "${datasource}", panel["title"]


def test_no_two_panels_lie_on_each_other(dashboard):
    taken = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_each_expression_asks_for_the_chosen_daemon_and_for_figures_that_there_are(dashboard, shown):
    for panel, target in asking.queries(dashboard):
        expr = target["expr"]
        assert set(METRIC.findall(expr)) <= shown, panel["title"]
        assert expr.count('instance=~"$instance"') >= len(re.findall(r"\b(?:briefmill|process)_\w+|\bup\b", expr)), expr


def test_no_rate_is_taken_over_a_window_that_depends_on_how_often_is_scraped(dashboard):
    for panel, target in asking.queries(dashboard):
        windows = re.findall(r"\[([^\]]+)\]", target["expr"])
        assert set(windows) <= {"$__rate_interval", "$__range", "1h"}, panel["title"]


def test_a_variable_that_nobody_knows_is_an_error():
    prometheus = asking.Prometheus(url="http://127.0.0.1:1", variables={"__range": "5m"})

    assert prometheus.meant("a[$__range] + b[$__range]") == "a[5m] + b[5m]"
    with pytest.raises(KeyError):
        prometheus.meant("a[$__interval]")


def test_what_is_provisioned_is_where_the_compose_file_puts_it():
    yaml = YAML(typ="safe")
    compose = yaml.load(GRAFANA.parent / "compose.yaml")["services"]["grafana"]
    mounts = dict(mount.removesuffix(":ro").split(":") for mount in compose["volumes"] if mount.startswith("./"))
    provider = yaml.load(GRAFANA / "provisioning" / "dashboards" / "briefmill.yml")["providers"][0]
    source = yaml.load(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"][0]

    assert mounts["./grafana/dashboards"] == provider["options"]["path"]
    assert mounts["./grafana/provisioning"] == "/etc/grafana/provisioning"
    assert source["url"] == "http://prometheus:9090"
    scraping = yaml.load(GRAFANA.parent / "prometheus" / "prometheus.yml")["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == scraping
