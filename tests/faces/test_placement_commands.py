"""`briefmill placements`, as somebody types it."""

import json
import subprocess
import sys

import pytest
from PIL import Image

from briefmill.faces.cli import main

OWN = """\
networks:
  shop: {title: The Shop, source: https://shop.example/specs, checked_on: 2026-01-10}
placements:
  shop.hero: {width: 600, height: 300, icc: keep, text_limits: {title: {warn: 20, fail: 30, cjk_fail: 12}}}
  wall: {width: 400, height: 400, safe_zone: {top: 40}, overlay: text_only, unsourced: [overlay]}
"""


@pytest.fixture
def briefmill(tmp_path, monkeypatch, capfd):
    """Runs the command in this process: a new one would spend most of its time on starting."""
    monkeypatch.setenv("BRIEFMILL_HOME", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)

    def run(*words, code=0):
        monkeypatch.setattr(sys, "argv", ["briefmill", "placements", *words])
        with pytest.raises(SystemExit) as left:
            main.main()
        told = "".join(capfd.readouterr())
        assert left.value.code == code, told
        return told

    return run


@pytest.fixture
def own(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "placements.yaml").write_text(OWN)


def test_the_list_is_narrowed_by_words_and_by_network(briefmill):
    assert len(json.loads(briefmill("list", "--json"))) >= 50
    told = briefmill("list", "google", "970x")
    assert "google.display.970x250" in told
    assert "google.display.728x90" not in told
    sizes = json.loads(briefmill("list", "--network", "google.display", "--json"))
    assert len(sizes) == 20
    assert {row["network"] for row in sizes} == {"Google Display"}
    assert "No placement matches" in briefmill("list", "hologram")


def test_one_is_shown_with_everything_that_is_known_of_it(briefmill, own):
    hero, wall = briefmill("show", "shop.hero"), briefmill("show", "wall")
    for told in ("The Shop", "600 x 300", "profiles are kept", "https://shop.example/specs (read on 2026-01-10)"):
        assert told in hero
    assert "title: at most 30 characters, better 20, at most 12 characters in Chinese, Japanese and Korean" in hero
    for told in ("words, no logo", "top 40 px", "overlay: common knowledge, read nowhere"):
        assert told in wall
    (row,) = json.loads(briefmill("show", "shop.hero", "--json"))
    assert (row["icc"], row["text_limits"][0]["cjk_fail"]) == ("keep", 12)


def test_what_was_read_long_ago_is_told_and_fails(briefmill, own):
    (row,) = json.loads(briefmill("outdated", "--on", "2026-07-09", "--json", code=1))
    assert (row["id"], row["days"]) == ("wall", None)
    rows = json.loads(briefmill("outdated", "--on", "2026-07-10", "--json", code=1))
    assert [(row["id"], row["days"]) for row in rows] == [("wall", None), ("shop.hero", 181)]
    told = briefmill("outdated", "--on", "2026-07-10", code=1)
    assert "never" in told
    assert "181" in told
    assert briefmill("outdated", "--days", "-1", code=2)


def test_what_was_read_lately_is_fine(briefmill):
    told = briefmill("outdated", "--on", "2026-11-24", "--days", "5")
    assert "All placements were checked within 5 days before 2026-11-24" in told
    assert json.loads(briefmill("outdated", "--on", "2026-11-24", "--json")) == []


def test_a_preview_draws_what_was_named(briefmill, tmp_path):
    briefmill("preview", "meta.story", "4:5", "--out", "two.png")
    briefmill("preview", "--network", "google.display", "--out", "network.png")
    with Image.open(tmp_path / "two.png") as two, Image.open(tmp_path / "network.png") as network:
        assert (two.format, two.width) == ("PNG", 2000)
        assert network.height > two.height


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("hologram",), 1, "hologram"),
        (("--network", "hologram"), 1, 'No placement is of a network "hologram"'),
        (("meta", "--network", "meta"), 2, "not both"),
        (("meta", "--out", "sheet.jpg"), 2, "must end in"),
    ],
)
def test_a_preview_of_nothing_is_refused_in_a_line(briefmill, tmp_path, words, code, told):
    assert told in briefmill("preview", *words, code=code)
    assert not list(tmp_path.glob("*.png"))


def test_reading_the_list_loads_no_pixels(tmp_path):
    script = (
        "import sys; from briefmill.faces.cli.main import app\n"
        "app(['placements', 'outdated'], standalone_mode=False)\n"
        "app(['placements', 'list', '--json'], standalone_mode=False)\n"
        "print(*sorted({'cv2', 'numpy', 'PIL', 'openai', 'fontTools'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"BRIEFMILL_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == []
