"""Publishing: whole or not at all, never over something else, once a job."""

import asyncio
import errno
import grp
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from briefmill.delivery import filling, group, publish
from briefmill.delivery.filling import Rights
from briefmill.delivery.publish import FolderPublisher
from briefmill.errors import ConfigError, Paused, Permanent
from briefmill.ports import Package
from briefmill.storage.memory import MemoryStore


@pytest.fixture
def shop(tmp_path):
    for name in ("outbox", "rejected"):
        (tmp_path / name).mkdir()
    return Shop(tmp_path)


class Shop:
    def __init__(self, path, **rights):
        self.outbox, self.rejected = path / "outbox", path / "rejected"
        self.store = MemoryStore()
        self.publisher = FolderPublisher(
            outbox=self.outbox, rejected=self.rejected, store=self.store, rights=Rights(**rights)
        )

    def package(self, job="j_1", folder="summer", words="hi"):
        picture = self.store.put(words.encode(), "image/jpeg")
        receipt = json.dumps({"job": job}).encode()
        return Package(job=job, folder=folder, files={"cup/en/1x1.jpg": picture, "receipt.json": receipt})


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


async def test_a_package_appears_whole(shop):
    assert await shop.publisher.deliver(shop.package()) == "summer"
    assert tree(shop.outbox) == ["summer/cup/en/1x1.jpg", "summer/receipt.json"]
    assert (shop.outbox / "summer/cup/en/1x1.jpg").read_bytes() == b"hi"
    assert (shop.outbox / "summer/cup/en/1x1.jpg").stat().st_mode & 0o777 == 0o644


async def test_the_same_job_again_is_already_done(shop):
    await shop.publisher.deliver(shop.package())
    assert await shop.publisher.deliver(shop.package(words="other")) == "summer"
    assert (shop.outbox / "summer/cup/en/1x1.jpg").read_bytes() == b"hi"


async def test_a_campaign_whose_own_name_ends_like_a_twin_is_told_from_twins(shop):
    assert await shop.publisher.deliver(shop.package(job="j_1", folder="summer~2")) == "summer~2"
    assert await shop.publisher.deliver(shop.package(job="j_2", folder="summer~2")) == "summer~2~2"
    assert await shop.publisher.deliver(shop.package(job="j_3", folder="summer")) == "summer"
    assert await shop.publisher.deliver(shop.package(job="j_4", folder="summer")) == "summer~3"


@pytest.mark.parametrize("taken", ["summer", "Summer", "SUMMER"])
async def test_a_taken_name_is_never_overwritten(shop, taken):
    (shop.outbox / taken).mkdir()
    (shop.outbox / taken / "mine.txt").write_text("keep")
    assert await shop.publisher.deliver(shop.package()) == "summer~2"
    assert (shop.outbox / taken / "mine.txt").read_text() == "keep"


async def test_twins_in_unicode_form_do_not_collide(shop):
    assert await shop.publisher.deliver(shop.package(folder="caf\u00e9")) == "caf\u00e9"
    assert await shop.publisher.deliver(shop.package(job="j_2", folder="cafe\u0301")) == "caf\u00e9~2"


@pytest.mark.parametrize(("one", "other"), [("Mill", "mill"), ("straße", "strasse"), ("caf\u00e9", "cafe\u0301")])
async def test_twins_that_come_at_the_same_moment_do_not_collide(shop, one, other):
    packages = [shop.package(folder=one), shop.package(job="j_2", folder=other)]
    names = await asyncio.gather(*(shop.publisher.deliver(package) for package in packages))
    assert sorted(path.name for path in shop.outbox.iterdir()) == sorted(names)
    assert sum("~2" in name for name in names) == 1


async def test_what_a_crash_left_is_built_anew(shop):
    (shop.outbox / ".summer.j_1.part").mkdir()
    (shop.outbox / ".summer.j_1.part" / "half").write_text("x")
    await shop.publisher.deliver(shop.package())
    assert tree(shop.outbox) == ["summer/cup/en/1x1.jpg", "summer/receipt.json"]


async def test_a_full_disk_pauses_and_shows_nothing(shop, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Paused) as caught:
        await shop.publisher.deliver(shop.package())
    assert caught.value.resource == "disk"
    assert list(shop.outbox.iterdir()) == []


async def test_a_missing_outbox_pauses(shop):
    shop.outbox.rmdir()
    with pytest.raises(Paused):
        await shop.publisher.deliver(shop.package())


async def test_a_refusal_holds_the_untouched_original_whatever_it_is(shop, tmp_path):
    bundle = tmp_path / "bundle"
    (bundle / "deep").mkdir(parents=True)
    (bundle / "deep" / "a.png").write_bytes(b"png")
    (bundle / "link").symlink_to("/etc/passwd")
    os.mkfifo(bundle / "pipe")
    package = Package(job="j_9", folder="we/ird\nname", files={"reasons.json": b'{"job": "j_9"}'})
    name = await shop.publisher.reject(package, bundle)
    assert name == "we-ird-name.j_9"
    folder = shop.rejected / name / "bundle"
    assert (folder / "deep" / "a.png").read_bytes() == b"png"
    assert (folder / "link").is_symlink()
    assert (folder / "pipe").is_file()


async def test_a_path_that_leaves_the_folder_is_a_fault_of_ours(shop):
    with pytest.raises(ValueError, match="leaves"):
        await shop.publisher.deliver(Package(job="j", folder="x", files={"../y": b""}))
    assert list(shop.outbox.iterdir()) == []


async def test_an_original_that_is_called_like_our_own_documents_is_kept_beside_them(shop, tmp_path):
    (tmp_path / "reasons.json").write_text("mine")
    package = Package(job="j_9", folder="reasons.json", files={"reasons.json": b'{"job": "j_9"}'})
    name = await shop.publisher.reject(package, tmp_path / "reasons.json")
    assert (shop.rejected / name / "dropped-reasons.json").read_text() == "mine"
    assert (shop.rejected / name / "reasons.json").read_bytes() == b'{"job": "j_9"}'


async def test_the_same_refusal_again_is_already_done_and_another_one_stands_beside_it(shop, tmp_path):
    (tmp_path / "b.yaml").write_text("x")

    def refusal(why):
        return Package(job="j_9", folder="b.yaml", files={"reasons.json": why})

    assert await shop.publisher.reject(refusal(b'{"why": 1}'), tmp_path / "b.yaml") == "b.yaml.j_9"
    assert await shop.publisher.reject(refusal(b'{"why": 1}'), None) == "b.yaml.j_9"
    assert await shop.publisher.reject(refusal(b'{"why": 2}'), None) == "b.yaml.j_9~2"
    assert shop.publisher.original(SimpleNamespace(id="j_9")).read_text() == "x"


async def test_the_original_of_a_refusal_is_found_again(shop, tmp_path):
    (tmp_path / "b.yaml").write_text("x")
    await shop.publisher.reject(Package(job="j_9", folder="b.yaml", files={"reasons.json": b"{}"}), tmp_path / "b.yaml")
    job = SimpleNamespace(id="j_9")
    assert shop.publisher.original(job).read_text() == "x"
    assert shop.publisher.original(SimpleNamespace(id="j_8")) is None


@pytest.mark.parametrize("name", ["reasons.json", "REASONS.JSON", "receipt.json"])
async def test_an_original_named_like_a_document_of_ours_lies_beside_it(shop, tmp_path, name):
    original = tmp_path / name
    original.write_text("campaign: x")
    package = Package(job="j_9", folder=name, files={"reasons.json": b'{"job": "j_9"}'})
    folder = shop.rejected / await shop.publisher.reject(package, original)
    assert (folder / "reasons.json").read_bytes() == b'{"job": "j_9"}'
    assert sorted(path.read_text() for path in folder.iterdir()) == ["campaign: x", '{"job": "j_9"}']


async def test_a_set_group_id_on_the_outbox_is_handed_down(shop):
    shop.outbox.chmod(0o2775)
    await shop.publisher.deliver(shop.package())
    made = (shop.outbox / "summer", shop.outbox / "summer/cup", shop.outbox / "summer/cup/en")
    assert {folder.stat().st_mode & 0o7777 for folder in made} == {0o2755}


async def test_an_original_that_cannot_be_read_is_this_job_s_trouble_alone(shop, tmp_path, monkeypatch):
    original = tmp_path / "a.yaml"
    original.write_text("x")

    opened = os.open

    def refuse(path, *args, **kwargs):
        if path == original:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(filling.os, "open", refuse)
    with pytest.raises(PermissionError):
        await shop.publisher.reject(Package(job="j_9", folder="a", files={}), original)
    assert list(shop.rejected.iterdir()) == []


def another_group():
    """A group that this process may give files to and that they do not get by themselves; None when there is none."""
    mine = set(os.getgroups()) | (set(range(1, 2)) if os.geteuid() == 0 else set())
    return next(iter(sorted(mine - {os.getegid()})), None)


async def test_all_that_is_published_belongs_to_the_group_and_has_the_modes(shop, tmp_path):
    number = another_group()
    if number is None:
        pytest.skip("this user is in one group only")
    bundle = tmp_path / "bundle"
    (bundle / "deep").mkdir(parents=True)
    (bundle / "deep" / "a.png").write_bytes(b"png")
    (bundle / "link").symlink_to("nowhere")
    shop.outbox.chmod(0o2775)
    shared = FolderPublisher(
        outbox=shop.outbox,
        rejected=shop.rejected,
        store=shop.store,
        rights=Rights(file_mode=0o660, dir_mode=0o770, group=number),
    )
    await shared.deliver(shop.package())
    await shared.reject(Package(job="j_9", folder="b", files={"reasons.json": b"{}"}), bundle)
    found = [*shop.outbox.rglob("*"), *shop.rejected.rglob("*")]
    assert {path.lstat().st_gid for path in found} == {number}
    assert {path.stat().st_mode & 0o777 for path in found if path.is_file()} == {0o660}
    assert {path.stat().st_mode & 0o7777 for path in shop.outbox.rglob("*") if path.is_dir()} == {0o2770}
    assert {path.stat().st_mode & 0o7777 for path in shop.rejected.rglob("*") if path.is_dir()} == {0o770}


async def test_a_share_that_will_not_give_files_to_the_group_pauses_and_shows_nothing(shop, monkeypatch):
    def refuse(descriptor, user, group):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    shared = FolderPublisher(outbox=shop.outbox, rejected=shop.rejected, store=shop.store, rights=Rights(group=7))
    with pytest.raises(Paused) as caught:
        await shared.deliver(shop.package())
    assert caught.value.resource == "folder"
    assert list(shop.outbox.iterdir()) == []


def test_a_group_is_found_by_name_and_by_number():
    mine = grp.getgrgid(os.getegid())
    assert group.resolve("", mine=(), root=False) is None
    assert group.resolve(mine.gr_name, mine={mine.gr_gid}, root=False) == mine.gr_gid
    assert group.resolve(str(mine.gr_gid), mine={mine.gr_gid}, root=False) == mine.gr_gid
    assert group.resolve("64999", mine=(), root=True) == 64999


@pytest.mark.parametrize("wish", ["no-such-group", "4294967295", "99999999999999999999", "-1", "a b"])
def test_a_group_that_is_not_there_is_told_at_the_start(wish):
    with pytest.raises(ConfigError, match=r"output\.group: there is no group"):
        group.resolve(wish, mine=(), root=True)


def test_a_group_that_this_user_is_not_in_is_told_at_the_start():
    with pytest.raises(ConfigError, match="not in the group"):
        group.resolve("64999", mine={1000}, root=False)


async def test_two_names_that_are_one_where_case_is_ignored_are_told_and_not_written_over_each_other(shop, monkeypatch):
    opened = Path.open

    def folding(path, *args, **kwargs):
        return opened(path.with_name(path.name.lower()), *args, **kwargs)

    monkeypatch.setattr(Path, "open", folding)
    package = Package(job="j_1", folder="summer", files={"cup/A.jpg": b"one", "cup/a.jpg": b"other"})
    with pytest.raises(Permanent, match=r"cup/a\.jpg has the name of another file"):
        await shop.publisher.deliver(package)
    assert list(shop.outbox.iterdir()) == []


async def test_a_share_that_fails_while_it_is_looked_at_is_no_reason_to_publish_twice(shop, monkeypatch):
    await shop.publisher.deliver(shop.package())
    opened = publish.aiofiles.open

    def stale(path, *args, **kwargs):
        if path.name == "receipt.json":
            raise OSError(errno.ESTALE, "Stale file handle", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(publish.aiofiles, "open", stale)
    with pytest.raises(Paused, match="stale"):
        await shop.publisher.deliver(shop.package())
    assert [path.name for path in shop.outbox.iterdir()] == ["summer"]


@pytest.mark.parametrize("codes", [(errno.EINVAL,), (errno.ENOSYS,)])
async def test_publishing_is_the_same_where_the_kernel_knows_no_rename_that_cannot_overwrite(shop, monkeypatch, codes):
    monkeypatch.setattr(publish.files, "_rename_by_kernel", lambda *_: codes[0])
    assert await shop.publisher.deliver(shop.package()) == "summer"
    assert await shop.publisher.deliver(shop.package(job="j_2")) == "summer~2"
    assert tree(shop.outbox / "summer") == ["cup/en/1x1.jpg", "receipt.json"]


async def test_a_rehearsal_is_built_where_it_would_appear_and_never_shown(shop, monkeypatch):
    filled = []
    fill = filling.Filler.fill

    def watched(self, folder, package, beside):
        fill(self, folder, package, beside)
        filled.append((folder.parent, tree(folder)))

    monkeypatch.setattr(filling.Filler, "fill", watched)
    package = shop.package()
    publisher = FolderPublisher(outbox=shop.outbox, rejected=shop.rejected, store=shop.store)
    rehearsal = Package(job=package.job, folder=package.folder, files=package.files, rehearsal=True)

    assert await publisher.deliver(rehearsal) == "summer"
    assert await publisher.reject(rehearsal, None) == "summer.j_1"

    assert filled == [(place, ["cup/en/1x1.jpg", "receipt.json"]) for place in (shop.outbox, shop.rejected)]
    assert list(shop.outbox.iterdir()) == list(shop.rejected.iterdir()) == []


async def test_a_rehearsal_that_cannot_be_built_pauses_as_a_delivery_would(shop):
    shop.outbox.rmdir()
    package = shop.package()

    with pytest.raises(Paused):
        await shop.publisher.deliver(Package(job="j_1", folder="x", files=package.files, rehearsal=True))


async def test_a_delivery_answers_the_refusals_of_its_own_job_and_of_no_other(shop):
    def refusal(job, words=b"# This brief was refused\n"):
        files = {"reasons.json": b'{"job": "' + job.encode() + b'"}' + words, "REASONS.md": words}
        return Package(job=job, folder="b.yaml", files=files)

    mine = await shop.publisher.reject(refusal("j_1"), None)
    again = await shop.publisher.reject(refusal("j_1", b"# Refused once more\n"), None)
    other = await shop.publisher.reject(refusal("j_11"), None)
    await shop.publisher.deliver(shop.package())
    for _ in range(2):
        for name, before in ((mine, "# This brief was refused\n"), (again, "# Refused once more\n")):
            page = (shop.rejected / name / "REASONS.md").read_text()
            assert page.startswith("# Delivered after all")
            assert page.count("Delivered after all") == 1
            assert page.endswith(before)
        await shop.publisher.deliver(shop.package())
    assert (shop.rejected / other / "REASONS.md").read_text() == "# This brief was refused\n"


async def test_a_refusal_that_somebody_tidied_away_or_bent_into_a_link_stops_no_delivery(shop, tmp_path):
    (shop.rejected / "gone.yaml.j_1").mkdir()
    (shop.rejected / "bent.yaml.j_1").mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    (shop.rejected / "bent.yaml.j_1" / "REASONS.md").symlink_to(secret)
    assert await shop.publisher.deliver(shop.package()) == "summer"
    assert secret.read_text() == "mine"


async def test_a_delivery_with_reasons_beside_it_is_known_by_its_receipt(shop):
    def package(reasons):
        plain = shop.package()
        return Package(job=plain.job, folder=plain.folder, files={**plain.files, "reasons.json": reasons})

    assert await shop.publisher.deliver(package(b'{"why": 1}')) == "summer"
    assert await shop.publisher.deliver(package(b'{"why": 2}')) == "summer"
