"""A delivered folder against its receipt: every byte of every file counts, and what is wrong is said by its name."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import NameOID

from briefmill.provenance import authority
from briefmill.receipts import signature, verification
from briefmill.receipts.verification import Fault

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
FILES = {"cup/en/1x1.jpg": b"a picture" * 40, "index.html": b"<p>", "cup/en/1x1.jpg.c2pa": b"a record"}


class Delivery:
    """A folder as the daemon delivers it, signed by an authority of its own."""

    def __init__(self, path, own=None):
        self.folder, self.own = path / "calm", own or path / "authority"
        if own is None:
            self.own.mkdir()
            authority.prepare(self.own, now=NOW - timedelta(days=1))
        for name, data in FILES.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(data)
        self.receipt = {
            "job": "j_1",
            "campaign": "calm",
            "made_at": NOW.isoformat(),
            "cost_usd": 0.25,
            "files": [
                {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                for name, data in sorted(FILES.items())
            ],
        }
        self.sign()

    def sign(self):
        data = json.dumps(self.receipt, indent=2).encode()
        found = authority.load(self.own)
        (self.folder / verification.FILE).write_bytes(data)
        made = signature.make(data, found.certificate_chain_pem, found.key_pem)
        (self.folder / signature.FILE).write_bytes(made)

    def anchors(self):
        return x509.load_pem_x509_certificates((self.own / authority.ROOT).read_bytes())

    def faults(self, **asked):
        report = verification.verify(self.folder, anchors=self.anchors(), **asked)
        return [(one.fault, one.path) for one in report.wrong]


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    return Delivery(tmp_path_factory.mktemp("delivery"))


def test_what_was_delivered_holds_and_says_who_signed_it(delivery):
    report = verification.verify(delivery.folder, anchors=delivery.anchors())
    assert report.holds
    assert (report.job, report.campaign, report.files) == ("j_1", "calm", len(FILES))
    assert report.fingerprint == authority.load(delivery.own).fingerprint


@pytest.mark.parametrize("name", [*FILES, verification.FILE, signature.FILE])
def test_one_flipped_bit_anywhere_in_any_file_is_found(delivery, name):
    path = delivery.folder / name
    data = path.read_bytes()
    try:
        for at in range(len(data)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert delivery.faults() != [], at
    finally:
        path.write_bytes(data)


def test_a_certificate_whose_serial_number_is_below_zero_is_none(delivery):
    path = delivery.folder / signature.FILE
    data = path.read_bytes()
    (first, *_) = json.loads(data)["certificates"]
    der = base64.b64decode(first)
    serial = x509.load_der_x509_certificate(der).serial_number
    written = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    at = der.index(b"\x02" + bytes([len(written)]) + written) + 2
    altered = der[:at] + bytes([der[at] | 0x80]) + der[at + 1 :]
    try:
        path.write_bytes(data.replace(first.encode(), base64.b64encode(altered)))
        assert [fault for fault, _ in delivery.faults()] == [Fault.BAD_SIGNATURE]
    finally:
        path.write_bytes(data)


def test_missing_and_extra_files_are_named(tmp_path):
    delivery = Delivery(tmp_path)
    (delivery.folder / "index.html").unlink()
    (delivery.folder / "cup" / "late.jpg").write_bytes(b"x")
    (delivery.folder / "elsewhere").symlink_to("/")
    assert delivery.faults() == [
        (Fault.MISSING, "index.html"),
        (Fault.EXTRA, "cup/late.jpg"),
        (Fault.EXTRA, "elsewhere"),
    ]


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    delivery = Delivery(tmp_path)
    away = tmp_path / "away.html"
    (delivery.folder / "index.html").rename(away)
    (delivery.folder / "index.html").symlink_to(away)
    assert delivery.faults() == [(Fault.CHANGED, "index.html")]


def test_single_files_are_checked_without_the_others(tmp_path):
    delivery = Delivery(tmp_path)
    (delivery.folder / "index.html").write_bytes(b"changed")
    assert delivery.faults(only=frozenset({"cup/en/1x1.jpg"})) == []
    assert delivery.faults(only=frozenset({"index.html"})) == [(Fault.CHANGED, "index.html")]
    assert delivery.faults(only=frozenset({"foreign.jpg"})) == [(Fault.EXTRA, "foreign.jpg")]


def test_a_receipt_that_was_changed_is_told_from_one_that_was_laid_out_anew(tmp_path):
    delivery = Delivery(tmp_path)
    path = delivery.folder / verification.FILE
    path.write_text(json.dumps(delivery.receipt))
    assert delivery.faults() == [(Fault.REFORMATTED, verification.FILE)]
    path.write_text(json.dumps(delivery.receipt | {"cost_usd": 0.0}))
    assert delivery.faults() == [(Fault.RECEIPT_CHANGED, verification.FILE)]


def test_without_signature_by_another_or_out_of_its_time(tmp_path):
    delivery, other = Delivery(tmp_path), tmp_path / "other"
    other.mkdir()
    authority.prepare(other, now=NOW)
    mine = delivery.own
    delivery.own = other
    delivery.sign()
    delivery.own = mine
    assert delivery.faults() == [(Fault.OTHER_SIGNER, signature.FILE)]
    delivery.receipt["made_at"] = (NOW - timedelta(days=9)).isoformat()
    delivery.sign()
    assert delivery.faults() == [(Fault.OUT_OF_TIME, signature.FILE)]
    (delivery.folder / signature.FILE).unlink()
    assert delivery.faults() == [(Fault.UNSIGNED, signature.FILE)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"schema": 1}',
        b"[" * 200_000,
        json.dumps({"files": [{"path": "../../etc/passwd"}]}).encode(),
    ],
)
def test_a_hostile_receipt_ends_in_a_report(tmp_path, data):
    delivery = Delivery(tmp_path)
    (delivery.folder / verification.FILE).write_bytes(data)
    faults = {fault for fault, _ in delivery.faults()}
    assert faults & {Fault.NO_RECEIPT, Fault.RECEIPT_CHANGED}


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b"[" * 100_000, b"x" * (signature.MOST_BYTES + 1)])
def test_a_hostile_signature_is_refused_in_words(data):
    with pytest.raises(signature.BadSignature):
        signature.read(data)


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)])
def test_certificates_of_other_kinds_sign_too(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Agency")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=9))
    leaf = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else signature.hashes.SHA256())
    pem = leaf.public_bytes(serialization.Encoding.PEM)
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made = signature.make(b'{"a": 1}', pem, own)
    assert signature.read(made).receipt_sha256 == hashlib.sha256(b'{"a": 1}').hexdigest()
