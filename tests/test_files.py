"""Names and renames."""

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


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("kernel", ["with renameat2", "without renameat2"])
def test_a_rename_never_overwrites(tmp_path, kind, kernel, monkeypatch):
    if kernel == "without renameat2":
        monkeypatch.setattr(files.ctypes, "CDLL", lambda *args, **options: object())
    source, target, taken = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for path in (source, taken):
        if kind == "file":
            path.write_text(path.name)
        else:
            path.mkdir()
            (path / "x").write_text(path.name)
    with pytest.raises(FileExistsError):
        files.rename_noreplace(source, taken)
    files.rename_noreplace(source, target)
    assert not source.exists()
    assert (target if kind == "file" else target / "x").read_text() == "a"
    assert (taken if kind == "file" else taken / "x").read_text() == "c"


def test_a_missing_source_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        files.rename_noreplace(tmp_path / "nothing", tmp_path / "b")


def test_a_durable_write_leaves_one_file_with_its_mode(tmp_path):
    files.write_durably(tmp_path / "a", b"x", mode=0o640)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
