"""Where a line may break.

Spaces, hyphens and explicit marks everywhere; phrases found by BudouX in Japanese, Chinese and Thai; any two ideographs
in other locales. Never inside a number and its unit, never before closing punctuation (kinsoku, as JIS X 4051 has it),
never inside a grapheme cluster. Korean breaks at its spaces. Lao, Khmer and Burmese have no dictionary here: they break
at spaces and U+200B, and by cluster where a line leaves no other way.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from briefmill.imaging import clusters

if TYPE_CHECKING:
    from budoux import Parser

SOFT_HYPHEN: Final = "\u00ad"
_GLUE: Final = "\u00a0\u202f\u2007\u2060\ufeff"
_MANDATORY: Final = "\n\v\f\u0085\u2028\u2029"
_HYPHENS: Final = "-\u2010\u2013\u2014/"
_NOT_FIRST: Final = frozenset(
    "!%),.:;?]}¢°·»’”†‡›℃‰、。々〃〉》」』】〕〗〙〛〜〞〟゠ー・ゝゞヽヾ…‥"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "！％），．：；？］｝～｠｡｣､･ｰﾞﾟๆฯໆ។៕၊။"
)
_NOT_LAST: Final = frozenset("#$([{£¥«‘“‹€₹₩₽〈《「『【〔〖〘〝＃＄（［｛｟｢￥￡เแโใไເແໂໃໄ¿¡")
_SPACED_OPENERS: Final = frozenset("«‹¿¡([{")  # French sets a space after its opening quotes
_UNITS: Final = frozenset(
    re.split(
        " ",
        "% ‰ € $ £ ¥ ₹ ₩ ₽ ₺ ₴ kr zł Kč Ft lei лв руб ₫ ฿ AED CHF EUR GBP JPY PLN SAR SEK USD ° °C °F kg g mg t lb lbs "
        "oz ml cl dl l L fl cm mm m km in ft h min s W kW kWh V mAh Hz GHz MHz GB TB MB MP px x × "
        "кг г мл л см мм м км ч мин",
    )
)
_PHRASED: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+|[\u0e00-\u0e7f]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text that stays on one line: `text[start:end]`, its trailing spaces included.

    `forced` says that a new line must begin after it.
    """

    start: int
    end: int
    forced: bool = False


def pieces(text: str, locale: str) -> tuple[Piece, ...]:
    """The unbreakable pieces of a text, in order, without gaps."""
    found: list[Piece] = []
    start = 0
    for at in sorted(_opportunities(text, locale) | {len(text)}):
        if at > start:
            found.append(Piece(start=start, end=at, forced=text[at - 1] in _MANDATORY and at < len(text)))
            start = at
    return tuple(found)


def emergency(text: str) -> list[str]:
    """A piece torn into the smallest parts that may stand alone, for a word that is wider than its box."""
    parts: list[str] = []
    for cluster in clusters.split(text):
        if parts and (cluster[0] in _NOT_FIRST or parts[-1][-1] in _NOT_LAST or cluster.isspace()):
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return parts


def _opportunities(text: str, locale: str) -> set[int]:
    found: set[int] = set()
    at = 0
    for cluster in clusters.split(text):
        if at and _may_break(text, at, locale):
            found.add(at)
        at += len(cluster)
    for stretch in _PHRASED.finditer(text):
        found.update(stretch.start() + offset for offset in _phrases(stretch.group(), locale))
    boundaries = set(_boundaries(text))
    return {at for at in found & boundaries if text[at - 1] in _MANDATORY or not _forbidden(text, at)}


def _boundaries(text: str) -> Iterator[int]:
    at = 0
    for cluster in clusters.split(text):
        at += len(cluster)
        yield at


def _may_break(text: str, at: int, locale: str) -> bool:
    before, after = text[at - 1], text[at]
    if before in _MANDATORY or before in "\u200b" + SOFT_HYPHEN:
        return True
    if _space(before):
        return not _space(after) and after not in _MANDATORY
    if before in _HYPHENS:
        return at >= 3 and text[at - 3 : at - 1].isalpha() and text[at : at + 2].isalpha()
    return not _has_phrases(locale) and _ideograph(before) and _ideograph(after)


def _space(char: str) -> bool:
    return char == "\t" or (unicodedata.category(char) == "Zs" and char not in _GLUE)


def _ideograph(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _forbidden(text: str, at: int) -> bool:
    """True where kinsoku, a glue character, or a number with its unit holds two sides together."""
    before, after = text[at - 1], text[at]
    if after in _GLUE or before in _GLUE or (clusters.ignorable(after) and after not in "\u200b" + SOFT_HYPHEN):
        return True
    bare = text[:at].rstrip(" ")
    if after in _NOT_FIRST or not bare:
        return after in _NOT_FIRST
    if len(bare) == at:
        return before in _NOT_LAST
    if bare[-1] in _SPACED_OPENERS:
        return True
    word = text[at:].split(None, 1)[0]
    return after in "\u2013\u2014" or _belongs(bare, word)


def _belongs(before: str, word: str) -> bool:
    """True for what is read as one: `20 kg`, `1 000`, `€ 20`."""
    if before[-1].isdigit():
        return word.strip(".,;:!?)") in _UNITS or re.fullmatch(r"\d{3}\b.*", word) is not None
    last = before.rsplit(None, 1)[-1]
    return word[0].isdigit() and last in _UNITS and len(last) <= 3 and not last.islower()


def _has_phrases(locale: str) -> bool:
    return _model(locale) != ""


def _phrases(stretch: str, locale: str) -> Iterator[int]:
    """Break opportunities by BudouX inside a stretch of ideographs or Thai."""
    thai = "\u0e00" <= stretch[0] <= "\u0e7f"
    model = "th" if thai else _model(locale)
    if not model or (model == "th" and not thai):
        return
    at = 0
    for phrase in _parser(model).parse(stretch)[:-1]:
        at += len(phrase)
        yield at


def _model(locale: str) -> str:
    parts = locale.replace("_", "-").casefold().split("-")
    if parts[0] in {"ja", "th"}:
        return parts[0]
    if parts[0] in {"zh", "yue", "cmn"}:
        traditional = parts[0] == "yue" or not {"hant", "tw", "hk", "mo"}.isdisjoint(parts[1:])
        return "zh-hant" if traditional and "hans" not in parts[1:] else "zh-hans"
    return ""


@cache
def _parser(model: str) -> "Parser":
    import budoux

    loaders = {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }
    return loaders[model]()
