"""Whose ad it is and how it should look: the brand's colours, logo, fonts and words, and the picture's direction."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from briefmill.briefs import assets, colours, glossary, logos, sheet, text
from briefmill.briefs.fields import Field
from briefmill.briefs.nodes import Kind, Limits, Node
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sheet import Found, Sheet
from briefmill.domain.brief import Asset, AssetRole, Brand, Direction

_FONT_FILE: Final = re.compile(r".*\.(ttf|otf|ttc|otc|woff2?)", re.IGNORECASE)
_WEIGHTS: Final = (("primary", "main", "brand", "dominant"), ("secondary",), ("accent", "highlight"))
_LATE: Final = ("background", "text", "neutral", "foreground")
_HEX_KEYS: Final = frozenset({"hex", "value", "code", "color", "colour", "hexcode", "hexvalue"})
_FAMILY_KEYS: Final = ("family", "name", "primary", "heading", "headline", "headings", "title", "display")
_LONGEST_COLOUR: Final = 40


class Studio:
    """Reads brand and direction from the sheet of a brief."""

    def __init__(self, found: Sheet, remarks: Remarks, limits: Limits) -> None:
        self._found = found
        self._remarks = remarks
        self._limits = limits
        self._colour_notes: list[str] = []

    def brand(self, filed: Sequence[Asset], *, assets_required: bool) -> Brand:
        """The brand; `filed` are logos found among the products' assets."""
        name = self._line(Field.BRAND_NAME, self._limits.max_name)
        identity = self._line(Field.BRAND_ID, self._limits.max_name) or name
        # `logo_required` is a wish of the brand, told as a warning where no logo came; only `required` on the file, or
        # on all assets, refuses the brief.
        marks = logos.read(self._found, filed, self._remarks, assets_required=assets_required)
        fonts, family = self._fonts()
        return Brand(
            id=text.slug(identity, fallback="brand") if identity else "",
            name=name,
            palette=self._palette(),
            logo=marks.plain,
            logo_on_dark=marks.on_dark,
            logo_on_light=marks.on_light,
            logo_required=marks.required,
            fonts=fonts,
            font_family=family,
            tone=self.prose(Field.TONE),
            forbidden_words=self._words(Field.FORBIDDEN_WORDS),
            required_words=self._words(Field.REQUIRED_WORDS),
            glossary=glossary.read(
                [found.node for found in self._found.all(Field.GLOSSARY)], self._remarks, self._limits
            ),
        )

    def _words(self, field: Field) -> tuple[str, ...]:
        leaves = (
            sheet.prose(leaf)
            for found in self._found.all(field)
            for node in sheet.listed(found.node)
            for leaf in node.leaves()
        )
        return tuple(dict.fromkeys(leaves))

    def direction(self) -> Direction:
        """How the pictures should look. Call after `brand`: colours in words alone become notes."""
        notes = [note for found in self._found.all(Field.NOTES) for note in _notes(found)]
        return Direction(
            setting=self.prose(Field.SETTING),
            style=self.prose(Field.STYLE),
            mood=self.prose(Field.MOOD),
            composition=self.prose(Field.COMPOSITION),
            avoid=tuple(
                sheet.prose(node) for found in self._found.all(Field.AVOID) for node in sheet.listed(found.node)
            ),
            notes=tuple(dict.fromkeys([*notes, *self._colour_notes])),
        )

    def _line(self, field: Field, longest: int) -> str:
        node = self._found.node(field)
        words = sheet.prose(node) if node else ""
        return words if not node or self._fits(node, words, longest) else ""

    def prose(self, field: Field) -> str:
        """All that the brief says of a field, as one text of a sane length."""
        found = self._found.all(field)
        words = "; ".join(dict.fromkeys(_told(one) for one in found))
        return words if not found or self._fits(found[0].node, words, self._limits.max_description) else ""

    def _fits(self, node: Node, words: str, longest: int) -> bool:
        if len(words) > longest:
            message = f"this text has {len(words)} characters; {longest} are allowed"
            self._remarks.refuse(node, "brief.text.too_long", message, "Shorten it.")
        return len(words) <= longest

    def _palette(self) -> tuple[str, ...]:
        found = sorted(self._found.all(Field.PALETTE), key=lambda one: _weight(one.key))
        palette: dict[str, None] = {}
        for one in found:
            nodes = list(_colour_nodes(one.node))
            read = {node.path + node.text: colours.read(node.text) for node in nodes}
            if not any(read.values()) and not any(node.text.lstrip().startswith("#") for node in nodes):
                self._colour_notes.append(f"colours: {sheet.prose(one.node)}")
                continue
            for node in nodes:
                colour = read[node.path + node.text]
                if colour:
                    palette.setdefault(colour)
                else:
                    self._no_colour(node)
        return tuple(palette)

    def _no_colour(self, node: Node) -> None:
        self._remarks.notice(
            node,
            "brief.colour.unknown",
            f'"{node.text[:_LONGEST_COLOUR]}" is no colour that is understood, and is left out',
            'Write it like "#0E3B43".',
        )

    def _fonts(self) -> tuple[tuple[Asset, ...], str]:
        files: list[Asset] = []
        families: list[str] = []
        for found in (*self._found.all(Field.FONTS), *self._found.all(Field.FONT_FAMILY)):
            for leaf in _families(found.node):
                if _FONT_FILE.fullmatch(leaf.text.strip()):
                    files += assets.named(leaf, AssetRole.FONT, self._remarks)
                else:
                    families.append(sheet.prose(leaf))
        return tuple(files), next(iter(families), "")


def _told(found: Found) -> str:
    """The words of a field; further ones of the same meaning keep their key, as in `negative space: left`."""
    keyed = found.field is Field.COMPOSITION and found.rank > 0
    return sheet.prose(found.node, key=" ".join(text.words(found.key)) if keyed else "")


def _notes(found: Found) -> Iterator[str]:
    """A list's items each on its own where they are sentences; otherwise one note with its key."""
    if found.node.kind is Kind.LIST and all(item.scalar for item in found.node.items):
        yield from (words for item in found.node.items if (words := sheet.prose(item)))
    elif words := sheet.named(found):
        yield words


def _families(node: Node) -> Iterator[Node]:
    if node.kind is not Kind.MAPPING:
        yield from node.leaves()
        return
    order = {key: index for index, key in enumerate(_FAMILY_KEYS)}
    for entry in sorted(node.entries, key=lambda entry: order.get(text.folded(entry.key), len(order))):
        yield from _families(entry.node)


def _weight(key: str) -> int:
    folded = text.folded(key)
    if any(word in folded for word in _LATE):
        return len(_WEIGHTS) + 1
    return next(
        (weight for weight, words in enumerate(_WEIGHTS) if any(word in folded for word in words)),
        0 if folded.endswith(("palette", "colors", "colours")) else len(_WEIGHTS),
    )


def _colour_nodes(node: Node) -> Iterator[Node]:
    if node.scalar:
        # rgb(1, 2, 3) holds commas of its own.
        yield from [node] if "(" in node.text else sheet.listed(node)
    for item in node.items:
        yield from _colour_nodes(item)
    hexes = [entry for entry in node.entries if text.folded(entry.key) in _HEX_KEYS]
    for entry in hexes or sorted(node.entries, key=lambda entry: _weight(entry.key)):
        if not entry.key.startswith("_"):
            yield from _colour_nodes(entry.node)
