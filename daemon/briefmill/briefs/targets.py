"""Where and in which sizes a campaign runs: its regions, the locales it lists, its placements."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from briefmill.briefs import assets, locales, regions, sheet, tags, text
from briefmill.briefs.aliases import COPY_FIELDS, field_of
from briefmill.briefs.fields import Context, Field
from briefmill.briefs.nodes import Entry, Kind, Limits, Node
from briefmill.briefs.placements import Placements
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sayings import own_locale
from briefmill.briefs.sheet import Found, Sheet
from briefmill.domain.placement import Placement
from briefmill.errors import NotFound

_FILE_FORMATS: Final = "jpg jpeg png webp gif avif svg pdf psd tiff mp4 mov image images video static"
_MEASURES: Final = ("id", "placement", "ratio", "aspectratio", "size", "dimensions", "resolution", "format")
_SEVERAL: Final = ("aspectratios", "ratios", "sizes", "formats", "placements")
_NAMES: Final = ("name", "platform", "channel", "network", "type")
_LONGEST_LIST: Final = 2000
_AND: Final = re.compile(r"[;|&]|\s(?:and|und|et|y)\s")
_RATIO: Final = re.compile(r"\d+(?:\.\d+)?\s?[:x×]\s?\d+(?:\.\d+)?")
_RATIOS: Final = re.compile(rf"{_RATIO.pattern}(?:\s*[/,]?\s+{_RATIO.pattern}|\s*/\s*{_RATIO.pattern})+")
_LIST_SEPARATORS: Final = re.compile(r"[,;/|\n&+]|\s(?:and|und|et|y)\s")


class Targets:
    """Reads regions, locales and placements from the sheet of a brief."""

    def __init__(self, found: Sheet, remarks: Remarks, limits: Limits) -> None:
        self._found = found
        self._remarks = remarks
        self._limits = limits
        self.worded: list[Found] = []
        """Markets and locales that carry words of their own: read them as messages."""
        self.notes: list[str] = []

    def places(self) -> regions.Places:
        """The regions, with the locales they name."""
        codes: dict[str, None] = {}
        named: dict[str, None] = {}
        for found in self._found.all(Field.REGIONS):
            for node in sheet.listed(found.node, split=False):
                if node.kind is Kind.MAPPING:
                    for market in _markets(node):
                        self._market(market, codes, named)
                    continue
                told = regions.resolve(node.text)
                codes.update(dict.fromkeys(told.codes))
                named.update(dict.fromkeys(told.locales))
                self._unknown_places(node, told)
        self._adaptations()
        return regions.Places(codes=tuple(codes), locales=tuple(named))

    def _market(self, node: Node, codes: dict[str, None], named: dict[str, None]) -> None:
        """`{region: Mexico, language: es, message: ...}`: a place, its locales, perhaps its words."""
        here: dict[str, None] = {}
        tongues: list[str] = []
        for entry in node.entries:
            known = field_of(entry.key, Context.TARGET)
            if known and known[0] is Field.REGIONS:
                for leaf in entry.node.leaves():
                    here.update(dict.fromkeys(regions.resolve(leaf.text).codes))
            elif known and known[0] in {Field.LANGUAGE, Field.LOCALES}:
                tongues += [told for leaf in entry.node.leaves() if (told := locales.meant_by(leaf.text))]
        codes.update(here)
        spoken = own_locale(node)
        if len(tongues) > 1:
            named.update(dict.fromkeys(regions.spoken_in(tongue, tuple(here)) for tongue in tongues))
        elif spoken and (tongues or _worded(node)):
            named.setdefault(spoken)
        elif tongues:
            named.setdefault(regions.spoken_in(tongues[0], tuple(here)))
        self.worded.append(Found(field=Field.TRANSLATIONS, key="", node=node, rank=0, locale=spoken))

    def _unknown_places(self, node: Node, told: regions.Places) -> None:
        for word in told.unknown:
            near = regions.nearest(word) if self._remarks.patient else ""
            self._remarks.notice(
                node,
                "brief.region.unknown",
                f'"{word[:60]}" is no country or region that is known',
                f"Did you mean {near}?" if near else "It is not used to choose rules or languages.",
            )

    def _adaptations(self) -> None:
        """Regional adaptations are words where they hold a message, otherwise notes for the pictures."""
        for found in self._found.all(Field.MARKETS):
            spoken = any(word in text.folded(found.key) for word in ("message", "messaging", "copy"))
            items = [("", item) for item in found.node.items] + [
                (entry.key, entry.node) for entry in found.node.entries
            ]
            for key, node in items:
                if (node.kind is Kind.MAPPING and _worded(node)) or (node.scalar and spoken and key):
                    locale = own_locale(node) or (locales.meant_by(key, country=True) if key else "")
                    self.worded.append(Found(field=Field.TRANSLATIONS, key=key, node=node, rank=0, locale=locale))
                elif words := sheet.prose(node, key=" ".join(text.words(key))):
                    self.notes.append(words)

    def listed_locales(self) -> tuple[tuple[str, ...], str]:
        """The locales the brief lists, and its own language."""
        listed: dict[str, None] = {}
        for found in self._found.all(Field.LOCALES):
            listed.update(dict.fromkeys(self._tags(found.node)))
        language = ""
        for found in self._found.all(Field.LANGUAGE):
            told = list(self._tags(found.node))
            language = language or next(iter(told), "")
            if len(told) > 1:
                listed.update(dict.fromkeys(told))
        return tuple(listed), language

    def _tags(self, node: Node) -> Iterator[str]:
        if node.kind is Kind.MAPPING and locales.all_locales(node):
            for entry in node.entries:
                if told := locales.meant_by(entry.key):
                    yield told
                if not (entry.node.scalar and tags.tag(entry.node.text)) and not entry.node.empty:
                    self.worded.append(
                        Found(field=Field.TRANSLATIONS, key=entry.key, node=entry.node, rank=0, locale=told)
                    )
        elif node.kind is Kind.MAPPING and (own := own_locale(node)):
            yield own
            self.worded.append(Found(field=Field.TRANSLATIONS, key="", node=node, rank=0, locale=own))
        elif node.scalar:
            yield from self._spoken(node)
        for item in node.items:
            yield from self._tags(item)

    def _spoken(self, node: Node) -> Iterator[str]:
        whole = locales.meant_by(node.text)
        several = not whole and len(node.text) <= _LONGEST_LIST
        parts = [part.strip() for part in _LIST_SEPARATORS.split(node.text)] if several else [node.text]
        for part in parts:
            told = locales.meant_by(part)
            if told:
                yield told
            elif part:
                near = tags.nearest(part) if self._remarks.patient else ""
                self._remarks.notice(
                    node,
                    "brief.locale.unknown",
                    f'"{part[:40]}" is no language that is known, and is left out',
                    f"Did you mean {near}?" if near else "Write a code (pt-BR) or a name (Portuguese).",
                )

    def placements(self, catalogue: Placements) -> tuple[Placement, ...]:
        """The placements asked for; those of the channels where none are; else the standard three."""
        asked = self._found.all(Field.PLACEMENTS)
        wanted: dict[str, Placement] = {}
        for found in asked:
            for node, words in _measures(found.node):
                self._resolve(catalogue, node, words, wanted, required=True)
        pinned = bool(wanted) or any(problem.code == "brief.placement.unknown" for problem in self._remarks.problems)
        for found in self._found.all(Field.CHANNELS):
            if pinned:
                self._remarks.leave(found.node.path)
                continue
            for node, words in _measures(found.node):
                self._resolve(catalogue, node, words, wanted, required=False)
        if len(wanted) > self._limits.max_placements:
            self._remarks.refuse(
                asked[0].node if asked else None,
                "brief.placements.too_many",
                f"{len(wanted)} placements; {self._limits.max_placements} are allowed in one brief",
            )
        return tuple(wanted.values()) or catalogue.standard()

    def _resolve(
        self, catalogue: Placements, node: Node, words: str, wanted: dict[str, Placement], *, required: bool
    ) -> None:
        if text.folded(words) in _FILE_FORMATS.split():
            self._remarks.leave(node.path)
            return
        try:
            found = catalogue.resolve(text.clean(words)[0])
        except NotFound as error:
            if required:
                self._remarks.refuse(node, "brief.placement.unknown", str(error))
            else:
                self._remarks.notice(node, "brief.channel.unknown", str(error))
            return
        wanted.update({placement.id: placement for placement in found})


def _markets(node: Node) -> list[Node]:
    """The markets of a mapping: itself, or one of each key where the keys are places (`{US: {...}, MX: {...}}`)."""
    if not all(regions.code_of(entry.key) for entry in node.entries):
        return [node]
    markets = []
    for entry in node.entries:
        place = Entry(key="region", line=entry.line, column=entry.column, node=_text(entry.node, entry.key))
        inner = entry.node.entries
        if entry.node.scalar and tags.tag(entry.node.text):
            inner = (replace(entry, key="language"),)
        markets.append(replace(entry.node, kind=Kind.MAPPING, text="", entries=(place, *inner)))
    return markets


def _text(node: Node, words: str) -> Node:
    return replace(node, kind=Kind.TEXT, text=words, items=(), entries=())


def _worded(node: Node) -> bool:
    known = (field_of(entry.key, Context.COPY) for entry in node.entries if not entry.node.empty)
    return any(field and field[0] in {*COPY_FIELDS, Field.TRANSLATIONS} for field in known)


def _measures(node: Node) -> Iterator[tuple[Node, str]]:
    """Every wording of a placement in a value: texts, `{width, height}`, `{name, ratio}`, `{instagram: [1:1]}`."""
    if node.kind is Kind.LIST:
        for item in node.items:
            yield from _measures(item)
    elif node.kind is Kind.MAPPING:
        yield from _measures_of_mapping(node)
    elif node.kind is not Kind.NULL:
        for part in sheet.listed(node):
            yield from ((part, words) for words in _wordings(part.text))


def _wordings(words: str) -> list[str]:
    """The placements that one text lists: `1:1 / 9:16 and 16:9` are three, `Instagram Story and TikTok` are two."""
    parts = [part.strip() for part in _AND.split(words) if part.strip()]
    # A slash is part of `16/9`, and a space of `Instagram Story`: they separate only where each side is a ratio.
    return [piece for part in parts for piece in (_RATIO.findall(part) if _RATIOS.fullmatch(part) else [part])]


def _measures_of_mapping(node: Node) -> Iterator[tuple[Node, str]]:
    values = {text.folded(entry.key): entry.node for entry in node.entries if not entry.node.empty}
    for wide, high in (("width", "height"), ("w", "h")):
        if values.keys() >= {wide, high}:
            yield node, f"{values[wide].text}x{values[high].text}"
            return
    several = next((values[key] for key in _SEVERAL if key in values), None)
    if several:
        yield from _measures(several)
        return
    measured = next((values[key] for key in (*_MEASURES, *_NAMES) if key in values and values[key].scalar), None)
    if measured:
        yield measured, measured.text
        return
    for entry in node.entries:
        value = entry.node
        if value.kind is Kind.TRUTH or value.empty:
            if value.empty or assets.truth(value):
                yield value, entry.key
        elif value.scalar and not re.search(r"\d", value.text):
            yield value, entry.key
        else:
            yield from _measures(value)
