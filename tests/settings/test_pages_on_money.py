"""The examples of the pages about overnight and the cache are what Briefmill understands."""

import re
import tomllib
from pathlib import Path

import pytest

from briefmill.briefs import reader
from briefmill.briefs.placements import Placements
from briefmill.settings import tree

ROOT = Path(__file__).parents[2]
PAGES = ("overnight.md", "costs.md")


def blocks(page, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_settings_on_the_page_are_taken_and_are_the_defaults_where_it_says_so(page):
    sections = {"overnight": tree.Overnight, "cache": tree.Cache, "budget": tree.Budget}
    for block in blocks(page, "toml"):
        for name, told in tomllib.loads(block).items():
            made = sections[name](**told)
            if name != "budget":
                assert made == sections[name]()


def test_the_brief_on_the_page_has_time():
    (text,) = blocks("overnight.md", "yaml")
    catalogue = Placements.load(ROOT / "config" / "placements.yaml")
    reading = reader.read(text.encode(), name="autumn.yaml", catalogue=catalogue)
    assert reading.brief.overnight
    assert reading.notices == ()
