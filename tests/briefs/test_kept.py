"""Configuration in YAML is read by a faster parser than briefs are, to the same trees and the same refusals."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from briefmill.briefs import yamltree
from briefmill.briefs.nodes import Document, Limits
from briefmill.errors import BriefRefused

CONFIG = Path(__file__).parents[2] / "config"
LIMITS = Limits(max_bytes=1_000_000)


def told(text: str, *, kept: bool) -> Document | tuple[object, ...]:
    """The tree, or why there is none."""
    try:
        return (yamltree.kept if kept else yamltree.read)(text, LIMITS)
    except BriefRefused as refused:
        return refused.problems


@pytest.mark.parametrize("path", sorted(CONFIG.rglob("*.yaml")), ids=lambda path: path.relative_to(CONFIG).as_posix())
def test_every_shipped_file_is_the_same_tree(path: Path) -> None:
    text = path.read_text("utf-8")
    assert isinstance(told(text, kept=True), Document)
    assert told(text, kept=True) == told(text, kept=False)


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: b: c",
        "a:\n\t- b",
        "a: 1\na: 2",
        "a: &x [*x]",
        "a: *nothing",
        "a: !!python/object:os.system x",
        "a: 1\n---\nb: 2",
        "? [a]\n: b",
        "a: \x07",
        "<<: 5",
        "primary: #FF5733",
        "a: &x {b: 1}\nc:\n  <<: *x\n  d: no",
        "- {a:1, b: 2}",
        "a: \N{NEXT LINE}b",
        "a: 1\t\nb: 2",
        "? '\N{NEXT LINE}'\n: 1",
        "a: '\\/'\nb: \"\\/\"",
        "a: 12:30\nb: 0o17\nc: 017\nd: ~\ne: |\n  x\n  y\nf: >-\n  x\n  y",
        "%YAML 1.1\n---\na: yes",
        "\N{ZERO WIDTH NO-BREAK SPACE}a: 1",
        "",
    ],
)
def test_what_is_odd_or_wrong_is_told_alike(text: str) -> None:
    assert told(text, kept=True) == told(text, kept=False)


scalars = st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=12)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(tree=trees, flow=st.booleans(), width=st.integers(20, 120))
def test_any_tree_is_the_same(tree: object, flow: bool, width: int) -> None:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.width = flow, width
    written = io.StringIO()
    writer.dump(tree, written)
    assert told(written.getvalue(), kept=True) == told(written.getvalue(), kept=False)
