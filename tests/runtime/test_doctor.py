"""The doctor: what it tries, what it finds, and that it leaves nothing behind."""

import errno
import os
from dataclasses import replace

import pytest

from briefmill import files
from briefmill.errors import ConfigError, FolderError, Paused, Temporary
from briefmill.runtime import doctor, trials

GB = 10**9


def space(folder="state", free=50 * GB, inodes=100_000):
    return doctor.Space(folder=folder, free=free, floor=GB // 2, inodes=inodes, least_inodes=1000)


@pytest.fixture
def patient(tmp_path):
    folders = {name: tmp_path / name for name in ("inbox", "outbox", "rejected", "state", "archive", "assets")}
    for folder in folders.values():
        folder.mkdir()
    return doctor.Patient(
        home=tmp_path,
        folders=folders,
        listen="",
        watch_mode="native",
        marker=True,
        unmounted={},
        maker="the built-in maker",
        spaces=lambda: [space()],
        ground=doctor.Ground(kind="ext4"),
        group=lambda: "as it comes",
        database=lambda: "3 audit rows, all hold",
        drawn=lambda text, locale: doctor.Drawn(families=("Noto",)),
        raqm="0.10",
    )


def rows(patient):
    return {check.name: check for check in doctor.examine(patient)}


def test_a_sound_home_is_well_and_nothing_is_left_in_it(patient, tmp_path):
    found = doctor.examine(patient)
    assert [check.name for check in found if not check.ok] == []
    assert {path.name for path in tmp_path.rglob("*")} == set(patient.folders)


@pytest.mark.parametrize("refused", ["rename", "unlink"])
def test_a_folder_in_which_something_cannot_be_done_is_told(patient, tmp_path, monkeypatch, refused):
    real = getattr(trials.Path, refused)

    def refuse(self, *args, **kwargs):
        if (tmp_path / "inbox") in self.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(trials.Path, refused, refuse)
    found = rows(patient)
    assert not found["inbox"].ok
    assert "Permission denied" in found["inbox"].found
    assert found["outbox"].ok


def test_a_disk_that_cannot_sync_is_told(patient, monkeypatch):
    def failing(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    assert "Input/output error" in rows(patient)["state"].found


def test_a_folder_that_is_gone_is_told(patient):
    (patient.folders["outbox"]).rmdir()
    assert "is not there" in rows(patient)["outbox"].found


def test_a_sticky_inbox_is_told(patient, monkeypatch):
    monkeypatch.setattr(trials.os, "geteuid", lambda: 4242)
    assert rows(patient)["inbox"].ok
    patient.folders["inbox"].chmod(0o1777)
    found = rows(patient)["inbox"]
    assert not found.ok
    assert "sticky" in found.found


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((0,), "one rename that cannot overwrite"),
        ((errno.EINVAL,), "by links"),
        ((errno.EINVAL, errno.EPERM), "by reserved names"),
    ],
)
def test_how_the_outbox_is_published_into_is_told(patient, monkeypatch, codes, words):
    def link(*args, **options):
        raise OSError(codes[1], "no links")

    if codes[0]:
        monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: codes[0])
    if len(codes) > 1:
        monkeypatch.setattr(os, "link", link)
    found = rows(patient)["publishing"]
    assert found.ok
    assert found.found.startswith(words)


def test_whether_the_outbox_tells_large_from_small_letters_is_told(patient, monkeypatch):
    assert "tells large" in rows(patient)["letters"].found
    exists = trials.Path.exists
    monkeypatch.setattr(trials.Path, "exists", lambda self: exists(self.with_name(self.name.lower())))
    assert "does not tell large" in rows(patient)["letters"].found


def test_assets_need_only_be_read(patient, monkeypatch):
    patient.folders["assets"].chmod(0o555)
    assert "can be read" in rows(patient)["assets"].found


def test_the_folder_that_lacks_most_is_named(patient):
    short = replace(patient, spaces=lambda: [space(), space("outbox", free=GB // 10), space("inbox", inodes=3)])
    found = rows(short)
    assert (found["disk"].ok, found["disk"].found) == (False, "0.1 GB free under outbox; work pauses below 500 MB")
    assert (found["inodes"].ok, found["inodes"].found) == (False, "3 free under inbox; work pauses below 1000")


def test_a_disk_that_counts_no_inodes_has_no_row_for_them(patient):
    assert "inodes" not in rows(replace(patient, spaces=lambda: [space(inodes=None)]))


def raising(error):
    def call():
        raise error

    return call


def test_what_raises_is_a_row_and_not_the_end(patient):
    found = rows(
        replace(
            patient,
            spaces=raising(Paused("the network share has gone stale (outbox)", resource="disk")),
            group=raising(ConfigError("output.group: there is no group 'press' here.")),
            database=raising(FolderError("the audit trail does not hold from row 3 on")),
        )
    )
    assert [name for name, check in found.items() if not check.ok] == ["disk", "group", "database"]
    assert all(found[name].fix for name in ("disk", "group", "database"))


def test_a_database_in_use_is_not_told_to_be_restored(patient):
    found = rows(replace(patient, database=raising(Temporary("The ledger is in use by another process"))))
    assert "backup" not in found["database"].fix


def test_a_state_on_a_share_is_told(patient):
    found = rows(replace(patient, ground=doctor.Ground(kind="nfs4", refused="it is on nfs4")))
    assert (found["state disk"].ok, found["state disk"].found) == (False, "it is on nfs4")


def test_a_folder_whose_drive_is_gone_is_told_with_what_to_do(patient):
    words = "/mnt/nas/outbox: its drive is not mounted at /mnt/nas. Mount it; if it shall stay so: `briefmill init`"
    (check,) = [check for check in doctor.examine(replace(patient, unmounted={"outbox": words})) if not check.ok]
    assert check.found == "/mnt/nas/outbox: its drive is not mounted at /mnt/nas"
    assert check.fix == f"Mount it; if it shall stay so: `briefmill init --home {patient.home}`."


def test_each_script_says_its_font_and_the_characters_that_none_has(patient):
    def drawn(text, locale):
        return doctor.Drawn(families=("Noto",), missing=tuple("กขค") if locale == "th-TH" else ())

    found = [check for check in doctor.examine(replace(patient, drawn=drawn)) if check.name == "fonts"]
    assert len(found) == len(doctor.SAMPLES) + 1
    (lacking,) = [check for check in found if not check.ok]
    assert lacking.found == "Thai (th-TH): Noto; 3 of its characters in none: ก ข ค"


def test_a_machine_without_emoji_is_told_so_and_yet_well(patient):
    def drawn(text, locale):
        return doctor.Drawn(families=(), missing=("🎉",)) if text == doctor.EMOJI else doctor.Drawn(families=("Noto",))

    found = [check for check in doctor.examine(replace(patient, drawn=drawn)) if check.name == "fonts"]
    assert all(check.ok for check in found)
    assert "fonts-noto-color-emoji" in found[-1].found
