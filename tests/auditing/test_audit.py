"""The audit: silent about what is as it is said to be, and loud about every single lie."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import cv2
import numpy as np
import pytest

from briefmill.auditing import audit, sight
from briefmill.domain import verdict
from briefmill.domain.brief import Copy
from briefmill.domain.placement import Icc, Placement
from briefmill.domain.verdict import Box, Severity
from briefmill.imaging import encode
from briefmill.imaging import logo as logos
from briefmill.provenance import authority, reading
from briefmill.stages import audited, pixels
from briefmill.storage.fs import FileStore
from sealed import SQUARE, logo, order, photo, sealing_of

EXIFTOOL = shutil.which("exiftool")
FORMATS = ("jpg", "png", "webp", "avif", "gif")
MARK = logos.load(logo())


@pytest.fixture(scope="module")
def sealing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    authority.prepare(folder, now=datetime.now(UTC))
    return sealing_of(folder)


@pytest.fixture(scope="module")
def sets(tmp_path_factory, sealing):
    """One creative of each format, with the claims that were made about them and what was found."""
    store = FileStore(tmp_path_factory.mktemp("store"))
    placements = tuple(
        replace(SQUARE, id=one, formats=(one,), icc=Icc.KEEP if one == "png" else None) for one in FORMATS
    )
    seen = {}
    real = audit.audit

    def heard(data, claim):
        seen[claim.extension] = (data, claim)
        return real(data, claim)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audited.audit, "audit", heard)
        work = pixels.run(order(store, sealing, placements=placements))
    return store, work, seen


def checks(data, claim):
    return {one.check for one in audit.audit(data, claim)}


def test_sets_of_every_format_agree_with_what_was_said_of_them(sets):
    _, work, seen = sets

    assert set(seen) == set(FORMATS)
    assert [finding for finding in work.findings if finding.rule == verdict.AUDIT] == []


@pytest.mark.parametrize("extension", FORMATS)
def test_what_is_kept_is_what_was_audited_and_its_record_is_trusted(sets, sealing, extension):
    store, work, seen = sets
    creative = next(one for one in work.creatives if one.extension == extension)
    data = store.get(creative.ref)

    assert data == seen[extension][0]
    assert reading.read(data, within=reading.context(sealing.root.read_bytes())).state == "trusted"
    assert creative.provenance.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert creative.provenance.signer == sealing.fingerprint


@pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)")
@pytest.mark.parametrize("extension", FORMATS)
def test_exiftool_reads_packet_and_manifest_and_nothing_private(sets, tmp_path, extension):
    path = tmp_path / f"creative.{extension}"
    path.write_bytes(sets[2][extension][0])

    asked = subprocess.run([EXIFTOOL, "-j", "-G", str(path)], capture_output=True, check=True)

    (told,) = json.loads(asked.stdout)
    assert told["XMP:DigitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert told["XMP:Credit"] == "Halden & <Sons>"
    assert told["XMP:CreatorTool"] == "Briefmill 1.2"
    assert not [name for name in told if name.startswith(("EXIF:", "GPS:", "MakerNotes:"))]
    # Debian's exiftool (12.57) knows no manifests in the two younger formats.
    if extension in {"jpg", "png"}:
        assert any(name.startswith("JUMBF:") for name in told)


@pytest.mark.parametrize("extension", FORMATS)
def test_one_flipped_byte_of_a_finished_file_is_found(sets, extension):
    _, _, seen = sets
    data, claim = seen[extension]

    for share in (0.4, 0.6, 0.95):
        at = int(len(data) * share)
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert checks(flipped, claim), at


@pytest.mark.parametrize(
    ("lie", "check"),
    [
        ({"width": 481}, "pixels"),
        ({"extension": "png"}, "format"),
        ({"cap": 1000}, "cap"),
        ({"profile": True}, "profile"),
        ({"signed": False}, "record"),
        ({"sidecar": b"somewhere else"}, "record"),
        ({"source_type": "digitalCapture"}, "xmp"),
    ],
)
def test_every_lie_about_a_file_is_a_disagreement_of_its_own(sets, lie, check):
    data, claim = sets[2]["jpg"]

    assert check in checks(data, replace(claim, **lie))


def test_a_file_without_its_record_is_not_delivered_as_one_that_has_it(sets):
    _, claim = sets[2]["png"]
    bare = encode.encode(np.full((480, 480, 3), 90, np.uint8), extension="png", icc=True).data

    assert {"record"} <= checks(bare, claim)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_words_and_a_logo_that_are_not_on_the_pixels_are_missed(sets, extension):
    data, claim = sets[2][extension]
    pixels_of = audit.decoded(data, claim.extension.replace("jpg", "jpeg"))
    wiped = np.ascontiguousarray(pixels_of).copy()
    for box in (*(text.box for text in claim.composition.texts), claim.composition.logo):
        wiped[box.y : box.bottom, box.x : box.right] = 120
    again = encode.encode(wiped, extension=extension).data

    assert {"contrast", "logo"} <= checks(again, replace(claim, signed=False, profile=None))


def test_a_logo_is_found_in_its_place_and_nowhere_else():
    ground = cv2.resize(cv2.imdecode(np.frombuffer(photo(), np.uint8), 1), (400, 300))
    wide, high = 140, round(140 * MARK.shape[0] / MARK.shape[1])
    small = cv2.resize(MARK, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    cover = small[..., 3:] / 255
    place = Box(x=30, y=20, width=wide, height=high)
    part = ground[place.y : place.bottom, place.x : place.right]
    part[:] = part * (1 - cover) + small[..., :3] * cover

    assert sight.logo(ground, place, MARK) > audit.LOGO_FOUND
    for x, y in ((60, 20), (30, 60), (220, 200)):
        assert sight.logo(ground, replace(place, x=x, y=y), MARK) < audit.LOGO_FOUND
    squeezed = replace(place, height=round(high * 0.6))
    assert sight.logo(ground, squeezed, MARK) < sight.logo(ground, place, MARK)


@pytest.mark.parametrize(("ink", "ground", "ratio"), [(255, 0, 21.0), (0, 255, 21.0), (119, 255, 4.48)])
def test_the_contrast_of_words_is_found_without_knowing_their_glyphs(ink, ground, ratio):
    canvas = np.full((60, 300, 3), ground, np.uint8)
    cv2.putText(canvas, "Begin gently", (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (ink, ink, ink), 3, cv2.LINE_AA)

    assert sight.words(canvas, Box(x=5, y=8, width=260, height=45)).contrast == pytest.approx(ratio, rel=0.12)
    assert sight.words(canvas, Box(x=285, y=0, width=10, height=60)).contrast == 1.0


def test_a_disagreement_is_an_error_with_words_for_the_operator(tmp_path, sealing, monkeypatch):
    store = FileStore(tmp_path)
    wrong = audit.Disagreement(check="logo", words="The logo cannot be found.", value=0.1, threshold=0.5)
    monkeypatch.setattr(audited.audit, "audit", lambda data, claim: (wrong,))

    work = pixels.run(order(store, sealing))

    (finding,) = [one for one in work.findings if one.rule == verdict.AUDIT]
    assert finding.severity is Severity.ERROR
    assert "not the brief's fault" in finding.fix
    assert (finding.product, finding.locale, finding.placement) == ("cup", "en", "1x1")


def test_where_the_cap_leaves_no_room_the_record_lies_beside_the_file(tmp_path, sealing):
    store = FileStore(tmp_path)
    make = partial(Placement, width=300, height=250, formats=("jpg",))
    (free,) = pixels.run(order(store, None, placements=(make(id="free", max_bytes=None),))).creatives
    smallest = next(
        cap
        for cap in range(2000, free.ref.size + 4000, 500)
        if pixels.run(order(store, None, placements=(make(id="t", max_bytes=cap),))).creatives[0].ref.size <= cap
    )

    tight, roomy = (smallest + 1500, smallest + 6000)
    for cap, beside in ((tight, True), (roomy, False)):
        work = pixels.run(order(store, sealing, placements=(make(id="t", max_bytes=cap),)))
        (creative,) = work.creatives
        assert creative.ref.size <= cap
        assert (creative.provenance.sidecar is not None) == beside
        manifest = store.get(creative.provenance.sidecar) if beside else b""
        trusted = reading.context(sealing.root.read_bytes())
        assert reading.read(store.get(creative.ref), manifest, within=trusted).state == "trusted"
        assert [one for one in work.findings if one.rule == verdict.AUDIT] == []


def test_signed_twice_the_same_order_differs_and_is_the_same_unsigned(tmp_path, sealing):
    store = FileStore(tmp_path)

    (one,), (two,) = (pixels.run(order(store, sealing)).creatives for _ in range(2))

    assert one.ref != two.ref
    assert one.provenance.unsigned == two.provenance.unsigned


def test_small_print_is_no_alarm_at_any_size(tmp_path, sealing):
    shapes = [(1080, 1080), (1080, 1920), (1920, 1080), (1200, 628), (600, 600), (300, 250)]
    places = tuple(Placement(id=f"{width}x{height}", width=width, height=height) for width, height in shapes)
    light = cv2.imencode(".png", np.full((400, 600, 3), (220, 225, 230), np.uint8))[1].tobytes()
    wanted = order(FileStore(tmp_path), sealing, placements=places, source=light)
    words = Copy(locale="en", message="The evening comes", disclaimer="Please drink responsibly. While stocks last.")
    work = pixels.run(replace(wanted, brief=replace(wanted.brief, copies={"en": words})))
    assert len(work.creatives) == len(places)
    assert [one for one in work.findings if one.rule == verdict.AUDIT] == []


@pytest.mark.parametrize("part", [1, 2, 4])
@pytest.mark.parametrize("size", [(1080, 1350), (1080, 1080), (1079, 1351), (1201, 1350)])
def test_a_jpeg_is_made_exactly_its_part_while_it_is_decoded(size, part):
    width, height = size
    data = encode.encode(np.full((height, width, 3), 90, np.uint8), extension="jpg").data

    assert audit.decoded(data, "jpeg", part).shape[:2] == (-(-height // part), -(-width // part))
