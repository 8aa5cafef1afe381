"""A new configuration for a real daemon, by a real SIGHUP: taken up, or refused as a whole; nothing lost or doubled."""

import json
import signal
import socket
import urllib.request

import pytest

pytestmark = pytest.mark.acceptance

LARGE = """\
campaign: Long Light
message: {en: Begin gently, de: Fang leise an}
products: [Cup, Bowl]
placements: ["1:1", "9:16", "16:9"]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A daemon whose log is read line by line, so that nothing has to wait for a guess."""

    def __init__(self, home):
        self.home = home
        self.port = free_port()
        home.environ["BRIEFMILL_TELEMETRY__LISTEN"] = f"127.0.0.1:{self.port}"
        self.lines = []
        self.process = home.start()
        self.until("daemon.started")

    def until(self, *events):
        """The next line of one of these events, and all lines before it kept."""
        for line in self.process.stderr:
            said = json.loads(line)
            self.lines.append(said)
            if said["event"] in events:
                return said
        raise AssertionError(f"it ended with {self.process.wait()} and no {events}: {self.lines[-5:]}")

    def hang_up(self, *events):
        self.process.send_signal(signal.SIGHUP)
        return self.until(*(events or ("config.reloaded", "config.refused")))

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def figure(self, name):
        (found,) = [line.split()[-1] for line in self.get("/metrics").splitlines() if line.split(" ")[0] == name]
        return float(found)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, rest = self.process.communicate(timeout=60)
        self.lines += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode


@pytest.fixture
def daemon(home):
    running = Running(home)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def configure(home, text):
    (home.path / "config" / "briefmill.toml").write_text(text)


def test_what_was_changed_holds_without_a_restart_and_what_cannot_is_named(home, daemon):
    configure(home, '[generate]\npicture_long_edge = 640\n[folders]\noutbox = "out"\n[logging]\nlevel = "warning"\n')
    said = daemon.hang_up()
    assert said["event"] == "config.reloaded"
    assert said["level"] == "warning"
    assert said["changed"] == ["generate.picture_long_edge", "logging.level"]
    assert said["restart"] == ["folders.outbox"]
    home.drop("morning.yaml")
    wait_for(home, "delivered")
    assert max(sizes(home, "morning-light")) <= 640
    assert daemon.stop() == 0
    after = daemon.lines[daemon.lines.index(said) + 1 :]
    assert {line["level"] for line in after} <= {"warning", "error"}


def sizes(home, campaign):
    """The longer edges of a campaign's pictures, in pixels."""
    receipt = json.loads((home.path / "outbox" / campaign / "receipt.json").read_text())
    return [max(picture["width"], picture["height"]) for picture in receipt["pictures"]]


def wait_for(home, *states):
    """The jobs, once each is in one of these states. Asks the real command, which takes its time."""
    for _ in range(60):
        jobs = home.jobs()
        if jobs and all(job["state"] in states for job in jobs):
            return jobs
    raise AssertionError(jobs)


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (
            "briefmill.toml",
            "[intake]\nwatcher = 'off'\n\n[engine]\nattempts = 0\n",
            "briefmill.toml:5: engine.attempts",
        ),
        ("brands/halden.yaml", "name: Halden\npalete: []\n", "halden.yaml, line 2"),
    ],
)
def test_a_wrong_configuration_is_refused_as_a_whole_with_its_line(home, daemon, file, text, place):
    good = (home.path / "config" / "briefmill.toml").read_text()
    (home.path / "config" / file).write_text(text)
    assert daemon.figure("briefmill_config_last_reload_successful") == 1
    said = daemon.hang_up()
    assert (said["event"], said["level"]) == ("config.refused", "error")
    assert place in said["reason"]
    assert daemon.figure("briefmill_config_last_reload_successful") == 0
    assert daemon.figure('briefmill_config_reloads_total{outcome="refused"}') == 1
    ready = json.loads(daemon.get("/readyz"))
    assert ready["ready"]
    assert place in ready["checks"]["configuration"]["detail"]
    (home.path / "config" / file).unlink()
    configure(home, good)
    assert daemon.hang_up()["event"] == "config.reloaded"
    assert daemon.figure("briefmill_config_last_reload_successful") == 1
    assert "configuration" not in json.loads(daemon.get("/readyz"))["checks"]
    assert daemon.stop() == 0


def test_a_job_in_hand_is_finished_by_the_settings_it_was_begun_with_and_made_once(home, daemon):
    home.drop("long.yaml", LARGE)
    assert daemon.until("job.admitted")["creatives"] == 12
    while daemon.until("stage.ended")["stage"] != "generate":
        pass
    configure(home, "[engine]\nworkers = 1\n[generate]\npicture_long_edge = 640\n")
    assert daemon.hang_up()["event"] == "config.reloaded"
    assert not [line for line in daemon.lines if line["event"] == "job.closed"], "it was to be in hand still"
    home.drop("morning.yaml")
    closed = [daemon.until("job.closed"), daemon.until("job.closed")]
    assert {line["state"] for line in closed} == {"delivered"}
    assert daemon.stop() == 0
    assert max(sizes(home, "long-light")) > 640
    assert max(sizes(home, "morning-light")) <= 640
    assert len(list((home.path / "outbox" / "long-light").glob("*/*/*.jpg"))) == 12
    ends = [(line["job"], line["stage"]) for line in daemon.lines if line["event"] == "stage.ended"]
    assert len(ends) == len(set(ends)) == 10
    assert not [line for line in daemon.lines if line["event"] == "jobs.recovered"]
    home.command("audit", "verify")


def test_six_reloads_under_load_lose_nothing_and_leave_nothing_behind(home, daemon):
    for number in range(6):
        home.drop(
            f"{number}.yaml", f"campaign: Light {number}\nmessage: Begin\nproducts: [Cup]\nplacements: ['300x250']\n"
        )
        assert daemon.hang_up()["event"] == "config.reloaded"
    count = sum(line["event"] == "job.closed" for line in daemon.lines)
    while count < 6:
        daemon.until("job.closed")
        count += 1
    states = [job["state"] for job in home.jobs()]
    assert states == ["delivered"] * 6
    assert home.inbox() == []
    starts = [line for line in daemon.lines if line["event"] == "daemon.started"]
    assert len(starts) == 1, "one process did all of it"
    # Six houses with their workers and threads would have more than a hundred.
    assert daemon.figure("process_open_fds") < 50
    assert daemon.stop() == 0
    home.command("audit", "verify")


def test_a_stop_right_after_a_reload_drains_both(home, daemon):
    home.drop("long.yaml", LARGE)
    while daemon.until("stage.ended")["stage"] != "generate":
        pass
    daemon.hang_up()
    assert daemon.stop() == 0
    assert [line["state"] for line in daemon.lines if line["event"] == "job.closed"] in ([], ["delivered"])
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]
