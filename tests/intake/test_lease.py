"""Asking the kernel for writers."""

import os
from pathlib import Path

import pytest

from briefmill.intake import lease
from briefmill.intake.lease import Writer


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "a.yaml"
    made.write_text("x")
    if lease.writer(bytes(made)) is Writer.UNKNOWN:
        pytest.skip("no leases here")
    return made


def test_a_writer_is_seen_while_it_has_the_file_open(path):
    with path.open("a"):
        assert lease.writer(bytes(path)) is Writer.OPEN
    assert lease.writer(bytes(path)) is Writer.NONE


def test_a_reader_is_no_writer(path):
    with path.open():
        assert lease.writer(bytes(path)) is Writer.NONE


def test_links_and_what_is_not_there_are_unknown(path, tmp_path):
    (tmp_path / "link").symlink_to(path)
    assert lease.writer(bytes(tmp_path / "link")) is Writer.UNKNOWN
    assert lease.writer(bytes(tmp_path / "nothing")) is Writer.UNKNOWN


def test_a_pipe_without_a_writer_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert lease.writer(bytes(tmp_path / "pipe")) is not Writer.OPEN


def test_a_refusal_for_any_other_reason_is_unknown(path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lease.fcntl, "fcntl", refuse)
    assert lease.writer(bytes(path)) is Writer.UNKNOWN


def test_no_descriptor_is_left_open(path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        lease.writer(bytes(path))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
