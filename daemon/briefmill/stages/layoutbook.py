"""Reads layouts: `config/layouts/*.yaml` for everybody, `config/layouts/<brand>/*.yaml` for one brand alone.

One layout a file, named like it; a brand's own replaces the house's of the same name. The files are
configuration: a slip is a ConfigError with its line, for whoever looks after the server, and stops the start, never a
brief. The book is read once and travels with every task as plain values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NoReturn

from briefmill.briefs import encodings, text, yamltree
from briefmill.briefs.nodes import Entry, Kind, Limits, Node
from briefmill.domain.brief import Brand
from briefmill.errors import BriefRefused, ConfigError
from briefmill.imaging import arrangement
from briefmill.imaging.arrangement import Item, Layout

LARGEST: Final = 64 * 1024
"""Bytes of a layout file at most; the shipped ones have about 600."""

_EDGES: Final = ("top", "bottom", "left", "right")
_LAYOUT_KEYS: Final = ("title", "shapes", "order", "lean", "towards", "row", "column")
_SHARES: Final = {"share": (0.01, 1.0), "most": (0.01, 1.0), "size": (0.01, 0.5), "wide": (0.02, 1.0)}
_NUMBERS: Final = {**_SHARES, "high": (0.02, 1.0), "grow": (0.0, 100.0), "gap": (0.0, 10.0)}
_WHOLE: Final = {"lines": (0, 20), "priority": (0, 9)}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "align": ("left", "center", "right"),
    "rise": ("top", "middle", "bottom"),
}
_ALLOWED: Final[dict[str, frozenset[str]]] = {
    "row": frozenset({"share", "grow", "most", "gap", "ground", "bleed", "align", "items"}),
    "column": frozenset({"share", "grow", "most", "gap", "ground", "bleed", "align", "items"}),
    "picture": frozenset({"share", "grow"}),
    "logo": frozenset({"share", "align", "rise", "size", "wide", "high", "priority"}),
    "message": frozenset({"share", "grow", "most", "align", "rise", "size", "lines"}),
    "cta": frozenset({"share", "align", "rise", "size", "priority"}),
    "disclaimer": frozenset({"share", "align", "rise"}),
    "space": frozenset({"share", "grow"}),
}


@dataclass(frozen=True, kw_only=True)
class Book:
    """All layouts of a home, in the order to try them; `brands` holds those of single brands by slug."""

    house: tuple[Layout, ...] = ()
    brands: Mapping[str, tuple[Layout, ...]] = field(default_factory=dict)

    def for_brand(self, brand: Brand) -> tuple[Layout, ...]:
        """The brand's own layouts, then the house's that they do not replace, then the plain one."""
        slugs = (text.slug(written, fallback="") for written in (brand.id, brand.name))
        own = next((self.brands[slug] for slug in slugs if slug in self.brands), ())
        replaced = {layout.name for layout in own}
        return (*own, *(layout for layout in self.house if layout.name not in replaced), arrangement.PLAIN)


def read(folder: Path) -> Book:
    """The book of a folder. Raises ConfigError, with file and line, for a file that cannot be used."""
    house = _layouts(folder)
    if not house:
        raise ConfigError(f"{folder} holds no layout. Remove it: `briefmill init` then writes the shipped ones again.")
    return Book(
        house=house,
        brands={path.name: _layouts(path) for path in sorted(folder.iterdir()) if path.is_dir()},
    )


def load(path: Path) -> Layout:
    """One layout file. Raises ConfigError with path, line and what would be right."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST:
        raise ConfigError(f"{path} has more than {LARGEST} bytes. A layout is half a page of text.")
    try:
        root = yamltree.kept(encodings.text_of(data), Limits(max_bytes=LARGEST)).root
    except BriefRefused as refused:
        problem = refused.problems[0]
        raise ConfigError(f"{path}, line {max(1, problem.line)}: {problem.message} {problem.fix}".rstrip()) from refused
    return _Reader(path).layout(root)


def _layouts(folder: Path) -> tuple[Layout, ...]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    except OSError as error:
        raise ConfigError(f"{folder}: the layouts cannot be read ({error.strerror}).") from error
    found = [load(path) for path in paths]
    return tuple(sorted(found, key=lambda layout: (layout.order, layout.name)))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[int, Node | Entry] = {}

    def layout(self, root: Node) -> Layout:
        if root.kind is not Kind.MAPPING:
            self._wrong(root, "a layout is a mapping with `shapes` and a `row` or a `column`")
        fields = {entry.key: entry for entry in root.entries}
        for entry in root.entries:
            if entry.key not in _LAYOUT_KEYS:
                self._wrong(entry, f"`{entry.key}` is unknown here; known are {', '.join(_LAYOUT_KEYS)}")
        trees = [fields[kind] for kind in arrangement.CONTAINERS if kind in fields]
        if len(trees) != 1:
            self._wrong(root, "a layout has one `row` or one `column`")
        tree = self._item(trees[0].key, trees[0].node, trees[0])
        for item, fault in arrangement.faults(tree):
            self._wrong(self._places.get(id(item), trees[0]), fault)
        start, end = self._shapes(fields["shapes"]) if "shapes" in fields else (0.0, float("inf"))
        across, down = self._pair(fields["towards"], 0.0, 1.0) if "towards" in fields else (0.5, 0.5)
        return Layout(
            name=self._path.stem,
            title=fields["title"].node.text if "title" in fields else "",
            from_shape=start,
            below_shape=end,
            order=int(self._number(fields["order"], 0, 1000)) if "order" in fields else 100,
            lean=self._word(fields["lean"], _EDGES) if "lean" in fields else "bottom",
            towards=(across, down),
            root=tree,
        )

    def _item(self, kind: str, node: Node, place: Node | Entry) -> Item:
        if kind not in arrangement.KINDS:
            self._wrong(place, f"`{kind}` is unknown; known are {', '.join(arrangement.KINDS)}")
        values: dict[str, Any] = {"kind": kind}
        if kind in arrangement.CONTAINERS and node.kind is Kind.LIST:
            values["items"] = tuple(self._child(item) for item in node.items)
        elif node.kind is Kind.MAPPING:
            for entry in node.entries:
                if entry.key not in _ALLOWED[kind]:
                    known = ", ".join(sorted(_ALLOWED[kind]))
                    self._wrong(entry, f"a {kind} has no `{entry.key}`; it has {known}")
                values[entry.key] = self._value(entry)
        elif node.kind is not Kind.NULL:
            self._wrong(place, f"what follows `{kind}` must be a mapping such as {{share: 0.4}}")
        item = Item(**values)
        self._places[id(item)] = place
        return item

    def _child(self, node: Node) -> Item:
        if node.scalar and node.kind is not Kind.NULL:
            item = self._item(node.text, replace(node, kind=Kind.NULL), node)
        elif node.kind is Kind.MAPPING and len(node.entries) == 1:
            entry = node.entries[0]
            item = self._item(entry.key, entry.node, entry)
        else:
            self._wrong(node, "each part is one word (`message`) or one word with its wishes (`message: {most: 0.4}`)")
        return item

    def _value(self, entry: Entry) -> Any:
        key = entry.key
        if key == "items":
            if entry.node.kind is not Kind.LIST:
                self._wrong(entry, "`items` is a list of parts")
            return tuple(self._child(item) for item in entry.node.items)
        if key in _NUMBERS:
            return self._number(entry, *_NUMBERS[key])
        if key in _WHOLE:
            return int(self._number(entry, *_WHOLE[key]))
        if key == "ground":
            return self._ground(entry)
        if key == "bleed":
            return self._word(entry, ("true", "false")) == "true"
        return self._word(entry, _WORDS[key])

    def _ground(self, entry: Entry) -> str:
        written = entry.node.text
        if written not in arrangement.GROUNDS and not re.fullmatch(r"#[0-9A-Fa-f]{6}", written):
            self._wrong(entry, f'`ground` is one of {", ".join(arrangement.GROUNDS)}, or a colour such as "#F2F2F0"')
        return written

    def _shapes(self, entry: Entry) -> tuple[float, float]:
        fields = {part.key: part for part in entry.node.entries}
        if entry.node.kind is not Kind.MAPPING or not fields.keys() <= {"from", "below"}:
            self._wrong(entry, "`shapes` holds `from` and `below`: width over height, such as {from: 0.8, below: 1.3}")
        start = self._number(fields["from"], 0.0, 1000.0) if "from" in fields else 0.0
        end = self._number(fields["below"], 0.0, 1000.0) if "below" in fields else float("inf")
        if start >= end:
            self._wrong(entry, "`from` must be less than `below`")
        return start, end

    def _pair(self, entry: Entry, low: float, high: float) -> tuple[float, float]:
        if entry.node.kind is not Kind.LIST or len(entry.node.items) != 2:
            self._wrong(entry, f"`{entry.key}` is two numbers, such as [0.7, 0.5]")
        first, second = (self._figure(node, entry.key, low, high) for node in entry.node.items)
        return first, second

    def _number(self, entry: Entry, low: float, high: float) -> float:
        return self._figure(entry.node, entry.key, low, high)

    def _figure(self, node: Node, key: str, low: float, high: float) -> float:
        try:
            value = float(node.text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self._wrong(node, f"`{key}` must be a number from {low:g} to {high:g}")
        return value

    def _word(self, entry: Entry, allowed: tuple[str, ...]) -> Any:
        if entry.node.text not in allowed:
            self._wrong(entry, f"`{entry.key}` is one of {', '.join(allowed)}")
        return entry.node.text

    def _wrong(self, place: Node | Entry, message: str) -> NoReturn:
        raise ConfigError(f"{self._path}, line {max(1, place.line)}: {message}.")
