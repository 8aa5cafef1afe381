"""Secrets that are planted everywhere are in no log line, at the loudest level, in either spelling, nor in any record.

Keys are put together here, so that no file of ours holds what looks like one.
"""

import json
import secrets
import signal
import socket
import time
import urllib.error
import urllib.request

import pytest

from briefmill.fake_openai import FakeOpenAI

pytestmark = pytest.mark.acceptance


def key_like():
    return "-".join(("sk", "proj", secrets.token_hex(12)))


class Plants:
    """One secret for each place."""

    def __init__(self):
        self.right, self.wrong, self.message, self.name, self.header, self.proxy = (key_like() for _ in range(6))
        self.bearer = secrets.token_hex(20)

    def all(self):
        return vars(self)


def brief(plants, campaign):
    return json.dumps(
        {
            "campaign": campaign,
            "message": {"en": "Begin gently"},
            "notes": f"our key is {plants.message}, and Authorization: Bearer {plants.bearer}",
            "products": [{"id": "cup", "name": "Cup"}],
            "placements": ["300x250"],
            f"unknown {plants.message}": plants.message,
        }
    )


def ask(address, plants):
    request = urllib.request.Request(
        f"http://{address}/metrics?key={plants.header}",
        headers={"Authorization": f"Bearer {plants.bearer}", "Cookie": f"session={plants.header}"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


@pytest.mark.parametrize("spelling", ["json", "console"])
def test_no_secret_is_in_a_line(home, spelling):
    plants = Plants()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    home.environ |= {
        "BRIEFMILL_LOGGING__LEVEL": "debug",
        "BRIEFMILL_LOGGING__FORMAT": spelling,
        "BRIEFMILL_TELEMETRY__LISTEN": address,
        "OPENAI_LOG": "debug",
        "ANOTHER_SECRET": plants.header,
    }
    told = ""
    with FakeOpenAI(key=plants.right) as fake:
        home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.base_url
        for key, campaign in ((plants.wrong, "refused"), (plants.right, "bought")):
            # In `.env`, where keys are meant to be.
            (home.path / ".env").write_text(f"OPENAI_API_KEY={key}\n")
            home.drop(f"{campaign} {plants.name}.json", brief(plants, campaign))
            told += served(home, address, plants, paused=key == plants.wrong)

    assert "external.called" in told
    assert "pipeline.paused" in told
    assert "job.closed" in told
    assert "***" in told
    found = {place for place, secret in plants.all().items() if secret in told}
    assert found == set()


def served(home, address, plants, *, paused):
    """Run until it is paused, or until one is delivered; what was logged."""
    daemon = home.start()
    ends = time.monotonic() + 60
    try:
        while time.monotonic() < ends:
            time.sleep(0.2)
            try:
                figures = ask(address, plants).decode()
            except urllib.error.URLError:
                continue
            assert not [secret for secret in plants.all().values() if secret in figures]
            if (
                'briefmill_paused{resource="key"} 1.0' in figures
                if paused
                else 'briefmill_briefs_total{outcome="delivered"} 1.0' in figures
            ):
                break
        else:
            pytest.fail(
                "\n".join(
                    line for line in figures.splitlines() if line.startswith("briefmill_") and not line.endswith(" 0.0")
                )
            )
    finally:
        daemon.send_signal(signal.SIGINT)
        told = daemon.communicate(timeout=60)[1]
    return told
