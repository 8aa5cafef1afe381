import json

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from briefmill.faces.cli.main import app


@pytest.fixture
def home(tmp_path):
    assert told(tmp_path, "init").exit_code == 0
    return tmp_path


def told(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home)])


def answered(home, *words):
    return json.loads(told(home, *words, "--json").stdout)


@pytest.fixture
def mark(tmp_path):
    pixels = np.zeros((60, 90, 4), np.uint8)
    pixels[:, :60] = (0x43, 0x3B, 0x0E, 255)
    pixels[:, 60:] = (0x5A, 0xA6, 0xF2, 255)
    path = tmp_path / "mark.png"
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return path


def test_a_new_brand_has_a_file_that_is_in_order_and_has_the_logos_colours(home, mark):
    assert told(home, "brands", "new", "Lumen & Tide", "--logo", str(mark)).exit_code == 0
    assert "in order" in told(home, "brands", "check", "lumen-tide").stdout
    (row,) = answered(home, "brands", "list")
    assert (row["brand"], row["name"], row["problem"]) == ("lumen-tide", "Lumen & Tide", "")
    assert row["palette"] == ["#0E3B43", "#F2A65A"]
    assert answered(home, "brands", "show", "Lumen & Tide")["forbidden_words"] == {}


def test_a_file_that_is_there_is_not_overwritten(home):
    told(home, "brands", "new", "Hearth")
    path = home / "config" / "brands" / "hearth.yaml"
    path.write_text("name: mine\n")
    again = told(home, "brands", "new", "Hearth")
    assert again.exit_code != 0
    assert path.read_text() == "name: mine\n"


def test_mistakes_are_told_with_their_line_and_leave_with_one(home):
    path = home / "config" / "brands" / "hearth.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("name: Hearth\npalette: [teal]\n")
    checked = told(home, "brands", "check")
    assert checked.exit_code == 1
    assert "line 2" in checked.stdout
    assert "line 2" in answered(home, "brands", "list")[0]["problem"]


def test_a_brand_that_has_no_file_is_told_with_those_there_are(home):
    told(home, "brands", "new", "Hearth")
    missing = told(home, "brands", "show", "nobody")
    assert missing.exit_code != 0
    assert "hearth" in str(missing.exception)


def test_a_palette_is_read_out_of_a_logo(mark):
    rows = json.loads(CliRunner().invoke(app, ["brands", "palette", str(mark), "--json"]).stdout)
    assert [row["colour"] for row in rows] == ["#0E3B43", "#F2A65A"]
    assert rows[0]["share"] == pytest.approx(2 / 3, abs=0.02)
