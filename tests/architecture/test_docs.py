"""The pages: what they show is there."""

import re
from pathlib import Path

import pytest

from briefmill.faces.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
SHOWN = re.compile(r"(?:^|[`\s/])briefmill (?!briefmill)((?:[a-z]+ ?){1,2})", re.MULTILINE)
"""A user of that name has a group of that name: `ls -l` shows both."""
LINK = re.compile(r"\]\(([^):#]*)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def commands():
    from typer.main import get_command

    root = get_command(app)
    return {
        words
        for name, command in root.commands.items()
        for words in (name, *(f"{name} {sub}" for sub in getattr(command, "commands", ())))
    }


def in_code(text):
    """What stands in backquotes and code blocks: only there a command is meant to be typed."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```[a-z]*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *(f"`{words}`" for words in re.findall(r"`([^`]+)`", rest))])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_shows_is_there(page, commands):
    for words in SHOWN.findall(in_code(page.read_text("utf-8"))):
        first, _, second = words.strip().partition(" ")
        assert first in commands, words
        if any(name.startswith(f"{first} ") for name in commands) and second:
            assert f"{first} {second}" in commands, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http", "<")):
            continue
        goal = (page.parent / target) if target else page
        assert goal.exists(), target
        if anchor and goal.suffix == ".md":
            assert anchor[1:] in anchors(goal), f"{target}{anchor}"


def anchors(page):
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_reached_from_the_readme():
    reached, new = set(), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        links = (page.parent / target for target, _ in LINK.findall(page.read_text("utf-8")) if target.endswith(".md"))
        new |= {link.resolve() for link in links} - reached
    assert set(PAGES) - {ROOT / "CONTRIBUTING.md"} <= reached
