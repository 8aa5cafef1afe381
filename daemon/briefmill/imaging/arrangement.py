"""The vocabulary of layouts: how a creative is divided, as data that a person can write in a small YAML file.

A layout is a tree. Rows and columns divide their box among their items; the leaves are the picture, the logo, the three
texts and empty space. Nothing here knows pixels: lengths are shares of the box around, sizes are shares of the root of
the creative's usable area, gaps are multiples of its usual air. `imaging.layout` turns a tree into boxes,
`imaging.choice` picks the layout for a picture, `stages.layoutbook` reads the files.

Everything is written for a language that runs from left to right and mirrored for the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["row", "column", "picture", "logo", "message", "cta", "disclaimer", "space"]
Align = Literal["left", "center", "right"]
Rise = Literal["top", "middle", "bottom"]
Edge = Literal["top", "bottom", "left", "right"]

KINDS: Final[tuple[str, ...]] = get_args(Kind)
CONTAINERS: Final = ("row", "column")
TEXTS: Final = ("message", "cta", "disclaimer")
GROUNDS: Final = ("brand", "accent", "light", "dark")
"""What a ground may be called besides `#RRGGBB`: the brand's first and second colour, its lightest and its darkest."""

LEFTOVER: Final = 0.01
"""How eagerly empty space grows beside a text: it takes what the text leaves over."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One part of a layout.

    `share` fixes its length along the parent's direction, as a share of the parent; without it a row, a column, a
    picture, a message and space `grow` into what is left, up to `most`, and the others take what they measure.
    `size` of a message or button is its largest type, of a logo the root of its area, both as shares of the unit.
    `wide` and `high` bound a logo by its container. `ground` fills a row or column, to the canvas's edge where it lies
    there (`bleed`), else as a card. Items with a `priority` are left out, highest first, where there is no room.
    """

    kind: Kind
    share: float | None = None
    grow: float | None = None
    most: float | None = None
    align: Align | None = None
    rise: Rise | None = None
    size: float | None = None
    wide: float = 0.44
    high: float = 0.18
    lines: int = 0
    priority: int = 0
    gap: float = 1.0
    ground: str = ""
    bleed: bool = True
    items: tuple["Item", ...] = ()

    @property
    def appetite(self) -> float:
        """How much of what is left over it asks for; 0 for what has a share or a measure of its own."""
        if self.share is not None:
            return 0.0
        if self.grow is not None:
            return self.grow
        if self.kind == "space":
            return LEFTOVER
        if self.kind in CONTAINERS:
            return 1.0 if any(item.kind in {"message", "picture"} for item in self.walk()) else 0.0
        return 1.0 if self.kind in {"message", "picture"} else 0.0

    def walk(self) -> Iterator["Item"]:
        """This item and everything in it, from the outside in."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A named tree and where it serves: shapes (width over height of the safe part) `from_shape` up to `below_shape`.

    Of several that serve a shape, the one with the smallest `order` is the usual one. `lean` is the edge that the words
    lean on, where a scrim comes from; `towards` is where in the picture its subject should stand, as shares from the
    left and the top. Without a `picture` in the tree the picture fills the whole canvas.
    """

    name: str
    root: Item
    title: str = ""
    from_shape: float = 0.0
    below_shape: float = float("inf")
    order: int = 100
    lean: Edge = "bottom"
    towards: tuple[float, float] = (0.5, 0.5)

    @property
    def has_cell(self) -> bool:
        """True when the picture has a part of the canvas to itself."""
        return any(item.kind == "picture" for item in self.root.walk())

    def serves(self, shape: float) -> bool:
        """True for a shape of the usable part, width over height."""
        return self.from_shape <= shape < self.below_shape


PLAIN: Final = Layout(
    name="plain",
    title="The picture fills the canvas; logo above, words at the foot",
    order=1000,
    root=Item(
        kind="column",
        items=(
            Item(kind="logo"),
            Item(kind="space"),
            Item(kind="message", most=0.5),
            Item(kind="cta", priority=2),
            Item(kind="disclaimer"),
        ),
    ),
)
"""Where no other layout serves a shape."""


def faults(root: Item) -> Iterator[tuple[Item, str]]:
    """What is wrong with a tree, with the item to blame; nothing for one that can be used."""
    seen: set[str] = set()
    for item in root.walk():
        if item.kind in {"picture", "logo", *TEXTS}:
            if item.kind in seen:
                yield item, f"there are two of {item.kind}; one is enough"
            seen.add(item.kind)
        if item.kind not in CONTAINERS:
            continue
        if not item.items:
            yield item, f"the {item.kind} is empty"
        if sum(child.share or 0.0 for child in item.items) > 1.0 + 1e-6:
            yield item, f"the shares in this {item.kind} add up to more than 1"
        yield from _unsteady(item)
    if "message" not in seen:
        yield root, "there is no message in it"


def _unsteady(item: Item) -> Iterator[tuple[Item, str]]:
    """A picture's cell must not depend on how long the words are, or each locale would need a crop of its own."""
    if not any(part.kind == "picture" for child in item.items for part in child.walk()):
        return
    for child in item.items:
        if child.share is None and child.kind not in {"picture", "row", "column", "space"}:
            yield child, f"the {child.kind} stands beside the picture: give it a share, or put it into a row or column"
