"""The fields of a brief sorted by their meaning, whatever the file calls them and wherever it nests them.

Walks the tree once with the tables of `briefs.aliases`. Products and words by locale stay as nodes for those who read
them; keys that are unknown, unused or doubled are remarked here, so that nothing of the file is dropped in silence.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from briefmill.briefs import aliases, locales, text
from briefmill.briefs.fields import Context, Field
from briefmill.briefs.nodes import Entry, Kind, Limits, Node
from briefmill.briefs.remarks import Remarks

_INDEX: Final = re.compile(r"\[\d+\]")
_PLAIN_KEYS: Final = frozenset(
    {"notes", "visualnotes", "description", "summary", "prompt", "imageprompt", "visualprompt"}
)
_LONGEST_LIST: Final = 5000
"""Characters: a longer text is no list, whatever commas it holds."""
_SPILLED: Final = 1000
"""The rank of a value whose key is not known but whose group says what it is about."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A value with its meaning. `rank` 0 is the canonical key; `locale` is the one that the key itself names."""

    field: Field
    key: str
    node: Node
    rank: int
    locale: str = ""


class Sheet:
    """All values of one mapping by meaning: of the whole brief, or of one product."""

    def __init__(self, remarks: Remarks, limits: Limits, *, product: bool = False) -> None:
        self._remarks = remarks
        self._limits = limits
        self._found: dict[Field, list[Found]] = defaultdict(list)
        self._home = Context.PRODUCT if product else Context.ROOT
        self.product_entries: list[Entry] = []
        self.products_named: Node | None = None

    def all(self, field: Field) -> list[Found]:
        """Every value of this meaning, the most canonical key first, then in the order of the file."""
        return sorted(self._found[field], key=lambda found: found.rank)

    def node(self, field: Field) -> Node | None:
        """The value of a field that can be said once; further ones are reported as unused."""
        found = self.all(field)
        for other in found[1:]:
            if other.node.text != found[0].node.text or not other.node.scalar:
                self._remarks.leave(other.node.path)
        return found[0].node if found else None

    def collect(self, node: Node, context: Context | None = None) -> "Sheet":
        """Sort the entries of a mapping into this sheet."""
        context = context or self._home
        for entry in node.entries:
            if not _comment(entry.key):
                self._sort(entry, context)
        return self

    def _sort(self, entry: Entry, context: Context) -> None:
        node = entry.node
        known = aliases.field_of(entry.key, context)
        group = aliases.group_of(entry.key) if node.kind is Kind.MAPPING and self._home is Context.ROOT else None
        if known and known[0] is Field.PRODUCTS and self.products_named is None:
            self.products_named = node
        if group and not self._is_field(known, group, node):
            self.collect(node, group)
        elif known:
            self._keep(Found(field=known[0], key=entry.key, node=node, rank=known[1]))
        elif not self._localised(entry, context) and not self._of_the_product(entry, context):
            self._unknown(entry, context)

    @staticmethod
    def _is_field(known: tuple[Field, int] | None, group: Context, node: Node) -> bool:
        """Whether a mapping that could be a group is the field itself: words by locale, or a list in disguise."""
        if group in {Context.COPY, Context.LOCALIZATION}:
            means_words = known is not None and known[0] in {*aliases.COPY_FIELDS, Field.TRANSLATIONS}
            return means_words and locales.all_locales(node)
        return False

    def _keep(self, found: Found) -> None:
        if found.node.empty and found.field is not Field.PRODUCTS:
            return
        if found.field is Field.UNUSED:
            self._remarks.leave(found.node.path)
            return
        if _INDEX.sub("", found.node.path) != found.field.value:
            self._remarks.alias(found.node.path, found.field.value)
        if found.field is not Field.PRODUCTS:
            self._measure(found.node)
        self._found[found.field].append(found)

    def _measure(self, node: Node) -> None:
        for leaf in node.leaves():
            if len(leaf.text) > self._limits.max_description:
                message = f"this text has {len(leaf.text)} characters; {self._limits.max_description} are allowed"
                self._remarks.refuse(leaf, "brief.text.too_long", message, "Shorten it.")

    def _localised(self, entry: Entry, context: Context) -> bool:
        """`campaign_message_es`, `cta_localized`: words of one locale, or by locale, told by the key."""
        parts = locales.in_key(entry.key)
        known = aliases.field_of(parts[0], context) if parts else None
        if not parts or not known or known[0] not in {*aliases.COPY_FIELDS, Field.TAGLINE}:
            return False
        self._keep(Found(field=known[0], key=entry.key, node=entry.node, rank=known[1], locale=parts[1]))
        return True

    def _of_the_product(self, entry: Entry, context: Context) -> bool:
        """`product_name`, `product_description` beside the campaign's own fields: the one product's."""
        if self._home is Context.PRODUCT or context not in {Context.ROOT, Context.CAMPAIGN}:
            return False
        if text.words(entry.key)[:1] != ["product"] or not aliases.field_of(entry.key, Context.PRODUCT):
            return False
        self.product_entries.append(entry)
        return True

    def _unknown(self, entry: Entry, context: Context) -> None:
        meant = aliases.nearest(entry.key, context) if self._remarks.patient else ""
        spill = aliases.spill_of(context)
        if meant:
            self._remarks.slip(entry, entry.node.path, meant)
        elif spill and not entry.node.empty:
            self._keep(Found(field=spill, key=entry.key, node=entry.node, rank=_SPILLED))
        elif not entry.node.empty:
            self._remarks.notice(
                entry, "brief.key.unknown", "this field is not known, and not used", field=entry.node.path
            )


def _comment(key: str) -> bool:
    folded = text.folded(key)
    return key.startswith(("_", "$", "//", "#")) or folded.endswith("comment") or folded in aliases.SILENT


def prose(node: Node, *, key: str = "") -> str:
    """Any value as words: lists by commas, fields as `name: value`."""
    if node.scalar:
        words = text.clean(node.text)[0]
        return f"{key}: {words}" if key and words else words
    parts = [prose(item) for item in node.items]
    parts += [prose(entry.node, key=_spoken(entry.key)) for entry in node.entries if not _comment(entry.key)]
    whole = ", ".join(part for part in parts if part) if node.items else "; ".join(part for part in parts if part)
    return f"{key}: {whole}" if key and whole else whole


def _spoken(key: str) -> str:
    return " ".join(text.words(key)) or key


def listed(node: Node, *, split: bool = True) -> list[Node]:
    """The values where a list is meant: its items, or a single value, at its commas when `split`."""
    if node.kind is Kind.LIST:
        return [item for item in node.items if not item.empty]
    if node.scalar and split and len(node.text) <= _LONGEST_LIST:
        parts = [part.strip() for part in node.text.replace(";", ",").replace("\n", ",").split(",")]
        return [replace(node, text=part) for part in parts if part]
    return [] if node.empty else [node]


def named(found: Found) -> str:
    """What a note says: the words, with the key where the key carries meaning (`lighting: soft`)."""
    return prose(found.node, key="" if text.folded(found.key) in _PLAIN_KEYS else _spoken(found.key))
