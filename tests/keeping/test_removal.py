"""Removing: only what lies directly in its folder, never through a link."""

import os

import pytest

from briefmill import files
from briefmill.keeping import removal


@pytest.fixture
def outbox(tmp_path):
    made = tmp_path / "outbox" / "tide" / "deep"
    made.mkdir(parents=True)
    (made / "a.jpg").write_text("x" * 10)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("precious")
    return tmp_path / "outbox"


def precious(outbox):
    return (outbox.parent / "elsewhere" / "precious").read_text() == "precious"


def test_a_folder_goes_as_a_whole(outbox):
    removal.remove_folder(outbox, "tide", "j_1")
    assert list(outbox.iterdir()) == []
    removal.remove_folder(outbox, "tide", "j_1")


def test_links_inside_are_removed_and_what_they_lead_to_is_not(outbox):
    (outbox / "tide" / "link").symlink_to(outbox.parent / "elsewhere")
    (outbox / "tide" / "deep" / "file").symlink_to(outbox.parent / "elsewhere" / "precious")
    removal.remove_folder(outbox, "tide", "j_1")
    assert list(outbox.iterdir()) == []
    assert precious(outbox)


def test_a_link_in_a_folders_place_is_left_alone(outbox):
    (outbox / "summer").symlink_to(outbox.parent / "elsewhere")
    with pytest.raises(NotADirectoryError):
        removal.remove_folder(outbox, "summer", "j_1")
    assert precious(outbox)
    assert "summer" not in list(removal.folders(outbox))


@pytest.mark.parametrize("name", ["", ".", "..", "../elsewhere", "tide/deep", "a\0b"])
def test_a_name_that_leads_elsewhere_is_refused(outbox, name):
    with pytest.raises(OSError, match="no name"):
        removal.remove_folder(outbox, name, "j_1")
    with pytest.raises(OSError, match="no name"):
        removal.remove_file(outbox, name)
    assert precious(outbox)


def test_nobody_sees_a_folder_shrink(outbox, monkeypatch):
    seen = []
    real = removal.shutil.rmtree

    def watched(path):
        seen.append((path.name, list(removal.folders(outbox))))
        real(path)

    watched.avoids_symlink_attacks = True
    monkeypatch.setattr(removal.shutil, "rmtree", watched)
    removal.remove_folder(outbox, "tide", "j_1")
    assert seen == [(".tide.j_1.part", [])]


def test_only_real_folders_that_can_be_seen_are_listed(outbox):
    (outbox / ".hidden").mkdir()
    (outbox / "file").write_text("x")
    assert list(removal.folders(outbox)) == ["tide"]
    assert list(removal.folders(outbox / "nowhere")) == []


def test_a_size_counts_files_and_follows_no_link(outbox):
    (outbox.parent / "elsewhere" / "large").write_bytes(b"x" * 100_000)
    (outbox / "tide" / "link").symlink_to(outbox.parent / "elsewhere")
    assert 10 <= removal.measured(outbox / "tide") < 10_000


@pytest.mark.parametrize("receipt", [b"", b"[]", b"{}", b'{"job": 3}', b"\xff", b"[" * 100_000, None])
def test_a_folder_without_a_receipt_of_ours_is_nobodys(outbox, receipt):
    if receipt is not None:
        (outbox / "tide" / "receipt.json").write_bytes(receipt)
    assert removal.delivered_by(outbox / "tide") == ""


def test_a_receipt_that_is_a_link_tells_nothing(outbox):
    (outbox.parent / "elsewhere" / "receipt").write_text('{"job": "j_1"}')
    (outbox / "tide" / "receipt.json").symlink_to(outbox.parent / "elsewhere" / "receipt")
    assert removal.delivered_by(outbox / "tide") == ""


@pytest.mark.parametrize(
    ("name", "job"),
    [
        ("mine.yaml.j_06h0aq5sf8000005", "j_06h0aq5sf8000005"),
        ("mine.yaml.j_06h0aq5sf8000005~2", "j_06h0aq5sf8000005"),
        ("mine.yaml.j_06h0aq5sf8000005.more", ""),
        ("my own folder", ""),
    ],
)
def test_a_refusal_tells_its_job_by_name(outbox, name, job):
    folder = outbox / name
    folder.mkdir()
    assert removal.refused_by(folder) == ""
    (folder / "reasons.json").write_text("{}")
    assert removal.refused_by(folder) == job


def test_an_artefact_that_was_of_use_meanwhile_stays(tmp_path):
    address = "ab" + "1" * 62
    (tmp_path / "ab").mkdir()
    place = tmp_path / "ab" / address
    place.write_bytes(b"x")
    os.utime(place, (1000, 1000))
    (tmp_path / "ab" / f"{files.WRITING}x").write_bytes(b"half")
    assert list(removal.artefacts(tmp_path)) == [(address, 1, 1000.0)]
    assert not removal.remove_artefact(tmp_path, address, since=999.0)
    assert removal.remove_artefact(tmp_path, address, since=1000.0)
    assert not removal.remove_artefact(tmp_path, address, since=1000.0)
