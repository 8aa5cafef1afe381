"""Receipts and traces as a user meets them: a delivered folder is checked, a stolen copy finds its job."""

import json

import cv2
import pytest

pytestmark = pytest.mark.acceptance


def test_a_delivered_folder_is_checked_and_a_copy_of_a_creative_finds_its_job(home):
    home.drop("morning.yaml")
    home.run_until_idle()
    folder = home.path / "outbox" / "morning-light"
    (report,) = home.json("receipts", "verify", str(folder))
    assert report["holds"]
    listed = json.loads((folder / "receipt.json").read_text())["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {one["path"] for one in listed} == there - {"receipt.json", "receipt.sig"}

    creative = folder / "cup" / "en" / "1x1.jpg"
    copy = home.path / "from-the-web.jpg"
    pixels = cv2.imread(str(creative))
    small = cv2.resize(pixels, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(copy), small, [cv2.IMWRITE_JPEG_QUALITY, 45])
    (job,) = home.jobs()
    for picture, way in ((creative, "same"), (copy, "whole")):
        first = home.json("whence", str(picture))[0]
        assert (first["way"], first["job"], first["path"]) == (way, job["id"], "cup/en/1x1.jpg")
        assert first["prompt"]
        assert first["source"] == "morning.yaml"
    stranger = home.path / "stranger.png"
    cv2.imwrite(str(stranger), cv2.flip(cv2.rotate(pixels[:, :, ::-1], cv2.ROTATE_90_CLOCKWISE), 1))
    assert home.json("whence", str(stranger), code=1) == []

    data = bytearray(creative.read_bytes())
    data[len(data) // 2] ^= 1
    creative.write_bytes(data)
    (folder / "late.txt").write_text("?")
    (report,) = home.json("receipts", "verify", str(folder), code=1)
    assert [(one["fault"], one["path"]) for one in report["wrong"]] == [
        ("changed", "cup/en/1x1.jpg"),
        ("extra", "late.txt"),
    ]
    assert "bytes are not those" in home.command("receipts", "verify", str(creative), code=1)
    home.command("receipts", "verify", str(copy), code=1)
