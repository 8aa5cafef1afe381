"""Layout files: what is shipped, what a brand brings, and the line of every slip."""

from pathlib import Path

import pytest

from briefmill.domain.brief import Brand
from briefmill.errors import ConfigError
from briefmill.stages import layoutbook

SHIPPED = Path(__file__).parents[2] / "config" / "layouts"
GOOD = """\
title: Plain
shapes: {from: 0.5, below: 2}
order: 5
lean: top
towards: [0.5, 0.6]
column:
  - logo
  - space
  - message: {most: 0.4, size: 0.1, rise: top}
  - row:
      share: 0.2
      items: [cta, disclaimer]
"""


def write(folder, text, name="mine.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_the_shipped_layouts_can_be_read_and_say_what_they_are():
    house = layoutbook.read(SHIPPED).house
    assert len(house) >= 10
    assert all(layout.title for layout in house)
    assert [layout.order for layout in house] == sorted(layout.order for layout in house)


@pytest.mark.parametrize("shape", [0.1, 0.3, 0.56, 0.8, 1.0, 1.2, 1.9, 3.9, 8.1, 20.0])
def test_every_shape_has_a_shipped_layout_that_gives_the_picture_a_part_or_lays_it_out_full(shape):
    assert any(layout.serves(shape) for layout in layoutbook.read(SHIPPED).house)


def test_a_layout_is_read_as_it_is_written(tmp_path):
    layout = layoutbook.load(write(tmp_path, GOOD))
    assert (layout.name, layout.title, layout.order, layout.lean) == ("mine", "Plain", 5, "top")
    assert (layout.from_shape, layout.below_shape, layout.towards) == (0.5, 2.0, (0.5, 0.6))
    assert [item.kind for item in layout.root.walk()] == [
        "column", "logo", "space", "message", "row", "cta", "disclaimer"
    ]  # fmt: skip
    assert layout.root.items[2].most == 0.4


def test_a_brand_s_own_layouts_go_first_and_replace_those_of_the_same_name(tmp_path):
    write(tmp_path, GOOD, "hero.yaml")
    write(tmp_path, GOOD, "other.yaml")
    write(tmp_path / "lumen-tide", GOOD.replace("Plain", "Own"), "hero.yaml")
    book = layoutbook.read(tmp_path)
    assert [layout.title for layout in book.for_brand(Brand(name="Lumen & Tide"))][:2] == ["Own", "Plain"]
    assert [layout.name for layout in book.for_brand(Brand(name="Other"))] == ["hero", "other", "plain"]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("lean: top", "lean: up"), 4, "`lean` is one of top, bottom, left, right"),
        (("order: 5", "order: five"), 3, "`order` must be a number"),
        (("order: 5", "odour: 5"), 3, "`odour` is unknown"),
        (("below: 2", "below: 0.2"), 2, "must be less than"),
        (("below: 2", "upto: 2"), 2, "`from` and `below`"),
        (("[0.5, 0.6]", "[0.5]"), 5, "two numbers"),
        (("[0.5, 0.6]", "[0.5, 6]"), 5, "from 0 to 1"),
        (("- space", "- spice"), 8, "`spice` is unknown"),
        (("- space", "- logo"), 8, "two of logo"),
        (("most: 0.4", "most: 4"), 9, "from 0.01 to 1"),
        (("most: 0.4", "widest: 4"), 9, "a message has no `widest`"),
        (("rise: top", "rise: up"), 9, "`rise` is one of"),
        (("message: {most: 0.4, size: 0.1, rise: top}", "space"), 6, "no message"),
        (("  - logo\n", "  - picture\n  - logo\n"), 8, "stands beside the picture"),
        (("share: 0.2", "share: 0.2\n      ground: mauve"), 12, "`ground` is one of"),
        (("items: [cta, disclaimer]", "items: []"), 10, "is empty"),
        (("column:", "row: [message]\ncolumn:"), 1, "one `row` or one `column`"),
        (("title: Plain", "title: [")  , 1, ""),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_file_and_line(tmp_path, change, line, words):
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(ConfigError) as caught:
        layoutbook.load(path)
    told = str(caught.value)
    assert str(path) in told
    assert words in told
    assert f"line {line}" in told or not words


def test_a_file_that_is_no_page_of_text_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="more than"):
        layoutbook.load(write(tmp_path, "#" * 70_000))
    with pytest.raises(ConfigError, match="holds no layout"):
        layoutbook.read(tmp_path / "empty") if (tmp_path / "empty").mkdir() is None else None
    with pytest.raises(ConfigError, match="cannot be read"):
        layoutbook.read(tmp_path / "missing")
