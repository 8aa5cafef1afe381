"""Every panel of every dashboard, asked of a real Prometheus that watches a real daemon under load."""

import json
import re
from pathlib import Path

import pytest
from boards import asking
from dashboardmill import PROMETHEUS, grinding

DASHBOARDS = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
METRIC = re.compile(r"\b(?:briefmill|process|python)_\w+|\bup\b|\bALERTS\b")

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(
        PROMETHEUS is None, reason="prometheus is not installed (Debian: prometheus): no panel is asked"
    ),
]

PANELS = [
    pytest.param(
        path.stem,
        panel["title"],
        target,
        id=f"{path.stem.removeprefix('briefmill-')}: {panel['title']} {target['refId']}",
    )
    for path in sorted(DASHBOARDS.glob("*.json"))
    for panel, target in asking.queries(json.loads(path.read_text(encoding="utf-8")))
]


@pytest.fixture(scope="module")
def mill(tmp_path_factory):
    with grinding(tmp_path_factory.mktemp("mill")) as mill:
        mill.load()
        yield mill


@pytest.fixture(scope="module")
def known(mill):
    return mill.prometheus.names()


@pytest.mark.parametrize(("board", "title", "target"), PANELS)
def test_a_panel_shows_something(mill, known, board, title, target):
    unknown = set(METRIC.findall(target["expr"])) - known
    assert not unknown

    answers = mill.prometheus.now(target["expr"])

    told = [answer for answer in answers if answer.last is not None]
    print(f"{board:21} {title:48} {len(told):3} series, {sum(a.last for a in told):14.4f} in all")
    assert told, target["expr"]


def test_what_the_load_did_is_in_the_figures(mill):
    outcomes = {a.labels["outcome"]: a.last for a in mill.prometheus.now("briefmill_briefs_total")}

    assert outcomes == {"delivered": 2, "rejected": 2, "duplicate": 1, "held": 0, "cancelled": 0}
    assert mill.count("briefmill_creatives_published_total") == 4
    assert mill.count('briefmill_findings_total{rule="words", severity="error"}') > 0
    assert mill.count("briefmill_refusals") == 2
    assert mill.count("briefmill_spend_usd_total") == pytest.approx(mill.fake.book.cost_micros / 1e6)
    assert mill.count('briefmill_budget_limit_usd{whose="all", period="day"}') == 2


def test_a_heartbeat_is_in_no_figure_about_briefs(mill):
    assert mill.count("sum(briefmill_heartbeats_total)") >= 1
    begun = mill.count('briefmill_stage_started_total{stage="archive"}')

    assert begun == mill.count('briefmill_briefs_total{outcome="delivered"}') == 2
