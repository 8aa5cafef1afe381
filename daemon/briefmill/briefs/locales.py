"""Locales named by keys and by loose words: `es`, `pt_br`, `French`, `japan`, and the tail of `campaign_message_es`."""

import re
from typing import Final

from briefmill.briefs import regions, tags, text
from briefmill.briefs.nodes import Node

_MARKERS: Final = (
    "localized localised translated translation translations localization localizations localisation localisations "
    "by locale locales language languages lang market variants i18n"
)
_LOOK_AT: Final = 300
"""So many keys of a mapping tell what it is; more than that are refused later."""
SOURCE_NAMES: Final = frozenset(
    {"default", "source", "original", "base", "primary", "main", "global", "master", "fallback", "origin"}
)
"""Keys that mean the words as first written, of whatever language."""


def meant_by(words: str, *, country: bool = False) -> str:
    """The tag that a code, a language's name or a country means; empty where none.

    `country` reads two letters as a country first: `CA` is then Canada, not Catalan.
    """
    told = tags.tag(words)
    if told and not country:
        return told
    code = regions.code_of(words)
    return (regions.locale_of(code) if code else "") or told


def all_locales(node: Node) -> bool:
    """Whether the keys of a mapping are locales (or a default), so that its values are translations."""
    keys = [entry.key for entry in node.entries[:_LOOK_AT] if not entry.key.startswith("_")]
    named = [key for key in keys if text.folded(key) not in SOURCE_NAMES]
    return bool(named) and all(_short(key) and meant_by(key) for key in named)


def countries_meant(node: Node) -> bool:
    """Whether two-letter keys are countries: all in capitals, and one of them no language (`US, JP, BR`)."""
    keys = [entry.key for entry in node.entries]
    codes = [key for key in keys if len(key) == 2 and key.isupper()]
    return len(codes) == len(keys) and any(not tags.tag(key) for key in codes)


def in_key(key: str) -> tuple[str, str] | None:
    """A key taken apart into what it is about and its locale: (`campaignmessage`, `es`); None where it has neither.

    A key that only says it is localised (`campaign_message_localized`) has an empty locale.
    """
    said = text.words(key)
    kept = [word for word in said if word not in _MARKERS.split()]
    for length in (2, 1):
        if len(kept) > length:
            tail, head = "-".join(kept[-length:]), "-".join(kept[:length])
            if _short(tail) and (told := meant_by(tail)):
                return "".join(kept[:-length]), told
            if len(head) > 2 and _short(head) and (told := tags.tag(head)):
                return "".join(kept[length:]), told
    return ("".join(kept), "") if kept and len(kept) < len(said) else None


def _short(key: str) -> bool:
    """A code of two letters, a tag, or a name of a language or country; not just any word of three letters."""
    return bool(re.fullmatch(r"[A-Za-z]{2}|[A-Za-z]{2,3}[-_](\w{2}|\w{4}|\d{3})(-\w{2})?|[^\W\d_][\w\s-]{3,30}", key))
