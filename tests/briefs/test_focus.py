"""Where the product is in its picture, in the ways that people write it."""

import pytest


def product(read, focus):
    fields = {"campaign": "Calm", "message": "Hi", "products": [{"name": "Cup", "image": "cup.jpg", "focus": focus}]}
    return read(fields)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ([0.7, 0.5], (0.7, 0.5)),
        (["70%", "50%"], (0.7, 0.5)),
        ({"x": 0.25, "y": "80 %"}, (0.25, 0.8)),
        ("0.3, 0.4", (0.3, 0.4)),
        ("30% 40%", (0.3, 0.4)),
        ([0, 1], (0.0, 1.0)),
        ([".5", ".25"], (0.5, 0.25)),
        (None, None),
        ([], None),
    ],
)
def test_it_is_understood(read, written, meant):
    found = product(read, written)
    assert found.brief.products[0].focus == meant
    assert found.notices == ()


@pytest.mark.parametrize(
    "written", [[0.5], [0.1, 0.2, 0.3], [1.5, 0.2], [-0.1, 0.2], "left", {"x": 0.5}, ["a", "b"], 7]
)
def test_what_says_nothing_is_left_out_and_told(read, written):
    found = product(read, written)
    assert found.brief.products[0].focus is None
    (notice,) = found.notices
    assert notice.code == "brief.product.focus"
    assert "products[0].focus" in notice.field
