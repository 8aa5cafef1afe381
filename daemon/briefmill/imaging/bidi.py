"""Direction: which way a paragraph runs, and in which order its pieces stand on a line.

Mixed lines (an Arabic sentence with a Latin product name and a price) are drawn in several fonts, so the order has to
be known before shaping. python-bidi's steps of the Unicode Bidirectional Algorithm (UAX 9) give the level of every
character; it knows neither isolates nor paired brackets, so isolates are read as embeddings here and rule N0 is added.
`imaging.shape` cuts lines into runs of one level and hands each to the shaper.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from bidi import algorithm
from bidi.mirror import MIRRORED

Direction = Literal["ltr", "rtl"]

_RTL_LANGUAGES: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "ps", "sd", "ug", "ur", "yi"}
)
_RTL_SCRIPTS: Final = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo", "adlm"})
_LTR_SCRIPTS: Final = frozenset({"latn", "cyrl"})
_ISOLATES: Final = {"LRI": "LRE", "RLI": "RLE", "PDI": "PDF"}
_PAIR_LIMIT: Final = 63  # UAX 9, BD16


def of_locale(locale: str) -> Direction:
    """The direction in which a locale is written. A script subtag (`pa-Arab`, `ku-Latn`) goes first."""
    parts = locale.replace("_", "-").casefold().split("-")
    if not _RTL_SCRIPTS.isdisjoint(parts[1:]):
        return "rtl"
    return "rtl" if parts[0] in _RTL_LANGUAGES and _LTR_SCRIPTS.isdisjoint(parts[1:]) else "ltr"


def of_text(text: str, locale: str = "") -> Direction:
    """The direction of a paragraph: the locale's, unless every strong character says otherwise.

    The first strong character alone is a bad judge of copy: an Arabic headline may well begin with a Latin brand name.
    """
    strong = {"rtl" if kind in {"R", "AL"} else "ltr" for kind in map(unicodedata.bidirectional, text) if _strong(kind)}
    expected = of_locale(locale)
    if len(strong) == 1 and expected not in strong:
        return "rtl" if expected == "ltr" else "ltr"
    if len(strong) == 2 and not locale:
        return "rtl" if algorithm.get_base_level(text) else "ltr"
    return expected


def levels(text: str, direction: Direction) -> tuple[int, ...]:
    """The embedding level of every character of a paragraph: even runs left to right, odd right to left.

    Direction controls, which are not drawn, take the level of the character before them.
    """
    base = 1 if direction == "rtl" else 0
    if not base and text.isascii():
        return (0,) * len(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "R" if base else "L"
    storage["chars"] = [
        {"ch": char, "level": base, "type": kind, "orig": kind, "at": at}
        for at, (char, kind) in enumerate(zip(text, _kinds(text), strict=True))
    ]
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _resolve_brackets(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    known = {entry["at"]: int(entry["level"]) for entry in storage["chars"]}
    found: list[int] = []
    for at in range(len(text)):
        found.append(known.get(at, found[-1] if found else base))
    return tuple(found)


def visual(run_levels: Sequence[int]) -> list[int]:
    """The order, left to right, of a line's runs given their levels (rule L2)."""
    order = list(range(len(run_levels)))
    odd = [level for level in run_levels if level % 2]
    if not odd:
        return order
    for level in range(max(run_levels), min(odd) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            if end > start:
                order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


def _strong(kind: str) -> bool:
    return kind in {"L", "R", "AL"}


def _kinds(text: str) -> Iterator[str]:
    """Bidi classes as python-bidi wants them: no isolates, no unassigned characters."""
    for at, char in enumerate(text):
        kind = unicodedata.bidirectional(char) or "L"
        if kind == "FSI":
            first = next((k for k in map(unicodedata.bidirectional, text[at + 1 :]) if _strong(k)), "L")
            kind = "LRE" if first == "L" else "RLE"
        yield _ISOLATES.get(kind, kind)


def _resolve_brackets(storage: dict[str, Any]) -> None:
    """Rule N0: a pair of brackets takes one direction, the embedding's if that occurs inside, else its context's."""
    for run in storage["runs"]:
        chars = storage["chars"][run["start"] : run["start"] + run["length"]]
        for opening, closing in sorted(_pairs(chars)):
            embedding = "R" if chars[opening]["level"] % 2 else "L"
            inside = {_as_strong(entry["type"]) for entry in chars[opening + 1 : closing]} - {""}
            if not inside:
                continue
            before = (_as_strong(entry["type"]) for entry in reversed(chars[:opening]))
            context = next((kind for kind in before if kind), run["sor"])
            kind = embedding if embedding in inside or context == embedding else context
            chars[opening]["type"] = chars[closing]["type"] = kind


def _as_strong(kind: str) -> str:
    if kind in {"R", "AN", "EN"}:
        return "R"
    return "L" if kind == "L" else ""


def _pairs(chars: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    open_brackets: list[tuple[str, int]] = []
    for at, entry in enumerate(chars):
        char = entry["ch"]
        if entry["type"] != "ON":
            continue
        if unicodedata.category(char) == "Ps" and char in MIRRORED:
            if len(open_brackets) == _PAIR_LIMIT:
                return pairs
            open_brackets.append((MIRRORED[char], at))
        elif unicodedata.category(char) == "Pe":
            depth = next((i for i in range(len(open_brackets) - 1, -1, -1) if open_brackets[i][0] == char), None)
            if depth is not None:
                pairs.append((open_brackets[depth][1], at))
                del open_brackets[depth:]
    return pairs
