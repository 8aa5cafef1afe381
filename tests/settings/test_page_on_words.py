"""The examples of the page about words are what Briefmill understands."""

import re
import tomllib
from pathlib import Path

from briefmill.briefs import reader
from briefmill.briefs.placements import Placements
from briefmill.settings import tree

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "copy.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_settings_on_the_page_are_taken():
    told = [tree.Words(**tomllib.loads(block)["words"]) for block in blocks("toml")]
    assert told[0].write == ("message", "cta", "alt", "prompt")
    assert told[1] == tree.Words()
    assert told[2].approval == "hold"


def test_the_briefs_on_the_page_are_understood():
    catalogue = Placements.load(ROOT / "config" / "placements.yaml")
    first, second = (reader.read(text.encode(), name="calm.yaml", catalogue=catalogue) for text in blocks("yaml"))
    assert [locale for locale, copy in first.brief.copies.items() if copy.borrowed] == ["de-DE", "ja-JP"]
    assert [(term.locale, term.source, term.said) for term in second.brief.brand.glossary] == [
        ("all", "Tide Club", "Tide Club"),
        ("de", "free shipping", "kostenloser Versand"),
    ]


def test_a_list_is_written_in_the_environment_with_commas():
    assert tree.Words(write="message, alt").write == ("message", "alt")
    assert tree.Words(write="").write == ()
