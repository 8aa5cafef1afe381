"""Why a file is, or is not yet, being taken: what a person is told."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from briefmill.intake import catalogue, explain, mounts
from briefmill.intake.examine import Examiner
from briefmill.intake.pieces import Limits
from briefmill.intake.settle import Policy
from intake.intakekit import complete


@pytest.fixture
def inbox(tmp_path):
    mounts.mark(tmp_path)
    return tmp_path


def told(path, *, age=5.0, inbox=None, policy=None):
    changed = datetime.fromtimestamp(os.lstat(path).st_ctime, UTC) if os.path.lexists(path) else datetime.now(UTC)
    return explain.explain(
        path,
        inbox=inbox or path.parent,
        examiner=Examiner(complete=complete, limits=Limits()),
        policy=policy or Policy(quiet_s=2.0, grace_s=60.0),
        names=catalogue.shipped(),
        missing=mounts.missing(inbox or path.parent, marked=True),
        now=changed + timedelta(seconds=age),
    )


def drop(inbox, name, text="summer end"):
    path = inbox / name
    path.write_text(text)
    return path


def test_a_whole_and_quiet_brief_is_ready_with_its_measures(inbox):
    answer = told(drop(inbox, "a.yaml"))
    assert (answer["verdict"], answer["rule"], answer["bytes"]) == ("ready", "plain.brief", 10)
    assert answer["unchanged_s"] == pytest.approx(5.0, abs=0.2)


def test_a_fresh_one_waits_with_the_time_left(inbox):
    answer = told(drop(inbox, "a.yaml"), age=0.5)
    assert answer["verdict"] == "waiting"
    assert answer["left_s"] == pytest.approx(1.5, abs=0.2)


def test_one_that_is_cut_off_waits_for_its_grace_time(inbox):
    answer = told(drop(inbox, "a.yaml", "summer"), age=10)
    assert (answer["verdict"], answer["content"]) == ("waiting", "truncated")
    assert answer["left_s"] == pytest.approx(50, abs=0.2)
    assert told(inbox / "a.yaml", age=61)["verdict"] == "ready"


def test_one_that_is_open_for_writing_waits(inbox):
    path = drop(inbox, "a.yaml")
    with path.open("a"):
        answer = told(path)
    if answer["open_for_writing"] == "unknown":
        pytest.skip("no leases here")
    assert "open for writing" in answer["reason"]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("a.json.part", "browser.temporary"), (".x", "plain.hidden"), ("a.txt", "plain.other"), ("a.png", "plain.asset")],
)
def test_what_is_left_alone_is_said_with_its_rule(inbox, name, rule):
    answer = told(drop(inbox, name))
    assert (answer["verdict"], answer["rule"]) == ("ignored", rule)


def test_a_conflict_copy_is_named_with_its_tool(inbox):
    answer = told(drop(inbox, "a.sync-conflict-20260301-101500-ABCDEF2.yaml"))
    assert answer["verdict"] == "held"
    assert "a.yaml by Syncthing" in answer["reason"]


def test_places_that_are_no_inbox_are_said_so(inbox, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert told(drop(elsewhere, "a.yaml"), inbox=inbox)["verdict"] == "outside"
    assert told(inbox / "nothing.yaml")["verdict"] == "gone"
    mounts.marker(inbox).unlink()
    assert told(drop(inbox, "a.yaml"))["verdict"] == "offline"


def test_one_that_was_announced_is_ready_at_once_and_one_that_must_be_waits_for_it(inbox):
    path = drop(inbox, "a.yaml")
    assert told(path, age=0.1)["verdict"] == "waiting"
    required = told(path, age=100, policy=Policy(announced_only=True))
    assert (required["verdict"], "NAME.done" in required["reason"]) == ("waiting", True)
    marker = drop(inbox, "a.yaml.done")
    assert told(path, age=0.1)["verdict"] == "ready"
    assert "whole" in told(marker)["reason"]


def test_a_folder_that_is_still_arriving_waits(inbox):
    (inbox / "b").mkdir()
    drop(inbox / "b", "a.yaml")
    drop(inbox / "b", "logo.png.part")
    answer = told(inbox / "b")
    assert (answer["verdict"], answer["shape"]) == ("waiting", "folder")
    assert "logo.png.part" in answer["reason"]
