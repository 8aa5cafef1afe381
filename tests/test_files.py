"""Names and renames."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill import files


@given(st.text(max_size=300))
def test_a_safe_name_is_one_every_file_system_takes(text):
    name = files.safe_name(text)
    assert name
    assert name == files.safe_name(name)
    assert not name.startswith(".")
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert len(name.encode()) <= 241


@given(st.binary(min_size=1, max_size=255).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_bytes_are_printable(name):
    assert files.printable(name).isprintable()


def test_twins_are_the_same_name():
    assert files.same_name("Caf\u00e9.YAML", "cafe\u0301.yaml")
    assert not files.same_name("a.yaml", "b.yaml")


LADDER = {
    "the kernel": (),
    "links": (errno.EINVAL,),
    "reservations": (errno.ENOSYS, errno.EPERM),
}


@pytest.fixture(params=LADDER)
def rung(request, monkeypatch):
    """A file system that offers less and less: the errno of renameat2, then that of link."""
    refusals = LADDER[request.param]
    if refusals:
        monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: refusals[0])
    if len(refusals) > 1:
        monkeypatch.setattr(os, "link", lambda *args, **_: fail(refusals[1]))
    return request.param


def fail(code):
    raise OSError(code, os.strerror(code))


def made(path, kind):
    if kind == "file":
        path.write_text(path.name)
    elif kind == "link":
        path.symlink_to(f"to {path.name}")
    else:
        path.mkdir()
        (path / "x").write_text(path.name)


def told(path):
    if path.is_symlink():
        return str(path.readlink()).removeprefix("to ")
    return (path / "x" if path.is_dir() else path).read_text()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_a_rename_never_overwrites(tmp_path, rung, kind, there):
    source, target, taken = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    made(source, kind)
    made(taken, there)
    with pytest.raises(FileExistsError):
        files.rename_noreplace(source, taken)
    files.rename_noreplace(source, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]
    assert (told(target), told(taken)) == ("a", "c")


def test_a_folder_is_never_seen_empty_and_one_that_appears_meanwhile_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: errno.EINVAL)
    made(tmp_path / "a", "folder")
    rename = Path.rename

    def late(self, target):
        assert not target.exists()
        made(target, "folder")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    with pytest.raises(FileExistsError):
        files.rename_noreplace(tmp_path / "a", tmp_path / "c")
    assert (told(tmp_path / "a"), told(tmp_path / "c")) == ("a", "c")


def test_of_two_who_link_one_file_only_one_has_it(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: errno.EINVAL)
    made(tmp_path / "a", "file")
    link = os.link

    def both(source, target, **options):
        link(source, target, **options)
        Path(source).rename(tmp_path / "theirs")

    monkeypatch.setattr(os, "link", both)
    with pytest.raises(FileNotFoundError):
        files.rename_noreplace(tmp_path / "a", tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["theirs"]


def test_a_reservation_is_taken_back_when_the_file_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: errno.EINVAL)
    monkeypatch.setattr(os, "link", lambda *args, **_: fail(errno.ENOTSUP))
    with pytest.raises(FileNotFoundError):
        files.rename_noreplace(tmp_path / "nothing", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EACCES, errno.ENOSPC])
def test_what_no_other_way_could_mend_is_raised_as_it_is(tmp_path, monkeypatch, code):
    monkeypatch.setattr(files, "_rename_by_kernel", lambda *_: code)
    made(tmp_path / "a", "file")
    with pytest.raises(OSError, match=os.strerror(code)) as raised:
        files.rename_noreplace(tmp_path / "a", tmp_path / "b")
    assert (raised.value.errno, [path.name for path in tmp_path.iterdir()]) == (code, ["a"])


def test_a_missing_source_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.rename_noreplace(tmp_path / "nothing", tmp_path / "b")


def test_a_durable_write_leaves_one_file_with_its_mode(tmp_path):
    files.write_durably(tmp_path / "a", b"x", mode=0o640)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
