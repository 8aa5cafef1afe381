"""One look at an inbox."""

import os

from briefmill.intake import catalogue, scan
from briefmill.intake.catalogue import Custom, Kind
from briefmill.intake.settle import Shape


def seen(inbox):
    return {entry.name: entry for entry in scan.Scanner(inbox=inbox, catalogue=catalogue.shipped()).scan()}


def test_everything_but_our_own_folder_is_seen_and_only_what_may_be_taken_is_looked_at(tmp_path):
    for name in ("a.yaml", "b.png", "c.txt", "d.yaml.part", ".hidden"):
        (tmp_path / name).write_text("x")
    (tmp_path / "bundle").mkdir()
    (tmp_path / ".briefmill").mkdir()
    found = seen(tmp_path)
    assert set(found) == {b"a.yaml", b"b.png", b"c.txt", b"d.yaml.part", b".hidden", b"bundle"}
    assert {name for name, entry in found.items() if entry.look} == {b"a.yaml", b"b.png", b"bundle"}


def test_what_is_left_alone_is_looked_at_once_and_told_each_time(tmp_path, monkeypatch):
    for name in ("a.txt", "b.png", "c.json.part", "d.yaml"):
        (tmp_path / name).write_text("x")
    scanner = scan.Scanner(inbox=tmp_path, catalogue=catalogue.shipped())
    looked = []
    look_at = scan.look_at
    monkeypatch.setattr(scan, "look_at", lambda path, **how: looked.append(path) or look_at(path, **how))
    first, second = scanner.scan(), scanner.scan()
    assert [entry.name for entry in first] == [entry.name for entry in second]
    assert sorted(looked) == sorted(bytes(tmp_path / name) for name in ("b.png", "d.yaml", "d.yaml"))
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.txt").mkdir()
    assert {entry.name: entry.named.kind for entry in scanner.scan()}[b"a.txt"] is Kind.BUNDLE


def test_a_marker_announces_the_entry_of_its_name_with_or_without_extension(tmp_path):
    for name in ("a.yaml", "a.yaml.done", "b.json", "b.DONE", "c.yaml", "b.yaml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "shoot").mkdir()
    (tmp_path / "shoot" / ".ready").touch()
    found = {name: entry.look.announced for name, entry in seen(tmp_path).items() if entry.look}
    assert found == {b"a.yaml": True, b"b.json": True, b"b.yaml": True, b"c.yaml": False, b"shoot": True}
    assert scan.markers(tmp_path / "a.yaml") == [tmp_path / "a.yaml.done"]


def test_a_name_under_which_a_tool_still_writes_beside_it_is_arriving(tmp_path):
    for name in ("a.json", "a.json.part", "b.yaml", "b.yaml.aria2", "c.json", "d.json.crdownload"):
        (tmp_path / name).write_text("x")
    found = {name: entry.look.arriving for name, entry in seen(tmp_path).items() if entry.look}
    assert found == {b"a.json": "a.json.part", b"b.yaml": "b.yaml.aria2", b"c.json": ""}


def test_names_of_one_s_own_count_inside_a_bundle_too(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "cup.uploading").write_text("x")
    names = catalogue.shipped().extended([Custom(kind=Kind.TEMPORARY, glob="*.uploading")])
    (entry,) = scan.Scanner(inbox=tmp_path, catalogue=names).scan()
    assert entry.look.arriving == "cup.uploading"


def test_links_and_pipes_are_seen_as_what_they_are_and_never_followed(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "away").symlink_to("/")
    os.mkfifo(tmp_path / "pipe.yaml")
    found = seen(tmp_path)
    assert found[b"loop.yaml"].look.shape is Shape.LINK
    assert (found[b"away"].look.shape, found[b"away"].named.kind) == (Shape.LINK, Kind.BUNDLE)
    assert found[b"pipe.yaml"].look.shape is Shape.SPECIAL


def test_any_change_in_a_folder_changes_the_look_at_it_and_renaming_it_does_not(tmp_path):
    folder = tmp_path / "b"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.png").write_text("x")
    looks = [scan.look_at(bytes(folder)).tree]
    (folder / "deep" / "a.png").write_text("xy")
    looks.append(scan.look_at(bytes(folder)).tree)
    (folder / "deep" / "b.png").write_text("x")
    looks.append(scan.look_at(bytes(folder)).tree)
    (folder / "deep" / "b.png").rename(folder / "b.png")
    looks.append(scan.look_at(bytes(folder)).tree)
    assert len(set(looks)) == 4
    folder.rename(tmp_path / "c")
    assert scan.look_at(bytes(tmp_path / "c")).tree == looks[-1]


def test_a_file_in_a_folder_without_blocks_makes_it_hollow(tmp_path):
    folder = tmp_path / "b"
    folder.mkdir()
    with (folder / "a.png").open("wb") as file:
        file.truncate(100_000)
    hollow = (folder / "a.png").stat().st_blocks == 0
    assert scan.look_at(bytes(folder)).hollow == hollow
    assert not scan.look_at(bytes(folder), blocks=False).hollow


def test_a_folder_without_end_is_looked_at_only_so_far(tmp_path, monkeypatch):
    monkeypatch.setattr(scan, "MOST_FILES", 5)
    folder = tmp_path / "b"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.png").write_text("x")
    assert scan.look_at(bytes(folder)).size == 5


def test_a_deep_folder_does_not_exhaust_anything(tmp_path):
    deep = tmp_path / "b" / "/".join(["d"] * 100)
    deep.mkdir(parents=True)
    (deep / "a.png").write_text("x")
    assert scan.look_at(bytes(tmp_path / "b")).size == 0
