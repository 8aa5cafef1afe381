"""How many refusals lie there, and since when."""

import os
from datetime import UTC, datetime

import pytest

from briefmill.telemetry import refusals


@pytest.fixture
def rejected(tmp_path):
    for name, made in (("old.j_1", 1000), ("new.j_2", 2000), (".half.j_3.part", 10)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (made, made))
    (tmp_path / "note.txt").touch()
    os.utime(tmp_path / "note.txt", (5, 5))
    (tmp_path / "link").symlink_to(tmp_path / "old.j_1")
    return tmp_path


def test_folders_are_counted_and_the_oldest_is_told(rejected, ear):
    refusals.measure(rejected, ear)

    (fact,) = ear.heard
    assert (fact.count, fact.oldest) == (2, datetime.fromtimestamp(1000, UTC))


def test_where_nothing_lies_there_is_no_oldest(tmp_path, ear):
    refusals.measure(tmp_path, ear)

    (fact,) = ear.heard
    assert (fact.count, fact.oldest) == (0, None)


def test_a_folder_that_is_gone_is_an_error_of_the_caller(tmp_path, ear):
    with pytest.raises(FileNotFoundError):
        refusals.measure(tmp_path / "gone", ear)
