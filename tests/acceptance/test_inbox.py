"""What a person does about an inbox, with a real daemon and the command."""

import json
import shutil
import signal

from acceptance.conftest import BRIEF, Home

CONFLICT = "brief (Ana's conflicted copy 2026-03-01).yaml"


def test_a_conflicted_copy_is_held_until_a_person_releases_or_cancels_it(home):
    home.drop(CONFLICT)
    home.drop("other.sync-conflict-20260301-101500-ABCDEF2.yaml", BRIEF.replace("Morning", "Evening"))
    home.run_until_idle()
    first, second = sorted(home.jobs(), key=lambda job: job["source"])
    assert [job["state"] for job in (first, second)] == ["held", "held"]
    assert "conflicted copy of brief.yaml by Dropbox" in first["reason"]
    assert "conflicted copy of other.yaml by Syncthing" in second["reason"]
    told = home.json("explain", str(home.path / "inbox" / CONFLICT))
    assert (told["verdict"], told["job"]) == ("held", first["id"])
    home.command("jobs", "release", first["id"])
    home.command("jobs", "cancel", second["id"], "--reason", "the other one is right")
    home.run_until_idle()
    first, second = sorted(home.jobs(), key=lambda job: job["source"])
    assert (first["state"], second["state"]) == ("delivered", "cancelled")
    assert home.inbox() == []
    (aside,) = (home.path / "rejected").iterdir()
    assert aside.name.endswith(second["id"])
    assert (aside / second["source"]).read_text() == BRIEF.replace("Morning", "Evening")
    assert "the other one is right" in (aside / "REASONS.md").read_text()


def test_explain_tells_what_became_of_a_file_that_was_taken(home):
    path = home.drop("a.yaml")
    assert home.json("explain", str(path))["verdict"] in {"waiting", "ready"}
    home.run_until_idle()
    told = home.json("explain", str(path))
    assert told["verdict"] == "taken"
    assert "delivered, as morning-light in the outbox" in told["reason"]
    assert home.json("jobs", "show", told["job"])["source"] == "a.yaml"
    assert home.json("explain", str(home.path / "inbox" / "never.yaml"))["verdict"] == "gone"


def test_another_inbox_in_the_place_of_ours_is_offline_until_a_person_accepts_it(home):
    inbox = home.path / "inbox"
    inbox.rename(home.path / "away")
    Home.command(home, "init")  # makes a new inbox, and accepts it
    home.drop("a.yaml")
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]
    shutil.move(inbox, home.path / "second")
    shutil.move(home.path / "away", inbox)
    home.drop("b.yaml", BRIEF.replace("Morning", "Evening"))
    assert home.json("explain", str(inbox / "b.yaml"))["verdict"] == "offline"
    daemon = home.start()
    line = ""
    while "another inbox" not in line:
        line = daemon.stderr.readline()
        assert line, "the daemon ended"
    home.command("init")
    while ('"inbox.available"' not in line and "inbox.available" not in line) or "another inbox" in line:
        line = daemon.stderr.readline()
    daemon.send_signal(signal.SIGTERM)
    _, rest = daemon.communicate(timeout=30)
    assert daemon.returncode == 0, rest
    home.run_until_idle()
    assert sorted(job["source"] for job in home.jobs()) == ["a.yaml", "b.yaml"]


def test_two_daemons_on_one_inbox_make_each_brief_once(home, tmp_path):
    other = Home(tmp_path / "other")
    other.environ["BRIEFMILL_FOLDERS__INBOX"] = str(home.path / "inbox")
    other.command("init")
    for number in range(12):
        home.drop(f"{number:02}.yaml", BRIEF.replace("Morning Light", f"Campaign {number}"))
    daemons = [each.start("-m", "briefmill", "run", "--until-idle") for each in (home, other)]
    for daemon in daemons:
        _, errors = daemon.communicate(timeout=120)
        assert daemon.returncode == 0, errors
    made = [path.name for each in (home, other) for path in (each.path / "outbox").iterdir()]
    assert sorted(made) == sorted(f"campaign-{number}" for number in range(12))
    assert home.inbox() == []
    for each in (home, other):
        assert {job["state"] for job in each.jobs()} <= {"delivered", "cancelled"}
        assert json.loads(each.command("audit", "verify", "--json"))["bad_row"] == 0


def test_claims_that_this_ledger_does_not_know_are_listed_and_returned_by_a_person(home, tmp_path):
    other = Home(tmp_path / "other")
    other.environ["BRIEFMILL_FOLDERS__INBOX"] = str(home.path / "inbox")
    other.command("init")
    for each in (home, other):
        each.run_until_idle()
    theirs = home.path / "inbox" / ".briefmill" / "claimed" / "j_0000000000000000"
    theirs.mkdir(parents=True)
    (theirs / "lost.yaml").write_text(BRIEF)
    home.run_until_idle()
    found = home.json("claims", "list")
    assert found["claims"] == [{"job": theirs.name, "file": "lost.yaml"}]
    assert [other["home"] for other in found["others"]] == [str(tmp_path / "other")]
    assert "would return  lost.yaml" in home.command("claims", "return", theirs.name, "--dry-run")
    assert "returned  lost.yaml" in home.command("claims", "return", theirs.name)
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]


def test_a_changed_brief_of_the_same_campaign_makes_only_what_changed(home):
    home.drop("a.yaml")
    home.run_until_idle()
    home.drop("a.yaml", BRIEF.replace("Begin gently", "Begin kindly"))
    home.run_until_idle()
    second, first = (home.json("jobs", "show", job["id"]) for job in home.jobs())
    assert [(job["state"], job["revision"], job["folder"]) for job in (first, second)] == [
        ("delivered", 1, "morning-light"),
        ("delivered", 2, "morning-light.r2"),
    ]
    pictures = [
        [picture["ref"]["sha256"] for picture in job["stages"][0]["output"]["pictures"]] for job in (first, second)
    ]
    assert pictures[0] == pictures[1]
    cache = list((home.path / "state").rglob("cache/**/*.json"))
    assert len(cache) == len(set(pictures[0]))
    before, after = ({item["path"]: item["sha256"] for item in job["creatives"]} for job in (first, second))
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {path for path in before if "/en/" in path}
    assert changed < set(before)
