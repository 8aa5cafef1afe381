"""docs/pictures.md: its briefs can be read, its settings loaded, and its table is what is really bought."""

import re
from pathlib import Path

import pytest

from briefmill.briefs import reader
from briefmill.briefs.placements import Placements
from briefmill.domain.placement import Placement
from briefmill.domain.rendering import Fidelity
from briefmill.imaging import cutout
from briefmill.makers.openai import sizes
from briefmill.rules import fidelity
from briefmill.settings import Settings
from briefmill.stages import generate, references

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pictures.md").read_text()
BRIEFS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| ((?:\d+x\d+(?:, )?)+) \| (\d+) \| (\d+) \| (.+?) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("brief", BRIEFS)
def test_every_brief_of_the_page_reads_without_a_notice(brief):
    catalogue = Placements.load(ROOT / "config" / "placements.yaml")
    reading = reader.read(brief.encode(), name="brief.yaml", catalogue=catalogue)
    assert reading.notices == ()
    assert reading.aliases == ()


def test_the_briefs_say_what_the_page_says_of_them():
    catalogue = Placements.load(ROOT / "config" / "placements.yaml")
    exact, styled, rendered = (
        reader.read(one.encode(), name="brief.yaml", catalogue=catalogue).brief for one in BRIEFS
    )
    assert exact.products[0].fidelity is Fidelity.EXACT
    assert [one.fidelity for one in styled.products] == [Fidelity.REFERENCE, Fidelity.SUPPLIED]
    assert [one.path for one in styled.direction.references] == ["mood.jpg", "light.png"]
    wished = rendered.rendering
    assert (wished.quality, wished.format, wished.compression, wished.moderation) == ("high", "webp", 90, "auto")


def test_the_settings_of_the_page_can_be_loaded(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "briefmill.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    assert Settings.load(tmp_path, {}).openai.rendering.format == "webp"


def places(cell):
    for size in cell.split(", "):
        width, height = map(int, size.split("x"))
        yield Placement(id=size, width=width, height=height)


def test_the_table_is_what_is_bought():
    assert len(ROWS) >= 5
    for cell, shapes, count, made in ROWS:
        wanted = list(places(cell))
        frames = sizes.frames(wanted, "gpt-image-2.6-flare")
        assert len({round(one.ratio, 3) for one in wanted}) == int(shapes), cell
        assert len(frames) == int(count)
        assert sorted(f"{one.width}x{one.height}" for one in frames) == sorted(made.split(", "))


def test_the_figures_of_the_page_are_those_of_the_code():
    assert f"more than {cutout.MAX_UNREST:.0f}, in CIELAB units" in PAGE
    assert f"Less than {cutout.LEAST_CLEAR:.0%}".replace("%", " %") in PAGE
    assert f"fewer than {cutout.LEAST} pixels" in PAGE
    assert f"no larger than {references.LONGEST} pixels" in PAGE
    assert f"Up to {generate.MOST_REFERENCES} go along" in PAGE
    assert f"differs by more than {fidelity.GREATEST}" in PAGE
    assert f"{sizes.Taste().shown} unless you say otherwise" in PAGE
