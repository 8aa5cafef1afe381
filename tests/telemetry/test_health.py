"""The HTTP answers, asked over a real socket."""

import http.client
import json
import socket

import pytest

from briefmill.domain.facts import Failed
from briefmill.errors import ConfigError
from briefmill.telemetry.health import Check, Health, Sources


@pytest.fixture
def checks():
    return {"ledger": Check(ok=True, detail="answers")}


@pytest.fixture
def sources(checks):
    return Sources(
        exposition=lambda accept: (f"up 1 {accept}".encode(), "text/plain; version=0.0.4"), readiness=lambda: checks
    )


@pytest.fixture
def health(sources, ear):
    with Health("127.0.0.1", 0, sources, ear) as running:
        yield running


def ask(health, path, method="GET", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", health.port, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read(), dict(response.getheaders())
    finally:
        connection.close()


def test_healthz_says_that_the_process_lives(health):
    status, body, headers = ask(health, "/healthz")

    assert (status, body) == (200, b"ok\n")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "briefmill"


def test_metrics_are_given_in_the_format_that_was_asked_for(health):
    status, body, headers = ask(health, "/metrics?x=1", headers={"Accept": "text/special"})

    assert (status, body) == (200, b"up 1 text/special")
    assert headers["Content-Type"] == "text/plain; version=0.0.4"


def test_readyz_is_ready_while_every_check_is_well(health, checks):
    status, body, _ = ask(health, "/readyz")
    assert status == 200
    assert json.loads(body) == {"ready": True, "checks": {"ledger": {"ok": True, "detail": "answers"}}}

    checks["inbox"] = Check(ok=False, detail="no marker \udcff")
    status, body, _ = ask(health, "/readyz")
    assert status == 503
    assert json.loads(body)["ready"] is False
    assert json.loads(body)["checks"]["inbox"]["ok"] is False


def test_checks_that_cannot_be_made_mean_not_ready(ear):
    def broken():
        raise OSError("no database")

    with Health("127.0.0.1", 0, Sources(exposition=lambda _: (b"", ""), readiness=broken), ear) as health:
        status, body, _ = ask(health, "/readyz")

    assert status == 503
    assert "no database" in json.loads(body)["checks"]["checks"]["detail"]


def test_metrics_that_cannot_be_made_are_an_error_and_a_fact(ear, checks):
    def broken(_):
        raise ValueError("bad label")

    with Health("127.0.0.1", 0, Sources(exposition=broken, readiness=lambda: checks), ear) as health:
        status, body, _ = ask(health, "/metrics")

    assert status == 500
    assert b"bad label" not in body
    assert ear.heard == [Failed(where="telemetry.health", error="ValueError: bad label")]


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../etc/passwd", "/%00"])
def test_anything_else_is_not_found(health, path):
    assert ask(health, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading_is_allowed(health, method):
    status, _, headers = ask(health, "/metrics", method)

    assert status == 405
    assert headers["Allow"] == "GET, HEAD"


def test_head_gives_the_head_alone(health):
    status, body, headers = ask(health, "/healthz", "HEAD")

    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == "3"


def test_nonsense_on_the_wire_is_refused_and_the_next_one_served(health, ear):
    with socket.create_connection(("127.0.0.1", health.port), timeout=10) as rude:
        rude.sendall(b"\x16\x03\x01\x00\xff\r\n\r\n")
        assert b"400" in rude.recv(4096)

    assert ask(health, "/healthz")[0] == 200
    assert ear.heard == []


def test_a_client_that_says_nothing_does_not_keep_others_waiting(health):
    with socket.create_connection(("127.0.0.1", health.port)):
        assert ask(health, "/healthz")[0] == 200


def test_a_taken_port_is_a_configuration_error_with_what_to_do(health, sources, ear):
    with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{health.port} is taken") as caught:
        Health("127.0.0.1", health.port, sources, ear)

    assert "telemetry.listen" in str(caught.value)


def test_an_address_of_another_machine_is_a_configuration_error(sources, ear):
    with pytest.raises(ConfigError, match="cannot listen on"):
        Health("192.0.2.1", 9464, sources, ear)


def test_closing_frees_the_port_and_may_be_done_twice(sources, ear):
    health = Health("127.0.0.1", 0, sources, ear)
    health.close()
    health.close()

    with Health("127.0.0.1", health.port, sources, ear) as again:
        assert again.port == health.port
        assert ask(again, "/healthz")[0] == 200


def test_it_listens_on_ipv6_where_the_machine_has_it(sources, ear):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")

    with Health("::1", 0, sources, ear) as health:
        connection = http.client.HTTPConnection("::1", health.port, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
        connection.close()
