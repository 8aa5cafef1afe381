"""What a brief says shall become of creatives that break a rule."""

import re
import tomllib
from pathlib import Path

import pytest

from briefmill.domain.violation import Violation, Wishes
from briefmill.settings.tree import Compliance

PASSING, HOLD, REJECT = Violation.DELIVER_PASSING, Violation.HOLD, Violation.REJECT


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("deliver_passing", Wishes(error=PASSING)),
        ("Deliver passing", Wishes(error=PASSING)),
        ("hold", Wishes(error=HOLD)),
        ("block", Wishes(error=REJECT)),
        ({"error": "deliver-passing", "Warnings": "hold"}, Wishes(error=PASSING, warning=HOLD)),
        ({"advice": "deliver", "warning": "reject"}, Wishes(advice=Violation.DELIVER, warning=REJECT)),
        (None, Wishes()),
    ],
)
def test_a_wish_is_understood_for_errors_or_for_each_severity(fields, written, expected):
    reading = fields(on_violation=written)
    assert reading.brief.on_violation == expected
    assert not [notice for notice in reading.notices if notice.code.startswith("brief.on_violation")]


@pytest.mark.parametrize("written", ["perhaps", {"errors": "perhaps"}, {"catastrophe": "hold"}, ["hold", "reject"]])
def test_what_is_not_understood_is_told_and_left_to_the_house(fields, written):
    reading = fields(on_violation=written)
    assert reading.brief.on_violation == Wishes()
    assert "brief.on_violation.unknown" in {notice.code for notice in reading.notices}


def test_nobody_can_wish_for_what_breaks_a_rule(fields):
    reading = fields(on_violation={"error": "deliver"})
    assert reading.brief.on_violation == Wishes()
    assert "brief.on_violation.error" in {notice.code for notice in reading.notices}


def test_the_examples_of_the_page_are_understood_as_the_page_says(read):
    page = (Path(__file__).parents[2] / "docs" / "rejections.md").read_text()
    told = page.partition("## What becomes of a broken rule")[2].partition("\n## ")[0]
    (house,) = re.findall(r"```toml\n(.*?)```", told, re.DOTALL)
    assert Compliance(**tomllib.loads(house)["compliance"]) == Compliance()
    (brief,) = re.findall(r"```yaml\n(.*?)```", told, re.DOTALL)
    reading = read(brief)
    assert reading.brief.on_violation == Wishes(error=PASSING, warning=HOLD)
    assert reading.notices == ()
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == {str(each) for each in Violation}
