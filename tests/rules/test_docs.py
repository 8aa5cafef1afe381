"""The pages for people say what the code does."""

import re
from pathlib import Path

import pytest

from briefmill.briefs import reader
from briefmill.briefs.nodes import Limits
from briefmill.briefs.placements import Placements
from briefmill.rules import book
from briefmill.rules.thresholds import Thresholds

HOUSE = Path(__file__).parents[2]
BRIEFS = (HOUSE / "docs" / "briefs.md").read_text("utf-8")
REJECTIONS = (HOUSE / "docs" / "rejections.md").read_text("utf-8")
README = (HOUSE / "README.md").read_text("utf-8")
SET_RULES = {"logo_required", "logo_file", "duplicates", "typeface", "unseen", "audit", "law"}
EXAMPLES = re.findall(r"```(yaml|json)\n(.*?)```", BRIEFS + README, re.DOTALL)


@pytest.mark.parametrize(("dialect", "text"), EXAMPLES)
def test_every_example_is_a_brief_without_a_notice(dialect, text):
    reading = reader.read(
        text.encode(), name=f"b.{dialect}", catalogue=Placements.load(HOUSE / "config" / "placements.yaml")
    )
    assert reading.brief.campaign == "summer-calm"
    assert reading.notices == ()


def test_the_shortest_brief_makes_what_the_page_says():
    catalogue = Placements.load(HOUSE / "config" / "placements.yaml")
    brief = reader.read(EXAMPLES[0][1].encode(), name="b.yaml", catalogue=catalogue).brief
    assert [placement.id for placement in brief.placements] == ["1x1", "9x16", "16x9"]


def test_the_limits_are_those_of_the_reader():
    limits = Limits()
    for number in (limits.max_products, limits.max_locales, limits.max_placements, limits.max_message):
        assert f"{number}" in BRIEFS
    assert f"{limits.max_creatives:,}" in BRIEFS
    assert limits.max_bytes == 1 << 20


def test_every_rule_is_in_the_table_and_no_other():
    table = REJECTIONS.split("## The rules")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    assert told == {rule.__module__.rsplit(".", 1)[-1] for rule in book.RULES} | SET_RULES


def test_the_thresholds_are_those_in_force():
    limits = Thresholds()
    for words in (
        f"{limits.contrast:g} to 1; large words {limits.contrast_large:g} to 1",
        f"from {limits.large_px:g} px",
        f"{limits.large_bold_px:g} px",
        f"| {limits.min_text_px:g} px |",
        f"{limits.logo_min_share * 100:g} % of the shorter edge",
        f"{limits.max_upscale:g} times",
        f"{limits.max_cut:.0%} of its box".replace("%", " %"),
        f"{limits.palette_share * 100:g} % within CIEDE2000 {limits.palette_tolerance:g}",
        f"{limits.min_sharpness:g} (variance",
    ):
        assert words in REJECTIONS.replace("\n", " ")
