"""The doctor's look at what stands around a home: each fault can be shown, and each has its fix."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from briefmill.runtime import checkup
from briefmill.runtime.checkup import Backups, Clock, Key, Library, Model
from briefmill.runtime.doctor import Drawn

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENV = Path("/srv/home/.env")


def faults(checks):
    found = [check for check in checks if not check.ok]
    assert all(check.fix for check in found)
    return [check.found for check in found]


def test_a_clock_that_is_right_is_told():
    (check,) = checkup.clock(Clock(now=NOW, ahead_s={"state": 0.5}, recorded=NOW - timedelta(hours=1)))
    assert (check.ok, check.found) == (True, "2026-11-23 12:00:00 UTC")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Clock(now=datetime(1970, 1, 2, tzinfo=UTC)), "1970-01-02, which is long past"),
        (Clock(now=NOW, monotonic=False), "ran backwards"),
        (Clock(now=NOW, recorded=NOW + timedelta(hours=3)), "3 hours behind the newest row"),
        (Clock(now=NOW, ahead_s={"state": 90.0}), "the disk of state is 90 seconds ahead"),
        (Clock(now=NOW, ahead_s={"state": -86400.0 * 3}), "3 days behind"),
    ],
)
def test_a_clock_that_cannot_be_right_is_a_fault(found, words):
    (fault,) = faults(checkup.clock(found))
    assert words in fault


def test_a_share_with_another_clock_is_told_and_does_no_harm():
    checks = list(checkup.clock(Clock(now=NOW, ahead_s={"inbox": 7200.0, "outbox": 1.0})))
    assert faults(checks) == []
    assert checks[-1].found == "the disk of inbox is 2 hours ahead of this machine; briefs are taken all the same"


def test_keys_are_told_by_where_they_are_from():
    found = [Key(name="openai.api_key", source="dotenv", wanted=True), Key(name="fallback.api_key")]
    checks = list(checkup.keys(found, ENV, 0o600))
    assert faults(checks) == []
    assert [check.found for check in checks] == [
        "openai.api_key: there, from dotenv",
        "fallback.api_key: none, and none is needed",
    ]


def test_a_key_that_is_asked_for_and_missing_is_a_fault():
    assert "missing" in faults(checkup.keys([Key(name="openai.api_key", wanted=True)], ENV, None))[0]


@pytest.mark.parametrize(("mode", "bad"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o644, 1)])
def test_secrets_that_others_can_read_are_a_fault(mode, bad):
    assert len(faults(checkup.keys([], ENV, mode))) == bad


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (date(2026, 12, 1), "is shut down on 2026-12-01, in 8 days"),
        (date(2026, 11, 23), "was shut down on 2026-11-23"),
        (date(2026, 5, 12), "was shut down on 2026-05-12"),
        (date(2027, 6, 1), ""),
        (None, ""),
    ],
)
def test_a_model_that_ends_soon_or_has_ended_is_a_fault(ends, words):
    found = faults(checkup.models([Model(setting="words.model", name="m", ends=ends, by="x")], NOW.date()))
    assert [words in fault for fault in found] == ([True] if words else [])


def test_a_library_that_is_missing_or_too_old_is_a_fault():
    found = [
        Library(name="SQLite", version="3.8.2", least=(3, 35)),
        Library(name="numpy", version=""),
        Library(name="pillow", version="13.0.0"),
    ]
    checks = list(checkup.libraries(found))
    assert faults(checks) == ["SQLite 3.8.2 is too old: 3.35 or newer is needed", "numpy is missing"]
    assert checks[-1].found == "SQLite 3.8.2, pillow 13.0.0"


@pytest.mark.parametrize(
    ("version", "numbers"), [("3.40.1", (3, 40, 1)), ("5.0rc1", (5, 0)), ("1.dev2", (1,)), ("", ())]
)
def test_a_version_is_read_as_numbers(version, numbers):
    assert checkup.numbers(version) == numbers


def test_a_locale_that_no_font_can_write_is_a_fault():
    drawn = {"th-TH": Drawn(families=("Noto",), missing=("ก", "ข")), "de": Drawn(families=("Noto",))}
    assert faults(checkup.locales(drawn)) == ["th-TH: no font has ก ข"]
    assert [check.found for check in checkup.locales({"de": drawn["de"]})] == ["de: fonts for all"]
    assert faults(checkup.locales({})) == []


def test_backups_are_told_by_age_and_disk():
    folder = Path("/srv/home/backups")
    assert "briefmill backup" in checkup.backups(Backups(folder=folder), NOW).found
    old = checkup.backups(Backups(folder=folder, newest=NOW - timedelta(days=20), beside=True), NOW).found
    assert old.startswith("the newest is 20 days old; make one more often")
    assert "same disk" in old


def test_what_each_folder_lies_on_is_told():
    assert checkup.mounts({"inbox": "nfs4", "state": ""}).found == "inbox on nfs4, state on unknown"
