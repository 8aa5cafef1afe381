"""The pages on keeping: what they show is what holds."""

import re
from pathlib import Path

from briefmill.settings import upkeep
from briefmill.wiring import clearing

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_on_what_may_go_has_every_place_and_its_default():
    page = (DOCS / "backup.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert set(rows) == set(clearing.PLACES)
    for place, told in rows.items():
        days = upkeep.Retention.model_fields[f"{place}_days"].default
        assert told == (f"{days:g} days" if days else "stays")


def test_the_settings_that_the_pages_name_are_there():
    pages = "".join((DOCS / name).read_text("utf-8") for name in ("backup.md", "sizing.md", "upgrade.md"))
    for section, model in (("backup", upkeep.Backup), ("retention", upkeep.Retention)):
        named = set(re.findall(rf"`{section}\.([a-z_]+)`", pages)) - {"md", "removed"}
        assert named
        assert named <= set(model.model_fields)


def test_the_table_of_a_day_is_whole():
    table = (
        (DOCS / "sizing.md").read_text("utf-8").partition("<!-- soak: begin -->")[2].partition("<!-- soak: end -->")[0]
    )
    rows = re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
    assert rows == [str(hour) for hour in range(1, 25)]
