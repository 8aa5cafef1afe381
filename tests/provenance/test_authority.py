"""The certificates of a home, and those that are brought."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from briefmill.errors import ConfigError
from briefmill.provenance import authority

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    authority.prepare(tmp_path / "authority", now=NOW)
    return tmp_path / "authority"


def test_an_authority_is_made_once_and_its_keys_are_the_owners_alone(folder):
    before = authority.load(folder)

    assert authority.prepare(folder, now=NOW + timedelta(days=1)) == []
    assert authority.load(folder) == before
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (authority.KEY, authority.ROOT_KEY)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert before.own
    assert before.algorithm == "es256"


def test_the_leaf_is_signed_by_the_root_and_may_sign_nothing_but_data(folder):
    leaf, root = x509.load_pem_x509_certificates((folder / authority.CHAIN).read_bytes())

    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_leaf_about_to_end_is_made_anew_under_the_same_root(folder):
    before, root = authority.load(folder), (folder / authority.ROOT).read_bytes()

    made = authority.prepare(folder, now=NOW + timedelta(days=authority.LEAF_DAYS - 10))

    assert folder / authority.CHAIN in made
    assert authority.load(folder).fingerprint != before.fingerprint
    assert (folder / authority.ROOT).read_bytes() == root


def test_a_leaf_without_its_root_is_not_replaced_in_silence(folder):
    (folder / authority.ROOT).unlink()

    with pytest.raises(ConfigError, match="backup"):
        authority.prepare(folder, now=NOW)


def test_a_start_killed_between_root_and_leaf_is_finished_by_the_next(folder):
    (folder / authority.CHAIN).unlink()

    authority.prepare(folder, now=NOW)

    assert authority.load(folder).days_left(NOW) > 700


@pytest.mark.parametrize(
    ("days", "words"), [(authority.LEAF_DAYS + 1, "ended on 2028.*briefmill ca new"), (-2, "clock")]
)
def test_a_certificate_out_of_its_time_says_so(folder, days, words):
    with pytest.raises(ConfigError, match=words):
        authority.check(authority.load(folder), NOW + timedelta(days=days))


def test_what_is_brought_is_read_whole(folder):
    found = authority.bring(folder / authority.CHAIN, folder / authority.KEY)

    assert not found.own
    assert found.fingerprint == authority.load(folder).fingerprint
    assert found.certificate_chain_pem.count(b"BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda chain, key: key.unlink(), "key .* cannot be read: No such file"),
        (lambda chain, key: chain.unlink(), "certificate .* cannot be read: No such file"),
        (lambda chain, key: key.write_bytes(b"nonsense"), "no private key in PEM"),
        (lambda chain, key: chain.write_bytes(b"nonsense"), "no certificate in PEM"),
        (lambda chain, key: key.write_bytes(pem(ec.generate_private_key(ec.SECP256R1()))), "not the key of the first"),
        (lambda chain, key: key.write_bytes(pem(locked(key), b"secret")), "locked with a password"),
        (lambda chain, key: (chain.unlink(), chain.mkdir()), "cannot be read"),
    ],
)
def test_what_is_wrong_with_brought_files_is_said_with_the_file(folder, spoil, words):
    chain, key = folder / authority.CHAIN, folder / authority.KEY
    spoil(chain, key)

    with pytest.raises(ConfigError, match=words):
        authority.bring(chain, key)


def test_a_root_that_shall_sign_files_is_refused(folder):
    with pytest.raises(ConfigError, match="signed itself"):
        authority.bring(folder / authority.ROOT, folder / authority.ROOT_KEY)


def pem(key, password=None):
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def locked(path):
    return serialization.load_pem_private_key(path.read_bytes(), password=None)
