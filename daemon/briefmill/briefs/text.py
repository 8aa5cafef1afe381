"""Words as they may go on: composed (NFC), without control characters, of a sane length; and slugs made from them.

Joiners (ZWJ, ZWNJ) and direction marks stay, because emoji, Persian and mixed Hebrew need them; what only serves to
hide or reorder text (overrides, byte order marks) or tells of damage (U+FFFD, half surrogates) goes.
"""

import re
import unicodedata
from typing import Final

_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\ufeff\ufff9\ufffa\ufffb\ufffd")
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
_SLUG_CHARACTERS: Final = 64
_SLUG_BYTES: Final = 200  # of the 255 that a file name may have: `.r12` and a sibling's suffix still fit


def clean(text: str, *, lines: bool = False) -> tuple[str, bool]:
    """The text composed and trimmed, and whether something had to be taken out of it.

    `lines` keeps line breaks (at most one at a time); otherwise every run of white space becomes one space.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(character for character in composed if not _removed(character))
    if lines:
        whole = "\n".join(line for line in (" ".join(part.split()) for part in kept.split("\n")) if line)
    else:
        whole = " ".join(kept.split())
    return whole, len(kept) != len(composed)


def _removed(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in _REORDERING or unicodedata.category(character) in {"Cc", "Cs"} or _noncharacter(character)


def _noncharacter(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def slug(text: str, *, fallback: str) -> str:
    """A name for a folder: lower case, letters, marks and digits of any script, single hyphens between them.

    At most 64 characters and 200 bytes; never empty (then `fallback`), never a name that Windows keeps for itself.
    """
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    kept = "".join(character if unicodedata.category(character)[0] in "LMN" else "-" for character in lowered)
    short = re.sub("-+", "-", kept).strip("-")[:_SLUG_CHARACTERS]
    while len(short.encode()) > _SLUG_BYTES:
        short = short[:-1]
    short = short.strip("-") or fallback
    return f"{short}-1" if short in _RESERVED else short


def folded(key: str) -> str:
    """A key without case and separators, so that `campaignMessage`, `Campaign message` and `campaign_message` meet."""
    return "".join(character for character in unicodedata.normalize("NFKC", key).casefold() if character.isalnum())


def words(key: str) -> list[str]:
    """The words of a key in lower case, split at separators and at the humps of camelCase."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    return [word.lower() for word in re.split(r"[\W_]+", split) if word]
