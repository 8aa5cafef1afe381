"""What is told of stages' outputs, and of budgets."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import briefmill.rules
from briefmill.domain.facts import BudgetMeasured, Judged, Published
from briefmill.domain.job import Stage, State
from briefmill.domain.money import Budget, Period, Standing
from briefmill.domain.verdict import AUDIT
from briefmill.ports import Finish, StageResult
from briefmill.rules import claims
from briefmill.telemetry import metrics
from briefmill.wiring import gauges


class Ear(list):
    def hear(self, fact):
        self.append(fact)


CLAIM = SimpleNamespace(job=SimpleNamespace(id="j_1", tenant="north"))


def result(stage, **output):
    return StageResult(stage=stage, outcome="ok", started_at=datetime.now(UTC), duration_s=1, output=output)


def performing(finish):
    async def perform(_claim):
        return finish

    return perform


async def test_what_the_rules_found_is_told_by_rule_and_weight():
    found = [
        {"rule": rule, "severity": severity}
        for rule, severity in (("words", "error"), ("logo", "warning"), ("logo", "warning"), ("thirds", "advice"))
    ]
    finish = Finish(results=(result(Stage.OVERLAY), result(Stage.COMPLIANCE, findings=found)))
    ear = Ear()

    assert await gauges.judged(performing(finish), ear)(CLAIM) is finish
    assert ear == [Judged(job="j_1", errors={"words": 1}, warnings={"logo": 2}, tenant="north")]


async def test_creatives_are_told_when_they_have_appeared_and_not_before():
    ear = Ear()
    for state in (None, State.HELD, State.DELIVERED):
        await gauges.published(performing(Finish(results=(), state=state, creatives=(1, 2))), ear)(CLAIM)

    assert ear == [Published(job="j_1", creatives=2, tenant="north")]


def test_of_the_tenants_budgets_the_one_nearest_to_its_limit_is_told():
    def standing(tenant, limit, settled, reserved=0):
        budget = Budget(limit_micros=limit, period=Period.DAY, tenant=tenant)
        return Standing(budget=budget, settled_micros=settled, reserved_micros=reserved)

    ear = Ear()
    gauges.measure_budgets([standing("", 100, 10, 5), standing("a", 100, 50), standing("b", 10, 9)], ear)

    assert ear == [
        BudgetMeasured(whose="all", period="day", used=15, limit=100),
        BudgetMeasured(whose="tenant", period="day", used=9, limit=10),
    ]


def test_each_rule_has_a_figure_of_its_own():
    folder = Path(briefmill.rules.__file__).parent
    named = {
        name
        for path in folder.glob("*.py")
        for name in re.findall(r'^RULE(?:: Final)? = "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert named, "rules name themselves by RULE"
    elsewhere = {AUDIT, claims.PREFIX.rstrip(".")}
    assert named | elsewhere == set(metrics.RULES) - {metrics.OTHER}, "telemetry.metrics.RULES names them all"
