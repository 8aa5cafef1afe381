"""Two daemons on one inbox: by mistake, or on two machines of a share."""

import random
from pathlib import Path

import pytest

from briefmill.intake import owners
from briefmill.intake.claim import ClaimFolder, Vanished
from intake.intakekit import CANCELLED, RUNNING, House, renaming


@pytest.fixture
def pair(tmp_path):
    """Two homes with ledgers of their own, and one inbox."""
    first = House(tmp_path, owner="first")
    second = House(tmp_path, owner="second")
    return first, second


async def test_each_brief_runs_in_one_of_them_whoever_comes_first(pair):
    for number in range(40):
        pair[0].drop(f"{number:02}.yaml", f"campaign-{number} end")
    chance = random.Random(5)
    for _ in range(30):
        house = chance.choice(pair)
        house.clock.push(1.5)
        await house.intake.tick("interval")
    ran = [name for house in pair for name, state in house.states().items() if state == RUNNING]
    assert sorted(ran) == [f"{number:02}.yaml" for number in range(40)]
    assert pair[0].left() == []
    assert {state for house in pair for state in house.states().values()} <= {RUNNING, CANCELLED}


async def test_the_start_of_one_leaves_alone_what_the_other_has_under_way(pair):
    first, second = pair
    for house, name in ((first, "first"), (second, "second")):
        owners.announce(ClaimFolder(inbox=house.inbox, owner=name), Path("/srv") / name)
    first.drop("a.yaml")
    await first.rounds(2)
    second.restart()
    await second.rounds(3)
    assert second.states() == {}
    assert first.claims() == [first.jobs()["a.yaml"].id]
    card = owners.others(ClaimFolder(inbox=first.inbox, owner="first"))
    assert [(c.owner, c.home) for c in card] == [("second", "/srv/second")]


async def test_a_copy_across_devices_is_made_by_one_of_them(pair, monkeypatch):
    first, _ = pair

    def across(source, target, rename):
        raise OSError(18, "Invalid cross-device link")

    renaming(monkeypatch, first.inbox, across)
    first.drop("a.yaml")
    lock = first.inbox / ".briefmill" / "taking"
    held = ClaimFolder(inbox=first.inbox, owner="second")._alone(first.inbox / "a.yaml")
    with held:
        await first.rounds(3)
        assert first.states() == {"a.yaml": "settling"}
    await first.rounds(3)
    assert first.states() == {"a.yaml": RUNNING}
    assert list(lock.iterdir()) == []


def test_a_lock_that_a_crash_of_ours_left_is_ours(tmp_path):
    claims = ClaimFolder(inbox=tmp_path, owner="first")
    source = tmp_path / "a.yaml"
    claims._alone(source).__enter__()
    with claims._alone(source):
        assert len(list((tmp_path / ".briefmill" / "taking").iterdir())) == 1


@pytest.mark.parametrize("card", [b"", b"[]", b'{"host": 7, "home": "a\\u001bb"}', b"\xff"])
def test_a_card_that_somebody_wrote_nonsense_into_is_still_a_card(tmp_path, card):
    claims = ClaimFolder(inbox=tmp_path, owner="first")
    place = tmp_path / ".briefmill" / "owners"
    place.mkdir(parents=True)
    (place / "second.json").write_bytes(card)
    (found,) = owners.others(claims)
    assert found.owner == "second"
    assert found.home.isprintable()


def test_a_home_keeps_its_name(tmp_path):
    assert owners.name_of(tmp_path) == owners.name_of(tmp_path)
    with pytest.raises(Vanished):
        ClaimFolder(inbox=tmp_path, owner="x").take(b"gone", "j_1")
    assert ClaimFolder(inbox=tmp_path).jobs() == []
