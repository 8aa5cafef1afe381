"""What systemd is told, over a real datagram socket."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.telemetry.notify import Notifier, watchdog_interval


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """A socket such as systemd's, and its address as NOTIFY_SOCKET gives it."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@briefmill-test-{id(request)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name[1:] if name.startswith("@") else name)
        listening.settimeout(5)
        yield listening, name


def test_each_call_is_one_datagram(manager):
    listening, address = manager
    notifier = Notifier(address)

    assert notifier.ready("watching /srv/inbox")
    assert listening.recv(4096) == b"READY=1\nSTATUS=watching /srv/inbox"
    assert notifier.status("3 jobs")
    assert listening.recv(4096) == b"STATUS=3 jobs"
    assert notifier.watchdog()
    assert listening.recv(4096) == b"WATCHDOG=1"
    assert notifier.extend(30)
    assert listening.recv(4096) == b"EXTEND_TIMEOUT_USEC=30000000"
    assert notifier.stopping()
    assert listening.recv(4096) == b"STOPPING=1"
    assert notifier.reloading()
    assert listening.recv(4096).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_a_status_cannot_smuggle_in_another_assignment(manager):
    listening, address = manager

    assert Notifier(address).status("brief\nWATCHDOG=trigger\r\nx \udcff")
    assert listening.recv(4096) == b"STATUS=brief WATCHDOG=trigger x \\udcff"


def test_without_a_manager_nothing_is_said():
    assert not Notifier(None).ready()
    assert not Notifier("").watchdog()


def test_a_manager_that_went_away_does_no_harm(tmp_path):
    assert not Notifier(str(tmp_path / "gone")).watchdog()


def test_a_manager_that_does_not_read_is_not_waited_for(manager):
    _, address = manager
    notifier = Notifier(address)

    assert not all(notifier.watchdog() for _ in range(100_000))


def test_an_empty_status_is_not_sent(manager):
    _, address = manager

    assert not Notifier(address).status("")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_at_half_the_time_systemd_waits(environ, seconds):
    assert watchdog_interval(environ, pid=7) == seconds


@given(st.text(max_size=8), st.text(max_size=8))
def test_no_environment_breaks_the_watchdog(usec, pid):
    seconds = watchdog_interval({"WATCHDOG_USEC": usec, "WATCHDOG_PID": pid}, pid=7)

    assert seconds is None or seconds > 0
