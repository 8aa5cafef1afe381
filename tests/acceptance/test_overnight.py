"""Briefs that have a night's time: one batch at half the price, also over a restart."""

import json
import subprocess
import time

import openai
import pytest

from acceptance import faking

pytestmark = pytest.mark.acceptance

BRIEF = """\
campaign: Night {number}
message: Begin gently
delivery: overnight
products: [{{id: cup, name: Cup {number}}}, {{id: pot, name: Pot {number}}}]
placements: ["300x250", "1:1"]
"""


@pytest.fixture
def scenario(tmp_path):
    def write(text):
        path = tmp_path / "scenario.yaml"
        path.write_text(text)
        return path

    return write


def patient(home, collect_s="0.5"):
    home.environ["BRIEFMILL_OVERNIGHT__COLLECT_FOR_S"] = collect_s
    home.environ["BRIEFMILL_OVERNIGHT__LOOK_EVERY_S"] = "0.2"


def until(say, seconds=60.0):
    """Ask until the answer is yes; the machine's own time, as the daemon lives in another process."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := say():
            return found
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("it never came")


def test_briefs_of_one_night_travel_in_one_batch_at_half_the_price(home, scenario):
    patient(home, "2")
    with faking.provider(home, scenario("batches: {takes_s: 1}")) as fake:
        for number in range(3):
            home.drop(f"{number}.yaml", BRIEF.format(number=number))
        home.run_until_idle()
        jobs = home.jobs()
        assert [job["state"] for job in jobs] == ["delivered"] * 3, [job["reason"] for job in jobs]
        calls = fake.pictures()
        assert {call["batch"] for call in calls} != {""}
        assert len({call["key"] for call in calls}) == len(calls)
        assert len([call for call in fake.calls() if call["route"] == "batches" and call["method"] == "POST"]) == 1
        found = faking.reckoned(fake, home)
        assert not found.unaccounted
        assert (found.charged, found.unsure) == (found.settled, 0)
        assert found.server_micros == found.ledger_micros > 0
        receipt = json.loads((home.path / "outbox" / "night-0" / "receipt.json").read_text())
        assert receipt["cost_usd"] > 0
        assert sum(job["cost_usd"] for job in jobs) == pytest.approx(found.ledger_micros / 1e6)
        assert {row.kind for row in faking.spend(home)} == {"overnight"}


def test_a_killed_daemon_finds_its_batch_again_and_pays_once(home, scenario):
    patient(home)
    with faking.provider(home, scenario("batches: {takes_s: 6}")) as fake:
        home.drop("one.yaml", BRIEF.format(number=1))
        with faking.serving(home) as first:
            until(lambda: any(call["route"] == "batches" and call["method"] == "POST" for call in fake.calls()))
            faking.kill(first)
        (job,) = home.jobs()
        told = home.json("jobs", "show", job["id"])
        assert told["state"] == "running"
        assert {line["leg"] for line in told["overnight"]} == {"packed"}
        assert "overnight" in home.command("jobs", "show", job["id"])
        home.run_until_idle()
        assert [one["state"] for one in home.jobs()] == ["delivered"]
        found = faking.reckoned(fake, home)
        assert not found.unaccounted
        assert found.charged == found.settled == len(fake.pictures())


def test_what_a_batch_that_ended_early_did_not_make_is_sent_with_the_next_one(home, scenario):
    patient(home)
    with faking.provider(home, scenario("batches: {takes_s: 8}")) as fake:
        home.drop("one.yaml", BRIEF.format(number=1))
        with faking.serving(home), openai.OpenAI(api_key="sk-fake", base_url=fake.url, max_retries=0) as client:
            until(fake.pictures)  # one of its lines was made
            (batch,) = client.batches.list().data
            client.batches.cancel(batch.id)
            until(lambda: len(client.batches.list().data) > 1)
            until(lambda: [job for job in home.jobs() if job["state"] == "delivered"])
        assert len({call["batch"] for call in fake.pictures()}) > 1
        assert len({call["key"] for call in fake.pictures()}) == len(fake.pictures())
        found = faking.reckoned(fake, home)
        assert not found.unaccounted
        assert found.charged == found.settled


def test_a_blocked_line_rejects_its_own_brief_alone(home, scenario):
    patient(home, "2")
    night = "batches: {takes_s: 1}\nrules: [{when: {prompt: 'Cup 1'}, do: {fault: moderation, categories: [other]}}]"
    with faking.provider(home, scenario(night)):
        for number in range(2):
            home.drop(f"{number}.yaml", BRIEF.format(number=number))
        home.run_until_idle()
        states = {job["campaign"]: (job["state"], job["reason"]) for job in home.jobs()}
        assert states["night-0"][0] == "delivered"
        assert states["night-1"][0] == "rejected"
        assert "stage: input" in states["night-1"][1]


def test_a_cancelled_brief_is_not_sent(home, scenario):
    patient(home, "3600")
    with faking.provider(home, scenario("batches: {takes_s: 1}")) as fake:
        for number in range(2):
            home.drop(f"{number}.yaml", BRIEF.format(number=number))
        with faking.serving(home):
            until(lambda: faking.posted(home) == 2)
            gone = next(job for job in home.jobs() if job["campaign"] == "night-0")
            home.command("jobs", "cancel", gone["id"])
            assert not fake.pictures()
        patient(home, "0.2")
        home.run_until_idle()
        assert sorted(job["state"] for job in home.jobs()) == ["cancelled", "delivered"]
        assert not [row for row in faking.spend(home) if row.job == gone["id"]]
        assert fake.pictures()


def test_the_plan_shows_half_the_price(home, scenario):
    with faking.provider(home):
        now, night = home.path / "now.yaml", home.path / "night.yaml"
        night.write_text(BRIEF.format(number=1))
        now.write_text(BRIEF.format(number=1).replace("overnight", "now"))
        dear, cheap = home.json("plan", str(now)), home.json("plan", str(night))
        assert cheap["estimate_usd"] == pytest.approx(dear["estimate_usd"] / 2, rel=0.01)
        assert cheap["delivery"] == "overnight"
        assert "overnight" in home.command("plan", str(night))
