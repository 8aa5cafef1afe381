"""The main job as a user sees it: drop, run, look."""

import json
import signal

import pytest
from PIL import Image

pytestmark = pytest.mark.acceptance


def pixels(path):
    with Image.open(path) as image:
        return image.size


def test_a_dropped_brief_comes_out_as_a_finished_set(home):
    home.drop("morning.yaml")
    home.run_until_idle()
    folder = home.path / "outbox" / "morning-light"
    sizes = {path.relative_to(folder).as_posix(): pixels(path) for path in sorted(folder.glob("cup/*/*.jpg"))}
    assert sizes == {
        "cup/ar/1x1.jpg": (1080, 1080),
        "cup/ar/300x250.jpg": (300, 250),
        "cup/en/1x1.jpg": (1080, 1080),
        "cup/en/300x250.jpg": (300, 250),
    }
    receipt = json.loads((folder / "receipt.json").read_text())
    (job,) = home.jobs()
    assert receipt["job"] == job["id"]
    assert {item["path"] for item in receipt["creatives"]} == set(sizes)
    assert (folder / "contact-sheet.jpg").is_file()
    assert "ابدأ بلطف" in (folder / "index.html").read_text()
    assert home.inbox() == []


def test_the_same_bytes_again_are_a_duplicate_and_a_change_is_a_revision(home):
    home.drop("first.yaml")
    home.run_until_idle()
    home.drop("again.yaml")
    home.drop("changed.yaml", home_brief_with("Begin slowly"))
    home.run_until_idle()
    states = {job["source"]: (job["state"], job["revision"]) for job in home.jobs()}
    assert states["first.yaml"] == ("delivered", 1)
    assert states["again.yaml"][0] == "duplicate"
    assert states["changed.yaml"] == ("delivered", 2)
    assert (home.path / "outbox" / "morning-light.r2" / "receipt.json").is_file()


def home_brief_with(message):
    return f"campaign: Morning Light\nmessage: {message}\nproducts: [Stoneware cup]\nplacements: ['300x250']\n"


def test_a_brief_that_cannot_be_made_is_put_aside_with_reasons_and_the_untouched_original(home):
    text = "campaign: Morning Light\nmessage: Begin gently\n"
    home.drop("nothing.yaml", text)
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "rejected"
    folder = home.path / "rejected" / f"nothing.yaml.{job['id']}"
    assert (folder / "nothing.yaml").read_text() == text
    reasons = json.loads((folder / "reasons.json").read_text())
    assert any("products" in reason["message"] or "products" in reason["field"] for reason in reasons["reasons"])
    assert "products" in (folder / "REASONS.md").read_text()


def test_a_refused_brief_that_is_dropped_again_is_looked_at_again(home):
    for _ in range(2):
        home.drop("nothing.yaml", "campaign: Morning Light\nmessage: Begin gently\n")
        home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["rejected", "rejected"]


def test_a_running_daemon_drains_on_the_first_signal(home):
    daemon = home.start()
    for line in daemon.stderr:
        if "daemon.started" in line:
            break
    daemon.send_signal(signal.SIGTERM)
    _, rest = daemon.communicate(timeout=30)
    assert daemon.returncode == 0, rest
    assert "daemon.stopping" in rest


def test_a_second_daemon_on_the_same_home_is_refused(home):
    daemon = home.start()
    for line in daemon.stderr:
        if "daemon.started" in line:
            break
    try:
        home.command("run", "--until-idle", code=75)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=30)
