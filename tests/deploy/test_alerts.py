"""The alerts: judged and run by Prometheus' own tool where it is installed, and held against the daemon's figures."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from briefmill.telemetry.metrics import Metrics

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = PROMETHEUS / "rules" / "briefmill.yml"
UNIT_TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
PROMTOOL = shutil.which("promtool")
SELECTOR = re.compile(r"\b(briefmill_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')

promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (Debian: prometheus): the alerts are not run"
)


def load(path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def tool(*words):
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


ALERTS = {rule["alert"]: rule for group in load(RULES)["groups"] for rule in group["rules"]}


@pytest.fixture(scope="module")
def samples():
    """Every sample that a daemon shows from its start."""
    body, _ = Metrics(version="1", ignored_rules=("temporary",)).exposition("")
    return [sample for family in text_string_to_metric_families(body.decode()) for sample in family.samples]


@pytest.fixture(scope="module")
def cases():
    """Of each alert's unit tests, whether they expect it to fire."""
    found = {}
    for path in UNIT_TESTS:
        for test in load(path)["tests"]:
            for case in test["alert_rule_test"]:
                found.setdefault(case["alertname"], []).append(bool(case["exp_alerts"]))
    return found


@promtool
def test_prometheus_takes_the_rules_and_its_configuration():
    tool("check", "rules", str(RULES))
    tool("check", "config", str(PROMETHEUS / "prometheus.yml"))


@promtool
@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda path: path.stem)
def test_each_alert_fires_when_it_should_and_is_silent_otherwise(path):
    tool("test", "rules", str(path))


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_has_a_firing_and_a_silent_case(alert, cases):
    assert set(cases[alert]) == {True, False}


def test_no_case_is_about_an_alert_that_is_not_there(cases):
    assert set(cases) == set(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_says_how_grave_it_is_and_what_happened(alert):
    rule = ALERTS[alert]

    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert len(rule["annotations"]["summary"]) <= 80
    assert len(rule["annotations"]["description"]) > len(rule["annotations"]["summary"])


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_leads_to_a_heading_of_its_own(alert):
    page, _, anchor = ALERTS[alert]["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)

    assert anchor == alert.lower()
    assert alert in headings


def test_no_runbook_is_about_an_alert_that_is_not_there():
    text = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")

    assert set(re.findall(r"\bBriefmill[A-Z]\w+", text)) == set(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_every_figure_that_an_alert_looks_at_is_shown_by_the_daemon(alert, samples):
    for name, matchers in SELECTOR.findall(re.sub(r"\"briefmill\"", "", ALERTS[alert]["expr"])):
        wanted = MATCHER.findall(matchers)
        fitting = [s for s in samples if s.name == name and all(fits(s.labels, *matcher) for matcher in wanted)]

        assert fitting, f"{name}{{{matchers}}}"
        for label, how, values in wanted:
            known = {sample.labels[label] for sample in samples if sample.name == name}
            assert set(values.split("|") if "~" in how else [values]) <= known, (name, label)


def fits(labels, label, how, value):
    same = re.fullmatch(value, labels.get(label, "")) if "~" in how else labels.get(label, "") == value
    return bool(same) != how.startswith("!")


def test_the_unit_tests_feed_only_series_that_the_daemon_shows(samples):
    shown = {(sample.name, frozenset(sample.labels.items())) for sample in samples}
    for path in UNIT_TESTS:
        for series in re.findall(r"series: '(briefmill_.*)'", path.read_text(encoding="utf-8")):
            name, matchers = SELECTOR.fullmatch(series).groups()
            labels = {label: value for label, _, value in MATCHER.findall(matchers)}
            assert {"instance", "job"} <= set(labels), series
            assert (name, frozenset((k, v) for k, v in labels.items() if k not in {"instance", "job"})) in shown, series


def test_prometheus_scrapes_under_the_name_that_the_alerts_look_for():
    (scrape,) = load(PROMETHEUS / "prometheus.yml")["scrape_configs"]
    looked_for = {name for rule in ALERTS.values() for name in re.findall(r'job="(\w+)"', rule["expr"])}

    assert looked_for == {scrape["job_name"]}
