"""A manifest is believed in nothing: every path is checked before anybody makes a file of it."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.errors import FolderError
from briefmill.keeping import manifest as manifests
from briefmill.keeping.manifest import Kept, Manifest, Root

NOTHING = hashlib.sha256(b"").hexdigest()
LEDGER = Kept(root=Root.STATE, path="briefmill.db", member="state/briefmill.db", size=0, sha256=NOTHING)


def told(*files, **more):
    facts = {
        "format": 1,
        "version": "1.0",
        "made_at": datetime(2026, 3, 1, tzinfo=UTC),
        "home": "/srv/home",
        "revision": "0004",
        "head": "0" * 64,
        "files": (LEDGER, *files),
    }
    return Manifest(**(facts | more))


def changed(change):
    data = json.loads(manifests.written(told()))
    change(data)
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "", "a/", "a\0b", "x" * 256, ".briefmill/marker"],
)
def test_a_path_that_leads_elsewhere_is_refused(path):
    def put(data):
        data["files"].append({"root": "inbox", "path": path, "member": "m", "size": 0, "sha256": NOTHING, "mode": 420})

    with pytest.raises(FolderError, match="not sound"):
        manifests.read(changed(put))


@pytest.mark.parametrize(
    ("root", "path"),
    [("state", "lock"), ("home", ".bashrc"), ("artefacts", "ab/abc"), ("inbox", ".briefmill/owners/x.json")],
)
def test_what_a_home_does_not_have_there_is_refused(root, path):
    assert manifests.misplaced(Root(root), path, NOTHING)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(format=99), "newer Briefmill"),
        (lambda data: data.update(surprise=1), "not sound"),
        (lambda data: data.update(files=[]), "no ledger"),
        (lambda data: data["files"].append(data["files"][0]), "one place"),
        (lambda data: data["files"][0].update(size=-1), "not sound"),
        (lambda data: data["files"][0].update(sha256="zz"), "not sound"),
        (lambda data: data["files"][0].update(mode=0o4755), "not sound"),
    ],
)
def test_a_manifest_that_is_not_sound_is_refused_in_words(change, words):
    with pytest.raises(FolderError, match=words):
        manifests.read(changed(change))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(FolderError):
        manifests.read(data)


def test_two_files_may_share_a_member_only_if_they_are_the_same():
    one = Kept(root=Root.CONFIG, path="a", member="m", size=0, sha256=NOTHING)
    assert manifests.read(manifests.written(told(one, one.model_copy(update={"path": "b"}))))
    other = one.model_copy(update={"path": "b", "sha256": "1" * 64})
    with pytest.raises(FolderError, match="two things"):
        manifests.read(manifests.written(told(one, other)))


@given(st.text(min_size=1, max_size=40))
def test_a_path_that_is_taken_stays_below_its_folder(path):
    if not manifests.misplaced(Root.CONFIG, path, NOTHING):
        parts = PurePosixPath("/base", path).parts
        assert parts[:2] == ("/", "base")
        assert len(parts) > 2
        assert ".." not in parts


@given(st.binary(min_size=1, max_size=30).filter(lambda raw: not {b"/"[0], 0} & set(raw) and raw not in {b".", b".."}))
def test_a_name_of_any_bytes_comes_back_as_it_was(raw):
    path = ".briefmill/claimed/j/" + raw.decode("utf-8", "surrogateescape")
    kept = Kept(root=Root.INBOX, path=manifests.escaped(path), member="m", size=0, sha256=NOTHING)
    again = manifests.read(manifests.written(told(kept)))
    assert again.files[1].where == path


@pytest.mark.parametrize("hidden", ["%2e%2e/x", "a%2f..%2f..%2fx", "%00"])
def test_an_escape_hides_no_way_out(hidden):
    with pytest.raises(ValueError, match="plain path"):
        Kept(root=Root.CONFIG, path=hidden, member="m", size=0, sha256=NOTHING)
