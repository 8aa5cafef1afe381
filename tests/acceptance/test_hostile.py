"""Ten hostile drops at once: each ends with a clear reason, the daemon lives, and the next good brief is delivered."""

import io
import json
import os
import zipfile
import zlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance


def png_bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 50,000 x 50,000 pixels."""

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (50_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


ALIAS_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join('*' + before for _ in range(9))}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def bundle(home, name, files):
    folder = home.path / name
    folder.mkdir()
    for path, data in files.items():
        (folder / path).write_bytes(data)
    folder.rename(home.path / "inbox" / name)


def test_ten_hostile_drops_and_then_a_good_one(home):
    inbox = home.path / "inbox"
    secret = home.path / "secret.yaml"
    secret.write_text("campaign: stolen\nmessage: x\nproducts: [y]\n")
    home.drop("truncated.json", '{"campaign": "Cut", "products": [{"name": "A"')
    home.drop("bomb.yaml", ALIAS_BOMB)
    with (inbox / "zeros.json").open("wb") as file:
        for _ in range(200):
            file.write(bytes(1_000_000))
    home.drop("picture.json", b"\x89PNG\r\n\x1a\n" + os.urandom(2000))
    home.drop("traversal.yaml", "campaign: T\nmessage: hi\nproducts: [{name: A, image: ../../secret.yaml}]\n")
    (inbox / "link.yaml").symlink_to(secret)
    with Path(os.fsdecode(os.fsencode(inbox) + b"/caf\xe9-\xff.yaml")).open("wb") as file:
        file.write(b"campaign: Latin name\nmessage: hi\nproducts: [A]\nplacements: ['300x250']\n")
    bundle(
        home,
        "bombed",
        {
            "brief.yaml": b"campaign: Bombed\nmessage: hi\nproducts: [{name: A, image: big.png}]\n",
            "big.png": png_bomb(),
        },
    )
    home.drop("empty.yaml", "")
    bundle(home, "no-brief", {"notes.txt": b"the brief comes later"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../escape.yaml", "campaign: Out\nmessage: hi\nproducts: [A]\n")
    home.drop("slip.zip", packed.getvalue())

    home.run_until_idle()

    ended = {job["source"]: job for job in home.jobs()}
    delivered = {name for name, job in ended.items() if job["state"] == "delivered"}
    assert len(delivered) == 1
    assert next(iter(delivered)).startswith("caf")
    refused = {
        "truncated.json": "end",
        "bomb.yaml": "alias",
        "zeros.json": "large",
        "picture.json": "PNG",
        "traversal.yaml": "..",
        "link.yaml": "link",
        "bombed": "pixels",
        "empty.yaml": "empty",
        "no-brief": "brief",
        "slip.zip": "..",
    }
    for name, word in refused.items():
        assert ended[name]["state"] == "rejected", ended[name]
        (folder,) = (home.path / "rejected").glob(f"*.{ended[name]['id']}")
        reasons = json.loads((folder / "reasons.json").read_text())["reasons"]
        told = " ".join(f"{reason['message']} {reason['fix']}" for reason in reasons)
        assert word.lower() in told.lower(), (name, told)
    assert secret.read_text().startswith("campaign: stolen")
    assert home.inbox() == []

    home.drop("good.yaml")
    home.run_until_idle()
    assert {job["source"]: job["state"] for job in home.jobs()}["good.yaml"] == "delivered"
    assert home.json("audit", "verify")["bad_row"] == 0
