"""Manifests: signed, read back, kept as ingredients, and broken by one flipped byte."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from briefmill.domain.creative import Origin
from briefmill.errors import Paused
from briefmill.provenance import authority, origin, reading
from briefmill.provenance.origin import Facts
from briefmill.provenance.signing import Parent, Seal
from sealed import sealing_of

KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif", "gif": "image/gif"}
DRAWN = Facts(origin=Origin.PROCEDURAL, maker="procedural", words=True)
BOUGHT = Facts(origin=Origin.GENERATED, maker="openai", model="gpt-image-2", words=True, logo=True)


def trusting(sealing):
    return reading.context(sealing.root.read_bytes())


@pytest.mark.parametrize("extension", KINDS)
def test_every_delivered_format_carries_its_record_and_a_reader_that_knows_the_root_trusts_it(
    extension, sealing, pictures
):
    signed = Seal(sealing=sealing, facts=BOUGHT).sign(pictures[extension], KINDS[extension], "Cup", BOUGHT)

    record = reading.read(signed.data, within=trusting(sealing))
    assert record.state == "trusted"
    assert record.actions == ("c2pa.created", "c2pa.cropped", "c2pa.resized", "c2pa.edited")
    assert record.source_types == ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
    assert record.generator == "Briefmill 1.2"
    assert reading.read(signed.data).state == "valid"


@pytest.mark.parametrize("extension", KINDS)
def test_one_flipped_byte_of_the_picture_is_found_wherever_it_is(extension, sealing, pictures):
    made = Seal(sealing=sealing, facts=DRAWN).sign(pictures[extension], KINDS[extension], "Cup", DRAWN)
    signed, begin = made.data, made.data.find(made.manifest[:64])
    # No signature covers the padding of the manifest, and C2PA leaves AVIF's first box, the brands, out.
    left_out = {*range(begin - 64, begin + len(made.manifest) + 8), *range(40 if extension == "avif" else 0)}
    places = [at for at in range(len(signed)) if at not in left_out]

    for at in random.Random(5).sample(places, 25):
        flipped = signed[:at] + bytes([signed[at] ^ 0x10]) + signed[at + 1 :]
        assert not reading.read(flipped, within=trusting(sealing)).holds, at


@pytest.mark.parametrize("extension", KINDS)
def test_a_manifest_beside_its_file_holds_for_that_file_alone(extension, sealing, pictures):
    beside = Seal(sealing=sealing, facts=DRAWN).sign(pictures[extension], KINDS[extension], "Cup", DRAWN, embed=False)

    assert beside.data == pictures[extension]
    assert reading.read(beside.data, beside.manifest, within=trusting(sealing)).state == "trusted"
    other = pictures["png" if extension != "png" else "jpg"]
    assert not reading.read(other, beside.manifest, within=trusting(sealing)).holds


def test_the_makers_own_record_survives_inside_ours(sealing, pictures):
    maker = Facts(origin=Origin.GENERATED, maker="somebody", model="else")
    original = Seal(sealing=sealing, facts=maker).sign(pictures["png"], "image/png", "theirs", maker).data
    facts = replace(BOUGHT, kept=True)
    parent = Parent(name=origin.PARENT, title="picture by gpt-image-2", data=original)

    signed = Seal(sealing=sealing, facts=facts, parents=(parent,)).sign(pictures["jpg"], "image/jpeg", "Cup", facts)

    record = reading.read(signed.data, within=trusting(sealing))
    assert record.state == "trusted"
    assert record.manifests == 2
    assert record.ingredients == ("picture by gpt-image-2",)
    assert record.actions[0] == "c2pa.opened"
    assert "trainedAlgorithmicMedia" in record.source_types


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:200],
        lambda data: b"BM" + data[2:],
        lambda data: b"no picture at all",
        lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
    ],
)
def test_a_source_that_c2pa_cannot_parse_or_trust_is_named_all_the_same(spoil, sealing, pictures):
    theirs = Seal(sealing=sealing, facts=DRAWN).sign(pictures["jpg"], "image/jpeg", "theirs", DRAWN).data
    facts = Facts(origin=Origin.SUPPLIED, kept=True)
    parent = Parent(name=origin.PARENT, title="cup.jpg", data=spoil(theirs))
    seal = Seal(sealing=sealing, facts=facts, parents=(parent,))

    for _ in range(2):
        record = reading.read(seal.sign(pictures["jpg"], "image/jpeg", "Cup", facts).data, within=trusting(sealing))
        assert record.state == "trusted"
        assert record.ingredients == ("cup.jpg",)


@pytest.mark.parametrize("extension", KINDS)
def test_the_reserve_is_enough_for_every_format_and_not_much_more(extension, sealing, pictures):
    facts = Facts(origin=Origin.SUPPLIED, kept=True, words=True)
    parent = Parent(name=origin.PARENT, title="cup.png", data=pictures["png"])
    seal = Seal(sealing=sealing, facts=facts, parents=(parent,))
    data = pictures[extension]

    grown = len(seal.sign(data, KINDS[extension], "A cup of tea, en-GB, 1200x628", facts).data) - len(data)

    assert seal.reserve - 512 < grown <= seal.reserve


def test_an_ended_certificate_pauses_everything_and_says_how_to_go_on(tmp_path, pictures):
    authority.prepare(tmp_path, now=datetime.now(UTC) - timedelta(days=authority.LEAF_DAYS + 1))
    seal = Seal(sealing=sealing_of(tmp_path), facts=DRAWN)

    with pytest.raises(Paused, match=r"ended on .*`briefmill ca new`") as paused:
        seal.sign(pictures["jpg"], "image/jpeg", "Cup", DRAWN)
    assert paused.value.resource == "certificate"


def test_a_key_that_is_gone_pauses_everything(tmp_path, pictures):
    authority.prepare(tmp_path, now=datetime.now(UTC))
    seal = Seal(sealing=sealing_of(tmp_path), facts=DRAWN)
    (tmp_path / authority.KEY).unlink()

    with pytest.raises(Paused, match=r"leaf\.key is missing"):
        seal.sign(pictures["jpg"], "image/jpeg", "Cup", DRAWN)


def test_what_is_no_picture_or_has_no_record_is_told_and_never_raises(pictures):
    assert reading.read(b"").state == reading.NONE
    assert reading.read(pictures["jpg"]).state == reading.NONE
    assert reading.read(pictures["jpg"], b"no manifest").state == "invalid"
    assert reading.declared(pictures["png"]) == ("", False)
