"""`briefmill cost` and the price in `briefmill plan`, as people and scripts see them."""

import json
import os
import subprocess
import sys

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Intent
from briefmill.wiring.clock import SystemClock

REF = Ref(sha256="0" * 64, size=1, media_type="application/json")


class Home:
    def __init__(self, path):
        self.path, self.environ = path, {}

    def run(self, *words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", *words],
            env={"BRIEFMILL_HOME": str(self.path), "PATH": os.defpath, "NO_COLOR": "1", **self.environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home that has paid for six pictures of one grade, and asked for one that never came."""
    made = Home(tmp_path_factory.mktemp("costs") / "home")
    made.run("init")
    ledger = SqlLedger(made.path / "state" / "briefmill.db", SystemClock())
    job = ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml", tenant="acme")
    ledger.journal.took(job.id)
    snapshot = Snapshot(name="a.yaml", brief=REF)
    ledger.journal.admit(job.id, Admission(snapshot=snapshot, reading=REF, campaign="Summer"))
    for number in range(7):
        grade = "gpt-image-2.6-flare medium 1536x1024"
        intent = Intent(job=job.id, tenant="acme", kind="image", key=f"k{number}", estimate_micros=90_000, grade=grade)
        answered = number < 6
        ledger.purse.settle(
            ledger.purse.intend(intent),
            cost_micros=(50_000 + 1000 * number) * answered,
            outcome="ok" if answered else "unknown",
            usage={},
        )
    ledger.close()
    made.environ = {"BRIEFMILL_BUDGET__MONTH_USD": "2", "BRIEFMILL_BUDGET__CAMPAIGN_USD": "1"}
    return made


def test_a_report_tells_what_was_spent_and_what_may_be_gone(home):
    text = home.run("cost", "report", "--by", "campaign")
    assert "Summer" in text
    assert "$0.3150" in text
    assert "$0.0900" in text
    found = json.loads(home.run("cost", "report", "--by", "tenant", "--days", "7", "--json"))
    (row,) = found["rows"]
    assert (row["heading"], row["calls"], row["spent_usd"]) == ("acme", 7, pytest.approx(0.315))
    assert "day" in home.run("cost", "report", "--by", "weather", code=2)


def test_a_budget_tells_what_is_left_of_it(home):
    assert "$2.00 this month" in home.run("cost", "budget")
    (row,) = json.loads(home.run("cost", "budget", "--json"))
    assert row["left_usd"] == pytest.approx(2 - 0.315 - 0.09)


def test_a_forecast_says_what_it_goes_by(home):
    assert "$0.32 spent so far" in home.run("cost", "forecast")
    assert json.loads(home.run("cost", "forecast", "--json"))["days_seen"] == 0


def test_a_plan_tells_what_is_likely_and_what_it_will_hardly_exceed_as_learned(home):
    brief = home.path / "a.yaml"
    brief.write_text('campaign: x\nmessage: hi\nproducts: [Cup]\nplacements: ["1536x1024"]\n')
    home.environ["OPENAI_API_KEY"] = "sk-test"
    planned = json.loads(home.run("plan", str(brief), "--json"))
    assert (planned["calls"], planned["learned_from_calls"]) == (1, 6)
    assert planned["estimate_usd"] == pytest.approx(0.0525)
    assert planned["estimate_usd"] < planned["p95_usd"] <= 0.055
    text = home.run("plan", str(brief))
    assert "hardly more than $0.05" in text
    assert "Learned from 6 such calls." in text


def test_without_a_budget_or_a_call_there_is_nothing_to_tell(tmp_path):
    empty = Home(tmp_path / "home")
    empty.run("init")
    assert "Nothing was paid for yet" in empty.run("cost", "report")
    assert "No budget is set" in empty.run("cost", "budget")
    assert "nothing to go by" in empty.run("cost", "forecast")
