"""What may be in a drop, and what an enemy may put there."""

import io
import os
import stat
import zipfile

import pytest

from briefmill.errors import BriefRefused
from briefmill.intake import bundle
from briefmill.intake.pieces import Limits

LIMITS = Limits(brief_bytes=1000, bundle_bytes=100_000, files=20, depth=3, ratio=10, ratio_from=20_000)


def folder(root, **files):
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def packed(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def contents(drop):
    found = {}
    for piece in drop.files:
        with piece.open() as file:
            found[piece.path] = file.read()
    return found


def refusal(path, limits=LIMITS):
    with pytest.raises(BriefRefused) as caught:
        bundle.opened(path, limits)
    (problem,) = caught.value.problems
    assert problem.fix
    return problem.code, problem.message


FILES = {"brief.yaml": b"campaign: x", "pics/cup.png": b"png", "logo.png": b"logo"}


@pytest.mark.parametrize("shape", ["folder", "zip"])
def test_a_bundle_is_its_brief_and_files_by_path_from_it(tmp_path, shape):
    where = folder(tmp_path / "b", **FILES) if shape == "folder" else packed(tmp_path / "b.ZIP", FILES)
    drop = bundle.opened(where, LIMITS)
    assert (drop.name, drop.brief.size, drop.alone) == ("brief.yaml", 11, False)
    assert contents(drop) == {"pics/cup.png": b"png", "logo.png": b"logo"}


@pytest.mark.parametrize("shape", ["folder", "zip"])
def test_a_single_folder_around_it_and_what_desktops_leave_are_looked_through(tmp_path, shape):
    files = {
        "Shoot/brief.yaml": b"x",
        "Shoot/logo.png": b"logo",
        "Shoot/.DS_Store": b"?",
        "__MACOSX/Shoot/._brief.yaml": b"?",
        "Thumbs.db": b"?",
    }
    where = folder(tmp_path / "b", **files) if shape == "folder" else packed(tmp_path / "b.zip", files)
    drop = bundle.opened(where, LIMITS)
    assert (drop.name, list(contents(drop))) == ("brief.yaml", ["logo.png"])


@pytest.mark.parametrize("shape", ["folder", "zip"])
@pytest.mark.parametrize(
    ("files", "code", "word"),
    [
        ({"notes.txt": b"x"}, "bundle.no_brief", "needs one brief"),
        ({"a.yaml": b"x", "b.json": b"x"}, "bundle.several_briefs", "a.yaml, b.json"),
        ({"a.yaml": b""}, "brief.empty", "empty"),
        ({"a.yaml": b"x" * 1001}, "brief.too_large", "too large"),
        ({"a.yaml": b"x", "big.png": os.urandom(100_001)}, "bundle.too_large", "too large"),
        ({"a.yaml": b"x", "1/2/3/4.png": b"x"}, "bundle.too_deep", "deep"),
        ({"a.yaml": b"x", **{f"{n}.png": b"x" for n in range(20)}}, "bundle.too_many", "more than 20"),
    ],
)
def test_a_bundle_that_is_not_in_order_is_refused_with_what_is_wrong(tmp_path, shape, files, code, word):
    where = folder(tmp_path / "b", **files) if shape == "folder" else packed(tmp_path / "b.zip", files)
    told = refusal(where)
    assert told[0] == code
    assert word in told[1]


def test_a_deeper_data_file_is_no_second_brief(tmp_path):
    drop = bundle.opened(folder(tmp_path / "b", **{"a.yaml": b"x", "data/rows.json": b"[]"}), LIMITS)
    assert (drop.name, [piece.path for piece in drop.files]) == ("a.yaml", ["data/rows.json"])


def test_links_and_pipes_are_refused_wherever_they_are(tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("campaign: stolen")
    (tmp_path / "link.yaml").symlink_to(secret)
    assert refusal(tmp_path / "link.yaml")[0] == "drop.link"
    (tmp_path / "dir").symlink_to(folder(tmp_path / "real", **FILES))
    assert refusal(tmp_path / "dir")[0] == "drop.link"
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refusal(tmp_path / "pipe.yaml")[0] == "drop.special"
    for name, make in (("l.png", lambda path: path.symlink_to(secret)), ("p.png", os.mkfifo)):
        where = folder(tmp_path / f"b-{name}", **FILES)
        make(where / name)
        code, message = refusal(where)
        assert code == "bundle.not_a_file"
        assert name in message


@pytest.mark.parametrize(
    "name", ["../escape.yaml", "/etc/escape.yaml", "C:/escape.yaml", "a/../../b.yaml", "..\\b.yaml"]
)
def test_a_zip_whose_names_climb_out_is_refused(tmp_path, name):
    code, message = refusal(packed(tmp_path / "b.zip", {name: b"campaign: x"}))
    assert code == "zip.path"
    assert ".." in message
    assert not (tmp_path.parent / "escape.yaml").exists()


def test_a_zip_bomb_is_refused_by_what_it_claims(tmp_path):
    code, message = refusal(packed(tmp_path / "b.zip", {"a.yaml": b"x", "z.png": bytes(30_000)}))
    assert code == "zip.bomb"
    assert "30000" in message


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_claims(tmp_path):
    path = packed(tmp_path / "b.zip", {"a.yaml": b"x", "z.png": bytes(15_000)})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark, data.index(mark) + 1) + offset
        assert int.from_bytes(data[at : at + 4], "little") == 15_000
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    (piece,) = bundle.opened(path, LIMITS).files
    with piece.open() as file, pytest.raises(BriefRefused, match="cannot be unpacked"):
        assert len(file.read(100_000)) <= 10


def test_names_that_differ_in_case_only_are_refused_in_a_zip(tmp_path):
    code, message = refusal(packed(tmp_path / "b.zip", {"a.yaml": b"x", "Logo.png": b"1", "logo.PNG": b"2"}))
    assert code == "zip.twins"
    assert "Logo.png" in message


def test_a_link_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.yaml", "x")
        link = zipfile.ZipInfo("logo.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(path)[0] == "zip.link"


def test_a_locked_zip_is_refused(tmp_path):
    path = packed(tmp_path / "b.zip", {"a.yaml": b"x"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    assert refusal(path)[0] == "zip.locked"


@pytest.mark.parametrize("cut", [0, 10, 60])
def test_a_broken_zip_is_refused_and_known_as_unfinished(tmp_path, cut):
    path = packed(tmp_path / "b.zip", {"a.yaml": b"x" * 50})
    assert bundle.ends(path)
    path.write_bytes(path.read_bytes()[:cut])
    assert not bundle.ends(path)
    assert refusal(path)[0] == "zip.broken"


def test_a_zip_with_a_spoilt_file_is_refused_when_that_is_read(tmp_path):
    path = packed(tmp_path / "b.zip", {"a.yaml": b"x", "logo.png": b"logologo"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"logologo", b"logoLOGO", 1))
    (piece,) = bundle.opened(path, LIMITS).files
    with piece.open() as file, pytest.raises(BriefRefused, match="cannot be unpacked"):
        file.read()


def test_a_zip_in_a_zip_is_just_a_file(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("other.yaml", "x")
    drop = bundle.opened(packed(tmp_path / "b.zip", {"a.yaml": b"x", "inner.zip": inner.getvalue()}), LIMITS)
    assert contents(drop) == {"inner.zip": inner.getvalue()}
