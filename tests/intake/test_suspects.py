"""A file that kills whoever looks into it is not looked into for ever."""

import pytest

from briefmill.errors import Paused
from briefmill.intake.suspects import TRIES, Suspects
from intake.intakekit import HELD, RUNNING, complete, reading


class Killed(BaseException):
    """SIGKILL: nothing after it runs."""


def killed(place, names):
    with pytest.raises(Killed), Suspects(place=place).examined(names):
        raise Killed


def cleared(place, names):
    with Suspects(place=place).examined(names) as found:
        return found


def test_a_name_whose_examination_never_ends_is_no_longer_examined_after_a_few_times(tmp_path):
    place = tmp_path / "work" / "examined.json"
    for _ in range(TRIES):
        killed(place, [b"bad\xff.yaml", b"good.yaml"])
    assert cleared(place, [b"bad\xff.yaml", b"other.yaml"]) == {b"other.yaml"}
    assert cleared(place, [b"good.yaml"]) == {b"good.yaml"}


def test_an_examination_that_ends_clears_its_names(tmp_path):
    place = tmp_path / "examined.json"
    killed(place, [b"a"])
    killed(place, [b"a"])
    assert cleared(place, [b"a"]) == {b"a"}
    killed(place, [b"a"])
    assert cleared(place, [b"a"]) == {b"a"}
    assert not place.exists()


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"zz": 1}', b'{"61": "x"}'])
def test_a_note_that_was_cut_off_is_held_against_nobody(tmp_path, left):
    place = tmp_path / "examined.json"
    place.write_bytes(left)
    assert cleared(place, [b"a"]) == {b"a"}


def test_a_full_disk_under_the_note_pauses(tmp_path, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "write_text", full)
    with pytest.raises(Paused):
        cleared(tmp_path / "examined.json", [b"a"])


async def test_a_file_that_kills_its_examiner_is_held_in_the_end_and_the_others_go_on(house):
    house.drop("bad.yaml", "poison end")
    house.drop("good.yaml", "summer end")

    def deadly(data, name):
        if data.startswith(b"poison"):
            raise Killed
        return reading(data, name)

    def examined(data, name):
        if data.startswith(b"poison"):
            raise Killed
        return complete(data, name)

    house.read, house.complete = deadly, examined
    for _ in range(12):
        try:
            await house.rounds(3)
        except Killed:
            house.restart()
    house.clock.push(60)
    await house.rounds(3)
    assert house.states() == {"bad.yaml": HELD, "good.yaml": RUNNING}
