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
    assert told == {rule.__module__.rsplit(".", 1)[-1] for rule in book.RULES} | {"logo_required"}


def test_the_thresholds_are_those_in_force():
    limits = Thresholds()
    for words in (
        f"{limits.contrast:g} to 1; large words {limits.contrast_large:g} to 1",
        f"from {limits.large_px:g} px",
        f"{limits.large_bold_px:g} px",
        f"| {limits.min_text_px:g} px |",
        f"{limits.logo_min_share * 100:g} % of the shorter edge",
        f"{limits.max_upscale:g} times",
        f"{limits.palette_share * 100:g} % within CIEDE2000 {limits.palette_tolerance:g}",
        f"{limits.min_sharpness:g} (variance",
    ):
        assert words in REJECTIONS.replace("\n", " ")


def test_every_command_that_a_page_shows_is_there():
    from typer.main import get_command

    from briefmill.faces.cli.main import app

    root = get_command(app)
    pages = README + BRIEFS + REJECTIONS + (HOUSE / "docs" / "server.md").read_text("utf-8")
    shown = re.findall(r"(?:^|[`\s/])briefmill ((?:[a-z]+ ?){1,2})", pages, re.MULTILINE)
    known = {
        words
        for name, command in root.commands.items()
        for words in (name, *(f"{name} {sub}" for sub in getattr(command, "commands", ())))
    }
    assert len(shown) > 10
    for words in shown:
        first, _, second = words.strip().partition(" ")
        assert first in known, words
        if any(name.startswith(f"{first} ") for name in known) and second:
            assert f"{first} {second}" in known, words


def test_every_link_of_a_page_leads_somewhere():
    for page in (HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", *(HOUSE / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
