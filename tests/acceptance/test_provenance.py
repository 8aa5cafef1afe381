"""The record of origin as a user meets it: delivered files, and a certificate of one's own."""

import json
import shutil

import pytest

pytestmark = pytest.mark.acceptance

BRIEF = "campaign: Calm {0}\nmessage: Begin gently\nbrand: {{name: Halden}}\nproducts: [Cup]\nplacements: ['1:1']\n"


def test_delivered_files_hold_before_c2pas_reader_and_the_receipt_names_their_records(home):
    home.drop("calm.yaml", BRIEF.format("one"))
    home.run_until_idle()
    folder = home.path / "outbox" / "calm-one"
    (creative,) = json.loads((folder / "receipt.json").read_text())["creatives"]
    path = folder / creative["path"]

    told = home.json("provenance", "show", str(path))

    assert told["state"] == "trusted"
    assert told["xmp"]["Iptc4xmpExt:DigitalSourceType"] == "algorithmicMedia"
    assert creative["provenance"]["source_type"] == "algorithmicMedia"
    assert creative["bytes"] == path.stat().st_size
    spoilt = bytearray(path.read_bytes())
    spoilt[-2000] ^= 1
    copy = home.path / "copy.jpg"
    copy.write_bytes(spoilt)
    assert home.json("provenance", "show", str(copy), code=1)["state"] == "invalid"


def test_the_doctor_shows_the_certificate_and_a_new_one_signs_from_the_next_start_on(home):
    before = home.json("ca", "show")
    assert before["development"]
    assert any(check["check"] == "certificate" and check["ok"] for check in home.json("doctor"))

    home.command("ca", "new")

    assert home.json("ca", "show")["fingerprint"] != before["fingerprint"]
    home.drop("calm.yaml", BRIEF.format("now"))
    home.run_until_idle()
    (path,) = (home.path / "outbox").glob("calm-now/cup/en/1x1.*")
    assert home.json("provenance", "show", str(path))["state"] == "trusted"


def test_half_of_a_certificate_and_a_missing_key_are_said_before_any_brief_is_taken(home):
    home.environ["BRIEFMILL_PROVENANCE__CERTIFICATE"] = "state/authority/chain.pem"
    home.command("run", "--until-idle", code=78)
    home.environ["BRIEFMILL_PROVENANCE__KEY"] = "nowhere.pem"
    home.command("run", "--until-idle", code=78)
    home.environ["BRIEFMILL_PROVENANCE__KEY"] = "state/authority/leaf.key"
    home.drop("calm.yaml", BRIEF.format("brought"))
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]


def test_a_certificate_comes_from_systemds_credentials_before_anything_else(home):
    folder = home.path / "credentials"
    folder.mkdir()
    for name, source in (("provenance_certificate", "chain.pem"), ("provenance_key", "leaf.key")):
        shutil.copy(home.path / "state" / "authority" / source, folder / name)
    home.environ["CREDENTIALS_DIRECTORY"] = str(folder)

    assert not home.json("ca", "show")["development"]
    shown = {row["key"]: row["from"] if "from" in row else row["source"] for row in home.json("config", "show")}
    assert shown["provenance.key"] == "credential"


def test_switched_off_nothing_is_written_into_files(home):
    home.environ["BRIEFMILL_PROVENANCE__ENABLED"] = "false"
    home.drop("calm.yaml", BRIEF.format("bare"))
    home.run_until_idle()
    (path,) = (home.path / "outbox").glob("calm-bare/cup/en/1x1.*")
    assert home.json("provenance", "show", str(path), code=1)["state"] == "none"
    assert b"x:xmpmeta" not in path.read_bytes()
