"""The intake, driven scan by scan on a real folder."""

from pathlib import Path

import pytest

from briefmill.domain.facts import (
    Admitted,
    Closed,
    Failed,
    Ignored,
    InboxAvailable,
    PipelinePaused,
    PipelineResumed,
    Recovered,
    Scanned,
    Waiting,
)
from briefmill.domain.job import Stage, State
from briefmill.intake import claim, owners
from briefmill.intake.claim import ClaimFolder
from briefmill.intake.settle import Policy
from intake.intakekit import CANCELLED, DUPLICATE, HELD, REJECTED, RUNNING, House, reading, renaming, until


async def test_a_dropped_brief_is_taken_once_it_has_been_quiet(house):
    house.drop("a.yaml")
    await house.intake.tick("event")
    assert house.left() == ["a.yaml"]
    assert house.jobs() == {}
    house.clock.push(2.0)
    await house.intake.tick("interval")
    assert house.left() == []
    job = house.jobs()["a.yaml"]
    assert (job.state, job.stage, job.campaign) == (State.RUNNING, Stage.GENERATE, "summer")
    assert house.bell.rings == [Stage.GENERATE]
    assert [fact.creatives for fact in house.heard.of(Admitted)] == [1]
    assert house.intake.original(job.id).read_text() == "summer end"
    await house.intake.discard(job.id)
    assert house.claims() == []
    assert house.intake.original(job.id) is None


async def test_a_file_that_goes_on_growing_is_left_alone(house):
    path = house.drop("a.yaml", "summer")
    for number in range(20):
        await house.intake.tick("interval")
        with path.open("a") as file:
            file.write(f" x{number}")
        house.clock.push(1.5)
    assert house.left() == ["a.yaml"]
    assert house.jobs() == {}


async def test_a_file_that_stands_still_half_written_is_waited_for_and_then_refused(house):
    house.drop("a.yaml", "bad")
    await house.rounds(10)
    assert house.jobs() == {}
    assert [fact.reason for fact in house.heard.of(Waiting)] == [
        "just arrived or changed",
        "cut off so far: it does not parse to its end",
    ]
    await house.rounds(15)
    assert house.states() == {"a.yaml": REJECTED}
    assert house.originals == {"a.yaml": "a.yaml"}
    assert house.claims() == []


async def test_a_half_written_file_that_is_finished_in_the_grace_time_is_taken(house):
    path = house.drop("a.yaml", "summer")
    await house.rounds(10)
    path.write_text("summer end")
    await house.rounds(2)
    assert house.states() == {"a.yaml": RUNNING}


async def test_a_file_that_somebody_has_open_for_writing_waits(house, monkeypatch):
    path = house.drop("a.yaml")
    with path.open("a"):
        await house.rounds(40)
        reasons = [fact.reason for fact in house.heard.of(Waiting)]
        if "open for writing" not in " ".join(reasons):
            pytest.skip("no leases on this file system")
        assert house.jobs() == {}
    await house.rounds(3)
    assert house.states() == {"a.yaml": RUNNING}


async def test_the_same_bytes_again_are_a_duplicate_and_nothing_of_them_stays(house):
    house.drop("a.yaml")
    await house.rounds()
    house.drop("b.yaml")
    await house.rounds()
    assert house.states() == {"a.yaml": RUNNING, "b.yaml": DUPLICATE}
    assert house.claims() == [house.jobs()["a.yaml"].id]
    assert [fact.state for fact in house.heard.of(Closed)] == [State.DUPLICATE]


async def test_the_same_bytes_again_are_made_again_where_that_is_wished(tmp_path):
    house = House(tmp_path, rerun=True)
    house.drop("a.yaml")
    await house.rounds()
    house.drop("b.yaml")
    await house.rounds()
    assert house.states() == {"a.yaml": RUNNING, "b.yaml": RUNNING}
    assert house.jobs()["b.yaml"].revision == 2


async def test_a_refused_brief_is_published_closed_and_its_claim_removed(house):
    house.drop("a.yaml", "bad end")
    await house.rounds()
    job = house.jobs()["a.yaml"]
    assert (str(job.state), job.reason) == (REJECTED, "This is bad. Mend it.")
    assert house.originals == {"a.yaml": "a.yaml"}
    assert house.claims() == []
    assert [fact.folder for fact in house.heard.of(Closed)] == [f"a.yaml.{job.id}"]


async def test_what_is_none_of_ours_stays_and_is_told_once(house):
    for name in ("notes.txt", ".hidden", "a.json.part", "logo.png", "Thumbs.db"):
        house.drop(name, "x")
    await house.rounds(40)
    assert house.left() == sorted([".hidden", "Thumbs.db", "a.json.part", "logo.png", "notes.txt"])
    assert sorted(fact.rule for fact in house.heard.of(Ignored)) == [
        "browser.temporary",
        "plain.asset",
        "plain.hidden",
        "plain.other",
        "windows.own",
    ]
    assert house.jobs() == {}
    assert house.intake.waiting == 0


async def test_a_placeholder_is_waited_for_and_not_counted_as_work(house):
    path = house.inbox / "a.yaml"
    with path.open("wb") as file:
        file.truncate(1_000_000)
    if path.stat().st_blocks:
        pytest.skip("this file system has no holes")
    await house.rounds(40)
    assert house.jobs() == {}
    assert house.intake.waiting == 0
    assert house.heard.of(Scanned)[-1].backlog["placeholder"] == 1
    assert "not downloaded" in house.heard.of(Waiting)[-1].reason


async def test_a_conflict_copy_is_held_in_place_and_a_retry_sends_it_to_work(house):
    name = "brief (Ana's conflicted copy 2026-03-01).yaml"
    house.drop(name)
    await house.rounds(5)
    job = house.jobs()[name]
    assert str(job.state) == HELD
    assert "Dropbox" in job.reason
    assert "brief.yaml" in job.reason
    assert house.left() == [name]
    assert house.intake.waiting == 0
    assert len(house.heard.of(Closed)) == 1

    house.ledger.records.retry(job.id)
    await house.rounds(3)
    assert house.states() == {name: RUNNING}
    assert house.jobs()[name].id == job.id
    assert house.left() == []


async def test_a_held_conflict_copy_that_is_removed_is_cancelled(house):
    name = "brief (Ana's conflicted copy 2026-03-01).yaml"
    path = house.drop(name)
    await house.rounds(3)
    path.unlink()
    await house.rounds(1)
    assert house.states() == {name: CANCELLED}


async def test_a_held_conflict_copy_that_a_person_cancels_is_put_aside_and_not_lost(house):
    name = "brief (Ana's conflicted copy 2026-03-01).yaml"
    house.drop(name)
    await house.rounds(3)
    house.ledger.records.cancel(house.jobs()[name].id, reason="not this one")
    await house.rounds(5)
    house.restart()
    await house.rounds(5)
    assert house.states() == {name: CANCELLED}
    assert house.left() == []
    assert house.claims() == []
    assert house.originals == {name: name}
    assert "cancelled: not this one" in house.told(name)


async def test_a_job_that_a_person_cancels_while_it_runs_leaves_what_was_dropped_where_refusals_lie(house):
    house.drop("a.yaml")
    await house.rounds(2)
    job = house.jobs()["a.yaml"]
    house.ledger.records.cancel(job.id, reason="too late")
    await house.rounds(2)
    assert house.claims() == []
    assert house.originals == {"a.yaml": "a.yaml"}
    assert "cancelled: too late Drop it again" in house.told("a.yaml")


@pytest.mark.parametrize("changed", [False, True])
async def test_a_held_file_that_is_cancelled_while_nobody_runs_is_put_aside_unless_it_has_changed(house, changed):
    name = "brief (Ana's conflicted copy 2026-03-01).yaml"
    path = house.drop(name)
    await house.rounds(3)
    house.ledger.records.cancel(house.jobs()[name].id, reason="not this one")
    if changed:
        path.write_text("another brief end")
    house.restart()
    await house.rounds(4)
    states = sorted(str(job.state) for job in house.ledger.records.jobs(_all()))
    assert states == ([CANCELLED, HELD] if changed else [CANCELLED])
    assert house.left() == ([name] if changed else [])


async def test_a_held_file_is_still_held_after_a_restart(house):
    name = "brief (Ana's conflicted copy 2026-03-01).yaml"
    house.drop(name)
    await house.rounds(3)
    house.restart()
    await house.rounds(5)
    assert len(house.ledger.records.jobs(_all())) == 1
    assert house.states() == {name: HELD}


async def test_a_file_that_cannot_be_moved_is_held_in_place_once(house, monkeypatch):
    house.drop("a.yaml")

    def refuse(source, target, rename):
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patched:
        renaming(patched, house.inbox, refuse)
        await house.rounds(6)
    assert house.states() == {"a.yaml": HELD}
    assert len(house.ledger.records.jobs(_all())) == 1
    assert house.left() == ["a.yaml"]
    assert house.intake.waiting == 0
    house.ledger.records.retry(house.jobs()["a.yaml"].id)
    await house.rounds(3)
    assert house.states() == {"a.yaml": RUNNING}


async def test_a_file_that_stays_unmovable_is_let_alone_once_a_person_cancels_it(house, monkeypatch):
    house.drop("a.yaml")

    def refuse(source, target, rename):
        raise PermissionError(1, "Operation not permitted")

    renaming(monkeypatch, house.inbox, refuse)
    await house.rounds(3)
    house.ledger.records.cancel(house.jobs()["a.yaml"].id, reason="leave it")
    await house.rounds(5)
    assert house.states() == {"a.yaml": CANCELLED}
    assert len(house.ledger.records.jobs(_all())) == 1
    assert house.left() == ["a.yaml"]


async def test_a_file_that_cannot_be_read_is_held_with_its_claim(house):
    house.drop("a.yaml")

    def unreadable(data, name):
        raise PermissionError(13, "Permission denied")

    house.read = unreadable
    await house.rounds()
    assert house.states() == {"a.yaml": HELD}
    assert house.claims() == [house.jobs()["a.yaml"].id]


async def test_a_full_disk_pauses_the_intake_and_it_resumes_by_itself(house, monkeypatch):
    house.drop("a.yaml")

    def full(path, ref):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(house.store, "adopt", full)
        await house.rounds(5)
        assert [fact.resource for fact in house.heard.of(PipelinePaused)] == ["disk"]
        assert house.states() == {"a.yaml": "claimed"}
        assert house.intake.waiting == 1
    house.clock.push(15.0)
    await house.rounds(1)
    assert [fact.resource for fact in house.heard.of(PipelineResumed)] == ["disk"]
    assert house.states() == {"a.yaml": RUNNING}


async def test_an_inbox_that_vanishes_is_offline_not_empty(house):
    house.drop("a.yaml")
    await house.rounds(1)
    house.inbox.rename(house.path / "elsewhere")
    house.inbox.mkdir()
    await house.rounds(3)
    assert not house.intake.available
    assert house.intake.waiting > 0
    assert [fact.available for fact in house.heard.of(InboxAvailable)] == [False]
    assert "marker" in house.heard.of(InboxAvailable)[0].reason
    house.inbox.rmdir()
    (house.path / "elsewhere").rename(house.inbox)
    await house.rounds(3)
    assert [fact.available for fact in house.heard.of(InboxAvailable)] == [False, True]
    assert house.states() == {"a.yaml": RUNNING}


async def test_at_most_so_many_are_taken_in_one_scan_and_none_is_forgotten(tmp_path):
    house = House(tmp_path, max_claims=3)
    for number in range(7):
        house.drop(f"{number}.yaml", f"campaign-{number} end")
    await house.rounds(2)
    assert len(house.jobs()) == 3
    await house.rounds(2)
    assert sorted(house.states()) == [f"{number}.yaml" for number in range(7)]


async def test_every_scan_tells_the_backlog_by_state(house):
    house.drop("a.yaml")
    await house.rounds(2)
    house.drop("b.yaml", "autumn end")
    await house.rounds(1)
    scanned = house.heard.of(Scanned)[-1]
    assert scanned.backlog == {"settling": 1, "ready": 0, "placeholder": 0, "claimed": 0, "running": 1, "held": 0}
    assert scanned.oldest == house.jobs()["a.yaml"].created_at


@pytest.mark.parametrize("crash", ["begun", "moved", "claimed"])
async def test_a_job_that_a_crash_cut_off_goes_on_under_its_own_id(house, crash):
    house.drop("a.yaml")
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    if crash != "begun":
        claim.ClaimFolder(inbox=house.inbox).take(b"a.yaml", job.id)
    if crash == "claimed":
        house.ledger.journal.took(job.id)
    await house.rounds(2)
    assert {name: found.id for name, found in house.jobs().items()} == {"a.yaml": job.id}
    assert house.states() == {"a.yaml": RUNNING}
    assert [fact.count for fact in house.heard.of(Recovered)] == [1]


async def test_a_job_whose_file_is_gone_after_a_crash_is_cancelled(house):
    house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    await house.rounds(1)
    assert house.states() == {"a.yaml": CANCELLED}


async def test_a_start_removes_claims_of_jobs_at_rest_and_returns_those_nobody_knows(house):
    house.drop("a.yaml")
    await house.rounds(2)
    job = house.jobs()["a.yaml"]
    house.ledger.records.cancel(job.id, reason="enough")
    stray = house.inbox / ".briefmill" / "claimed" / "j_unknown"
    stray.mkdir()
    (stray / "b.yaml").write_text("winter end")
    house.restart()
    await house.rounds(3)
    assert house.states() == {"a.yaml": CANCELLED, "b.yaml": RUNNING}
    assert house.claims() == [house.jobs()["b.yaml"].id]


async def test_a_claim_that_may_be_another_daemon_s_is_left_alone_and_told(house):
    theirs = house.inbox / ".briefmill" / "claimed" / "j_theirs"
    theirs.mkdir(parents=True)
    (theirs / "c.yaml").write_text("theirs end")
    owners.announce(ClaimFolder(inbox=house.inbox, owner="another"), Path("/srv/other"))
    await house.rounds(3)
    assert house.states() == {}
    assert house.claims() == ["j_theirs"]
    assert "may be another Briefmill's" in house.heard.of(Failed)[0].error


async def test_a_file_that_kills_its_reader_is_held_after_a_few_tries(house):
    house.drop("a.yaml")

    class Killed(BaseException):
        """As a power cut: nothing after it runs."""

    def killed(data, name):
        raise Killed

    house.read = killed
    for _ in range(6):
        with_death = house.intake
        try:
            await house.rounds(2)
        except Killed:
            assert with_death is house.intake
        house.restart()
    house.clock.push(60.0)
    await house.rounds(2)
    job = house.jobs()["a.yaml"]
    assert str(job.state) == HELD
    assert "3 times" in job.reason
    house.read = reading
    house.ledger.records.retry(job.id)
    await house.rounds(2)
    assert house.states() == {"a.yaml": RUNNING}


async def test_a_fault_of_ours_is_told_and_the_file_is_held_after_a_few_tries(house):
    house.drop("a.yaml", "bug end")
    house.drop("b.yaml", "summer end")
    await house.rounds(30)
    assert house.states() == {"a.yaml": HELD, "b.yaml": RUNNING}


async def test_a_refused_job_is_read_again_from_its_published_original_on_a_retry(house):
    house.drop("a.yaml", "bad end")
    await house.rounds(2)
    job = house.jobs()["a.yaml"]
    published = house.path / "published.yaml"
    published.write_text("summer end")
    house.intake.on_retry(lambda retried: published if retried.id == job.id else None)
    house.ledger.records.retry(job.id)
    await house.rounds(2)
    assert house.states() == {"a.yaml": RUNNING}
    assert published.exists()


async def test_a_retry_without_any_original_is_cancelled_with_words(house):
    house.drop("a.yaml", "bad end")
    await house.rounds(2)
    house.ledger.records.retry(house.jobs()["a.yaml"].id)
    await house.rounds(2)
    assert house.states() == {"a.yaml": CANCELLED}
    assert "Drop it again" in house.jobs()["a.yaml"].reason


async def test_any_bytes_but_slash_and_nul_are_a_name(house):
    names = [bytes([code]) + b"n.yaml" for code in range(1, 256) if code not in b"/.~#"]
    for number, name in enumerate(names):
        house.drop(name, f"campaign-{number} end")
    house.intake._taking.most = 1000
    await house.rounds(2)
    assert len(house.jobs()) == len(names)
    assert set(house.states().values()) == {RUNNING}
    assert {job.source_raw for job in house.jobs().values()} == set(names)
    assert all(job.source.isprintable() for job in house.jobs().values())


async def test_a_settled_scan_counts_what_is_left_to_take(house):
    assert await house.intake.settled_scan() == 0
    house.drop("a.yaml")
    assert await house.intake.settled_scan() == 1
    house.clock.push(3)
    assert await house.intake.settled_scan() == 1  # claimed, and being read beside the scan
    await until(lambda: house.states() == {"a.yaml": RUNNING})
    assert await house.intake.settled_scan() == 0


async def test_the_scan_shows_that_the_intake_moves(house):
    house.clock.push(50)
    await house.intake.tick("interval")
    assert house.intake.last_tick == house.clock.monotonic()


def _all():
    from briefmill.ports import JobQuery

    return JobQuery(limit=0)


async def test_a_marker_beside_it_makes_a_brief_exact_and_goes_away_with_it(house):
    house.drop("a.yaml")
    house.drop("a.yaml.done", "")
    await house.rounds(1)
    assert house.states() == {"a.yaml": RUNNING}
    assert house.left() == []
    house.drop("a.yaml", "autumn")
    await house.rounds(5)
    assert house.left() == ["a.yaml"]


async def test_a_marker_that_comes_before_its_file_is_none_of_a_brief(house):
    house.drop("a.yaml.done", "")
    await house.rounds(5)
    assert (house.states(), house.left()) == ({}, ["a.yaml.done"])


async def test_a_folder_with_a_ready_file_is_taken_at_once_and_the_ready_file_is_no_asset(house):
    house.drop("b/brief.yaml", "summer cup.png end")
    house.drop("b/cup.png", b"cup")
    house.drop("b/.ready", "")
    await house.rounds(1)
    assert house.states() == {"b": RUNNING}
    assert set(house.snapshot("b").files) == {"cup.png"}


async def test_where_markers_are_required_nothing_is_taken_without_one(tmp_path):
    house = House(tmp_path, policy=Policy(quiet_s=2.0, announced_only=True))
    house.drop("a.yaml")
    await house.rounds(50)
    assert house.states() == {}
    assert "NAME.done" in house.heard.of(Waiting)[-1].reason
    house.drop("a.done", "")
    await house.rounds(1)
    assert house.states() == {"a.yaml": RUNNING}


async def test_a_marker_left_by_a_crash_goes_with_the_recovered_claim(house):
    house.drop("a.yaml")
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    claim.ClaimFolder(inbox=house.inbox).take(b"a.yaml", job.id)
    house.drop("a.yaml.done", "")
    await house.rounds(1)
    assert house.left() == []
    assert house.states() == {"a.yaml": RUNNING}


async def test_a_job_that_is_cancelled_in_the_instant_of_its_claim_is_put_aside(house, monkeypatch):
    house.drop("a.yaml")

    def cancelling(source, target, rename):
        rename(source, target)
        house.ledger.records.cancel(house.jobs()["a.yaml"].id, reason="changed my mind")

    renaming(monkeypatch, house.inbox, cancelling)
    await house.rounds(2)
    assert house.states() == {"a.yaml": CANCELLED}
    assert (house.left(), house.claims(), house.originals) == ([], [], {"a.yaml": "a.yaml"})


async def test_what_was_claimed_is_on_the_disk_before_the_ledger_says_so(house, monkeypatch):
    synced, said = [], []
    sync, took_all = claim.files.sync, house.ledger.journal.took_all
    monkeypatch.setattr(claim.files, "sync", lambda path: synced.append(path.name) or sync(path))

    def took(jobs, **how):
        said.append((sorted(jobs), sorted(synced)))
        return took_all(jobs, **how)

    monkeypatch.setattr(house.ledger.journal, "took_all", took)
    for name in ("a", "b"):
        house.drop(f"{name}.yaml", f"{name} end")
    await house.rounds(2)
    claimed = sorted(job.id for job in house.jobs().values())
    assert [pair for pair in said if pair[0]] == [(claimed, ["inbox"])]


async def test_a_folder_of_pictures_beside_briefs_is_used_by_all_of_them_and_stays(house):
    house.drop("images/cup.png", b"picture")
    house.drop("a.yaml", "summer images/cup.png end")
    await house.rounds(10)
    house.drop("b.yaml", "winter images/cup.png end")
    await house.rounds(40)
    assert [set(house.snapshot(name).files) for name in ("a.yaml", "b.yaml")] == [{"images/cup.png"}] * 2
    assert house.left() == ["images"]
