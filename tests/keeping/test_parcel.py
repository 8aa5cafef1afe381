"""The file of a backup: whole or not there, and nothing in it is believed."""

import hashlib
import io
import json
import os
import zipfile

import pytest

from briefmill.errors import FolderError
from briefmill.keeping import manifest as manifests
from briefmill.keeping import parcel
from briefmill.keeping.manifest import Root
from briefmill.keeping.parcel import Packer, Parcel
from keeping.test_manifest import told

TEXT = b"some bytes " * 1000


@pytest.fixture
def packed(tmp_path):
    """A parcel with a ledger and one file, as a list of members to be spoilt."""
    (tmp_path / "ledger").write_bytes(b"a ledger")
    (tmp_path / "file").write_bytes(TEXT)
    file = io.BytesIO()
    packer = Packer(file, lambda count: None)
    assert packer.add(Root.STATE, "briefmill.db", tmp_path / "ledger")
    assert packer.add(Root.CONFIG, "a.toml", tmp_path / "file")
    packer.close(told().model_copy(update={"files": tuple(packer.files)}))
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name) for name in made.namelist()}


def zipped(members, **manners):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **manners) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file


def test_what_was_packed_is_read_back(packed):
    opened = Parcel(zipped(packed), "x.zip")
    opened.verify(lambda count: None)
    (kept,) = opened.manifest.of(Root.CONFIG)
    assert b"".join(opened.pieces(kept)) == TEXT
    assert opened.seal == manifests.seal(packed["manifest.json"])


def test_other_bytes_are_found(packed):
    spoilt = packed | {"config/a.toml": TEXT[:-1] + b"!"}
    with pytest.raises(FolderError, match="other bytes"):
        Parcel(zipped(spoilt), "x.zip").verify(lambda count: None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.update({"config/a.toml": TEXT + b"more"}), "not what its manifest says"),
        (lambda members: members.update({"../evil": b"x"}), "not in its manifest"),
        (lambda members: members.pop("config/a.toml"), "in its manifest and not in it"),
        (lambda members: members.pop("manifest.json"), "no backup"),
        (lambda members: members.update({"manifest.json": b"{}"}), "not sound"),
    ],
)
def test_a_parcel_that_is_not_what_it_says_is_refused_before_anything_is_written(packed, change, words):
    change(packed)
    with pytest.raises(FolderError, match=words):
        Parcel(zipped(packed), "x.zip")


def test_a_member_that_swells_beyond_what_it_says_is_cut_off(packed):
    # A bomb: the manifest and the directory say ten bytes, the stream gives megabytes.
    manifest = json.loads(packed["manifest.json"])
    manifest["files"][1]["size"] = 10
    file = zipped(packed | {"manifest.json": json.dumps(manifest).encode(), "config/a.toml": b"0" * (8 << 20)},
                  compression=zipfile.ZIP_DEFLATED)  # fmt: skip
    raw = bytearray(file.getvalue())
    # The last mention of the name is that of the central directory, 22 bytes behind the size that it tells.
    place = raw.rindex(b"config/a.toml") - 46
    assert raw[place : place + 4] == b"PK\x01\x02"
    raw[place + 24 : place + 28] = (10).to_bytes(4, "little")
    opened = Parcel(io.BytesIO(bytes(raw)), "x.zip")
    (kept,) = opened.manifest.of(Root.CONFIG)
    taken = []
    with pytest.raises(FolderError):
        taken.extend(opened.pieces(kept))
    assert sum(map(len, taken)) <= 10


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 99])
def test_what_is_no_zip_is_refused(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(FolderError, match="cannot be read as a backup"), parcel.opened(tmp_path / "x.zip"):
        pass


def test_links_and_pipes_are_left_out_with_a_remark(tmp_path):
    (tmp_path / "secret").write_text("somebody else's")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    packer = Packer(io.BytesIO(), lambda count: None)
    assert packer.add(Root.CONFIG, "link", tmp_path / "link")
    assert packer.add(Root.CONFIG, "pipe", tmp_path / "pipe")
    assert not packer.add(Root.CONFIG, "gone", tmp_path / "gone")
    assert packer.files == []
    assert len(packer.remarks) == 2


def test_an_artefact_that_has_rotted_is_not_packed_under_its_name(tmp_path):
    name = "ab" + "0" * 62
    (tmp_path / name).write_bytes(b"other bytes")
    packer = Packer(io.BytesIO(), lambda count: None)
    assert not packer.add(Root.ARTEFACTS, f"ab/{name}", tmp_path / name)
    assert "rotted" in packer.remarks[0]


def test_the_same_artefact_in_two_stores_is_packed_once(tmp_path):
    sha256 = hashlib.sha256(TEXT).hexdigest()
    (tmp_path / sha256).write_bytes(TEXT)
    file = io.BytesIO()
    packer = Packer(file, lambda count: None)
    for root in (Root.ARTEFACTS, Root.ARCHIVE):
        assert packer.add(root, f"{sha256[:2]}/{sha256}", tmp_path / sha256)
    assert len(packer.files) == 2
    assert len({one.member for one in packer.files}) == 1


def test_a_file_appears_whole_or_not_at_all_and_takes_nobodys_place(tmp_path):
    goal = tmp_path / "b.zip"

    def half():
        with parcel.beside(goal) as made:
            made.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert list(tmp_path.iterdir()) == []
    with parcel.beside(goal) as made:
        made.write_bytes(b"whole")
    assert goal.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError), parcel.beside(goal) as made:
        made.write_bytes(b"another")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]
