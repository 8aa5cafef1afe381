"""Old backups go, the newest never, and nothing else in the folder."""

from datetime import UTC, datetime

from briefmill.keeping import rotation

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAMPS = ("20260101T000000Z", "20260201T000000Z", "20260301T000000Z", "20260301T000000Z~2")


def filled(folder):
    for stamp in STAMPS:
        (folder / f"briefmill-{stamp}.zip").write_bytes(b"x" * 10)
    for other in ("mine.zip", "briefmill-latest.zip", "briefmill-20260101T000000Z.zip.part"):
        (folder / other).write_text("not ours")
    (folder / "briefmill-20250101T000000Z.zip").symlink_to(folder / "mine.zip")
    (folder / "briefmill-20240101T000000Z.zip").mkdir()
    return folder


def names(found):
    return [one.path.name.removeprefix("briefmill-").removesuffix(".zip") for one in found]


def test_backups_are_found_by_their_names_the_newest_first(tmp_path):
    assert names(rotation.found(filled(tmp_path))) == [STAMPS[3], STAMPS[2], STAMPS[1], STAMPS[0]]
    assert rotation.found(tmp_path / "nowhere") == []


def test_only_the_newest_stay_and_what_is_not_ours(tmp_path):
    before = {path.name for path in filled(tmp_path).iterdir()}
    assert names(rotation.rotate(tmp_path, 2, dry_run=True)) == [STAMPS[1], STAMPS[0]]
    assert {path.name for path in tmp_path.iterdir()} == before
    assert names(rotation.rotate(tmp_path, 2)) == [STAMPS[1], STAMPS[0]]
    assert before - {path.name for path in tmp_path.iterdir()} == {f"briefmill-{stamp}.zip" for stamp in STAMPS[:2]}


def test_two_in_one_second_have_two_names(tmp_path):
    first = rotation.name(NOW, tmp_path)
    first.touch()
    second = rotation.name(NOW, tmp_path)
    assert (first.name, second.name) == ("briefmill-20260301T120000Z.zip", "briefmill-20260301T120000Z~2.zip")
    second.touch()
    assert [one.path for one in rotation.found(tmp_path)] == [second, first]
