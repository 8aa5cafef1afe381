"""`briefmill layouts` and `briefmill preview`, as somebody types them."""

import json
import subprocess
import sys

import pytest
from PIL import Image

BRIEF = """\
campaign: Calm
message: {en: Carry the calm, de: Nimm die Ruhe mit}
products: [Cup, {name: Pot, id: pot}]
placements: ["1:1", "300x250"]
"""


@pytest.fixture
def briefmill(tmp_path):
    def run(*words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", *words],
            env={"BRIEFMILL_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    (tmp_path / "brief.yaml").write_text(BRIEF)
    return run


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def test_a_look_makes_one_creative_and_touches_no_folder(briefmill, tmp_path):
    told = briefmill("preview", "brief.yaml")
    assert "cup-en-1x1.jpg: 1080 x 1080" in told
    assert "stand-in" in told
    assert size_of(tmp_path / "cup-en-1x1.jpg") == (1080, 1080)
    assert {path.name for path in tmp_path.iterdir()} == {"brief.yaml", "cup-en-1x1.jpg"}


def test_a_look_at_another_product_locale_and_placement_as_data(briefmill, tmp_path):
    words = ("--product", "pot", "--locale", "de", "--placement", "728x90", "--out", "look.jpg", "--json")
    made = json.loads(briefmill("preview", "brief.yaml", *words))
    assert made["file"] == "look.jpg"
    assert (made["creative"]["width"], made["creative"]["height"]) == (728, 90)
    assert made["creative"]["locale"] == "de"
    assert made["stand_in_picture"] is True
    assert size_of(tmp_path / "look.jpg") == (728, 90)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--product", "pan"), 1, "no product 'pan'. It has cup, pot"),
        (("--locale", "fr"), 1, "no locale 'fr'"),
        (("--placement", "the moon"), 1, "the moon"),
    ],
)
def test_a_wish_that_the_brief_cannot_serve_is_told_in_a_line(briefmill, words, code, told):
    assert told in briefmill("preview", "brief.yaml", *words, code=code)


def test_a_bad_brief_is_told_as_check_tells_it(briefmill, tmp_path):
    (tmp_path / "bad.yaml").write_text("campaign: Calm\n")
    assert "products" in briefmill("preview", "bad.yaml", code=65)


def test_layouts_are_listed_for_people_and_for_scripts(briefmill):
    assert "leaderboard" in briefmill("layouts", "list")
    rows = json.loads(briefmill("layouts", "list", "--json"))
    assert {"name", "brand", "from", "below", "order", "title"} == rows[0].keys()
    assert len(rows) >= 10


def test_a_layout_file_is_checked_and_a_bad_one_refused_with_its_line(briefmill, tmp_path):
    (tmp_path / "mine.yaml").write_text("shapes: {from: 1}\ncolumn:\n  - message\n")
    assert "mine can be used, for from 1" in briefmill("layouts", "check", "mine.yaml")
    (tmp_path / "mine.yaml").write_text("shapes: {from: 1}\ncolumn:\n  - massage\n")
    assert "mine.yaml, line 3: `massage` is unknown" in briefmill("layouts", "check", "mine.yaml", code=78)


def test_a_sheet_of_layouts_is_drawn_with_words_of_one_s_own(briefmill, tmp_path):
    briefmill("layouts", "preview", "split", "ribbon", "--message", "שלום", "--locale", "he", "--out", "sheet.jpg")
    assert size_of(tmp_path / "sheet.jpg")[0] >= 1000
    assert "no layout 'spilt'" in briefmill("layouts", "preview", "spilt", code=1)
