"""Bundles, neighbours and shared assets on their way through the intake: what the snapshot holds in the end."""

import hashlib
import os
import zipfile

from briefmill.domain import codec
from briefmill.domain.brief import Reading
from intake.intakekit import REJECTED, RUNNING, renaming


def sha(data):
    return hashlib.sha256(data).hexdigest()


async def test_a_bundle_folder_is_copied_with_all_that_came_with_it(house):
    house.drop("shoot/brief.yaml", "summer pics/cup.png end")
    house.drop("shoot/pics/cup.png", b"cup")
    house.drop("shoot/notes.txt", b"notes")
    await house.rounds()
    snapshot = house.snapshot("shoot")
    assert snapshot.name == "brief.yaml"
    assert {path: ref.sha256 for path, ref in snapshot.files.items()} == {
        "pics/cup.png": sha(b"cup"),
        "notes.txt": sha(b"notes"),
    }
    assert snapshot.files["pics/cup.png"].media_type == "image/png"
    assert house.store.get(snapshot.brief) == b"summer pics/cup.png end"
    assert house.left() == []


async def test_the_same_bundle_as_folder_and_zip_is_one_content(house):
    house.drop("shoot/brief.yaml", "summer end")
    house.drop("shoot/cup.png", b"cup")
    await house.rounds()
    with zipfile.ZipFile(house.inbox / "shoot.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/brief.yaml", "summer end")
        archive.writestr("inner/cup.png", b"cup")
    await house.rounds()
    assert house.states() == {"shoot": RUNNING, "shoot.zip": "duplicate"}


async def test_a_bundle_that_is_still_being_copied_in_is_waited_for(house):
    house.drop("shoot/brief.yaml", "summer end")
    await house.rounds(1)
    for number in range(5):
        house.drop(f"shoot/{number}.png", b"x")
        await house.rounds(1, seconds=1.5)
    assert house.left() == ["shoot"]
    part = house.drop("shoot/6.png.part", b"x")
    await house.rounds(5)
    assert house.left() == ["shoot"]
    part.rename(part.with_suffix(""))
    await house.rounds(2)
    assert set(house.snapshot("shoot").files) == {"0.png", "1.png", "2.png", "3.png", "4.png", "6.png"}


async def test_a_folder_whose_brief_names_files_that_are_still_on_their_way_is_waited_for(house):
    house.drop("shoot/brief.yaml", "summer cup.png end")
    await house.rounds(5)
    assert house.jobs() == {}
    house.drop("shoot/cup.png", b"cup")
    await house.rounds(2)
    assert house.states() == {"shoot": RUNNING}
    assert set(house.snapshot("shoot").files) == {"cup.png"}


async def test_a_folder_without_a_brief_may_get_one_and_is_refused_after_the_grace_time(house):
    house.drop("late/cup.png", b"x")
    house.drop("never/notes.txt", b"x")
    await house.rounds(5)
    house.drop("late/brief.yaml", "summer end")
    await house.rounds(20)
    assert house.states() == {"late": RUNNING, "never": REJECTED}
    assert "needs one brief" in house.told("never")


async def test_an_empty_file_is_refused_after_the_grace_time(house):
    house.drop("a.yaml", "")
    await house.rounds(10)
    assert house.jobs() == {}
    await house.rounds(15)
    assert house.states() == {"a.yaml": REJECTED}
    assert "empty" in house.told("a.yaml")


async def test_links_pipes_and_oversized_files_are_refused_with_words(house):
    (house.inbox / "link.yaml").symlink_to(house.path / "elsewhere.yaml")
    (house.inbox / "linked").symlink_to(house.path)
    os.mkfifo(house.inbox / "pipe.yaml")
    house.drop("huge.json", bytes(1_048_577))
    await house.rounds()
    assert set(house.states().values()) == {REJECTED}
    assert "link" in house.told("link.yaml")
    assert "link" in house.told("linked")
    assert "pipe" in house.told("pipe.yaml")
    assert "too large" in house.told("huge.json")
    assert house.originals == {name: name for name in ("link.yaml", "linked", "pipe.yaml", "huge.json")}
    assert house.path.is_dir()


async def test_a_lone_brief_finds_its_files_beside_it_and_leaves_them_there(house):
    house.drop("cup.png", b"cup")
    house.drop("a.yaml", "summer cup.png end")
    await house.rounds()
    assert {path: ref.sha256 for path, ref in house.snapshot("a.yaml").files.items()} == {"cup.png": sha(b"cup")}
    assert house.left() == ["cup.png"]


async def test_a_brief_waits_for_a_neighbour_that_is_still_being_written(house):
    house.drop("a.yaml", "summer cup.png end")
    picture = house.drop("cup.png", b"c")
    for _ in range(6):
        await house.rounds(1, seconds=1.9)
        with picture.open("ab") as file:
            file.write(b"u")
    assert house.states() == {"a.yaml": "claimed"}
    assert house.intake.waiting == 1
    await house.rounds(3)
    assert house.states() == {"a.yaml": RUNNING}
    assert house.snapshot("a.yaml").files["cup.png"].sha256 == sha(picture.read_bytes())


async def test_the_home_s_assets_serve_every_brief(house):
    (house.library / "brand").mkdir()
    (house.library / "brand" / "logo.png").write_bytes(b"logo")
    house.drop("shoot/brief.yaml", "summer brand/logo.png end")
    await house.rounds()
    assert house.snapshot("shoot").files["brand/logo.png"].sha256 == sha(b"logo")


async def test_an_asset_found_under_another_spelling_is_kept_as_the_brief_spells_it_and_noticed(house):
    house.drop("shoot/brief.yaml", "summer Cup.PNG nope.png end")
    house.drop("shoot/cup.png", b"cup")
    await house.rounds(25)
    assert set(house.snapshot("shoot").files) == {"cup.png", "Cup.PNG"}
    admission = house.ledger.records.admission(house.jobs()["shoot"].id)
    stored = codec.loads(Reading, house.store.get(admission.reading))
    assert [notice.code for notice in stored.notices] == ["asset.case", "asset.missing"]


async def test_a_required_asset_that_is_missing_refuses_the_brief(house):
    house.drop("a.yaml", "summer !nope.png end")
    await house.rounds()
    assert house.states() == {"a.yaml": REJECTED}
    assert "nope.png was not found in the inbox, beside the brief or the home's assets folder" in house.told("a.yaml")


async def test_a_changed_neighbour_makes_another_content_of_the_same_brief(house):
    for number, data in enumerate((b"one", b"two", b"two")):
        house.drop("cup.png", data)
        house.drop(f"{number}.yaml", "summer cup.png end")
        await house.rounds(3)
    assert house.states() == {"0.yaml": RUNNING, "1.yaml": RUNNING, "2.yaml": "duplicate"}


async def test_a_file_that_changes_while_it_is_copied_is_copied_again(house, monkeypatch):
    house.drop("a.yaml", "summer end")
    adopt, changed = house.store.adopt, []

    def meddling(path, ref):
        if not changed:
            (claimed,) = (house.inbox / ".briefmill" / "claimed").glob("*/a.yaml")
            claimed.write_text("autumn end")
            changed.append(claimed)
        return adopt(path, ref)

    monkeypatch.setattr(house.store, "adopt", meddling)
    await house.rounds(2)
    assert house.states() == {"a.yaml": "claimed"}
    await house.rounds(2)
    assert house.jobs()["a.yaml"].campaign == "autumn"
    assert list((house.path / "work").iterdir()) == []


async def test_a_file_replaced_in_the_instant_of_the_claim_gets_its_quiet_time_too(house, monkeypatch):
    house.drop("a.yaml", "summer end")

    def replaced(source, target, rename):
        other = house.path / "other"
        other.write_text("autumn end")
        other.rename(source)
        rename(source, target)

    await house.rounds(1)
    with monkeypatch.context() as patched:
        renaming(patched, house.inbox, replaced)
        await house.rounds(1, seconds=1.0)
    await house.rounds(1, seconds=1.5)
    assert house.states() == {"a.yaml": "claimed"}
    await house.rounds(1)
    assert house.jobs()["a.yaml"].campaign == "autumn"
