"""The words of a brief, out of every shape in which briefs hold them: message, call to action, disclaimer, by locale.

Plain text, `{es: ...}`, `[{language: es, text: ...}]`, `{es: {headline: ..., cta: ...}}`, `campaign_message_es` and
markets with their own words all become `Saying`s: one text, its part, the locale it is said to be in. Which locales
are made of them is decided in `briefs.wording`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from briefmill.briefs import aliases, locales, regions, text, tongues
from briefmill.briefs.fields import Context, Field
from briefmill.briefs.nodes import Entry, Kind, Limits, Node
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sheet import Found

_LOCALE_KEYS: Final = (
    frozenset({"locale", "language", "lang", "languagecode", "localecode", "languagetag", "targetlanguage", "code"}),
    frozenset({"region", "market", "country", "countrycode", "targetregion", "territory"}),
)
_PARTS: Final = (Field.MESSAGE, Field.CTA, Field.DISCLAIMER)
_LONGEST_LABEL: Final = 60


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One text of one part. `locale` is empty where the file does not say which language it is."""

    part: Field
    locale: str
    words: str
    node: Node


class Listener:
    """Gathers the sayings of one sheet's fields."""

    def __init__(self, remarks: Remarks, limits: Limits) -> None:
        self._remarks = remarks
        self._limits = limits

    def gather(self, found: Iterable[Found]) -> list[Saying]:
        """All sayings of these fields, in their order; the first of a part and locale is the one that counts."""
        sayings: dict[tuple[Field, str], Saying] = {}
        for one in found:
            part = one.field if one.field in _PARTS else Field.MESSAGE
            for saying in self._heard(one.node, part, one.locale):
                first = sayings.setdefault((saying.part, saying.locale), saying)
                if first.words != saying.words:
                    self._remarks.leave(saying.node.path)
        return list(sayings.values())

    def _heard(self, node: Node, part: Field, locale: str) -> Iterator[Saying]:
        if node.scalar:
            if words := self._words(node):
                yield Saying(part=part, locale=_fitting(locale, words), words=words, node=node)
        elif node.kind is Kind.LIST:
            yield from self._of_list(node, part, locale)
        else:
            yield from self._of_mapping(node, part, locale)

    def _of_list(self, node: Node, part: Field, locale: str) -> Iterator[Saying]:
        plain = [item for item in node.items if item.scalar and not item.empty]
        if part is Field.DISCLAIMER and plain:
            joined = " ".join(words for item in plain if (words := self._words(item)))
            yield Saying(part=part, locale=locale, words=joined, node=node)
        elif plain:
            yield from self._heard(plain[0], part, locale)
            if len(plain) > 1:
                self._remarks.notice(
                    node,
                    "brief.message.several",
                    f"{len(plain)} texts stand here; the first one is used",
                    "Drop one brief for each of them.",
                )
        for item in node.items:
            if item.kind is Kind.MAPPING:
                yield from self._of_mapping(item, part, locale)

    def _of_mapping(self, node: Node, part: Field, locale: str) -> Iterator[Saying]:
        if len(node.entries) > 2 * self._limits.max_locales:
            self._remarks.refuse(
                node,
                "brief.locales.too_many",
                f"{len(node.entries)} fields stand here; {self._limits.max_locales} locales are allowed in one brief",
            )
            return
        own = own_locale(node) or locale
        country = locales.countries_meant(node)
        for entry in node.entries:
            if entry.key.startswith("_") or entry.node.empty or _labels(entry):
                continue
            meaning = aliases.field_of(entry.key, Context.COPY)
            if text.folded(entry.key) in locales.SOURCE_NAMES:
                yield from self._heard(entry.node, part, own)
            elif meaning and meaning[0] in _PARTS:
                # `disclaimer: {text: ...}`: inside a part, the general words for "text" mean that part.
                inner = part if meaning[0] is Field.MESSAGE else meaning[0]
                yield from self._heard(entry.node, inner, own)
            elif meaning and meaning[0] is Field.TRANSLATIONS:
                yield from self._heard(entry.node, part, own)
            elif told := locales.meant_by(entry.key, country=country):
                yield from self._heard(entry.node, part, told)
            else:
                self._remarks.leave(entry.node.path)

    def _words(self, node: Node) -> str:
        words, stripped = text.clean(node.text, lines=True)
        if stripped:
            self._remarks.notice(node, "brief.text.control", "control characters were taken out of this text")
        if len(words) > self._limits.max_message:
            self._remarks.refuse(
                node,
                "brief.message.too_long",
                f"this text has {len(words)} characters; {self._limits.max_message} fit on a creative at most",
                "Shorten it.",
            )
        return words


def _fitting(locale: str, words: str) -> str:
    """`uk` is Ukrainian, but over Latin words it can only be a country: the locale that fits the script."""
    if locale and not tongues.fits(words, locale):
        country = regions.code_of(locale)
        other = regions.locale_of(country) if country else ""
        return other if other and tongues.fits(words, other) else locale
    return locale


def own_locale(node: Node) -> str:
    """The locale that a mapping names for itself: `{language: es, region: Mexico, text: ...}` is `es-MX`."""
    said = [_label(node, keys) for keys in _LOCALE_KEYS]
    spoken = next((tag for words in said[:1] if words and (tag := locales.meant_by(words))), "")
    country = regions.code_of(said[1])
    if spoken:
        return regions.spoken_in(spoken, (country,) if country else ())
    return regions.locale_of(country) if country else ""


def _label(node: Node, keys: frozenset[str]) -> str:
    labels = (entry.node.text for entry in node.entries if text.folded(entry.key) in keys and entry.node.scalar)
    return next((label for label in labels if len(label) <= _LONGEST_LABEL), "")


def _labels(entry: Entry) -> bool:
    """Whether an entry only says whose words these are; `briefs.targets` reads it."""
    key = text.folded(entry.key)
    if entry.node.scalar and any(key in keys for keys in _LOCALE_KEYS):
        return True
    if key == "name":
        return bool(
            locales.meant_by(entry.node.text[:_LONGEST_LABEL]) or regions.code_of(entry.node.text[:_LONGEST_LABEL])
        )
    return key in {"languages", "locales", "regions", "countries"}
