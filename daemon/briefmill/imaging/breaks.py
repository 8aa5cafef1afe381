"""Where a line may break.

Spaces, hyphens and explicit marks everywhere; phrases found by BudouX in Japanese and Chinese; any two ideographs in
other locales; words of Thai as `imaging.thaiwords` knows them. Never inside a number and its unit, never before closing
punctuation (kinsoku, as JIS X 4051 has it), never inside a grapheme cluster. Korean breaks at its spaces. Lao, Khmer
and Burmese have no dictionary here: they break at spaces and U+200B, and by cluster where a line leaves no other way.

A piece that is too wide for its box has `parts`: at its hyphens (`imaging.hyphens`), inside its phrase, or at the less
certain ends of Thai words. Whether it is worth it is for `imaging.typeset` to say.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.imaging import clusters, hyphens, phrases, thaiwords

SOFT_HYPHEN: Final = "\u00ad"
_GLUE: Final = "\u00a0\u202f\u2007\u2060\ufeff"
_MANDATORY: Final = "\n\v\f\u0085\u2028\u2029"
_HYPHENS: Final = "-\u2010\u2013\u2014/"
_NOT_FIRST: Final = frozenset(
    "!%),.:;?]}¢°·»’”†‡›℃‰、。々〃〉》」』】〕〗〙〛〜〞〟゠ー・ゝゞヽヾ…‥"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "！％），．：；？］｝～｠｡｣､･ｰﾞﾟ—⸺ๆฯໆ។៕၊။"
)
_NOT_LAST: Final = frozenset("#$([{£¥«‘“‹€₹₩₽〈《「『【〔〖〘〝＃＄（［｛｟｢￥￡เแโใไເແໂໃໄ¿¡")
_STOPS: Final = "、。，．！？；：…‥・〜～—⸺"  # after which a line may end where East Asian words are near
_OPENERS: Final = "（「『【《〈〔［"  # before which it may
_CHINESE_MARGIN: Final = 1500  # below it the models tear words (智|能, 丝|绸) as often as they part them
_SHORT_WORDS_HANG: Final = frozenset({"be", "cs", "pl", "ru", "sk", "uk"})
_SPACED_OPENERS: Final = frozenset("«‹¿¡([{")  # French sets a space after its opening quotes
_UNITS: Final = frozenset(
    re.split(
        " ",
        "% ‰ € $ £ ¥ ₹ ₩ ₽ ₺ ₴ kr zł Kč Ft lei лв руб ₫ ฿ AED CHF EUR GBP JPY PLN SAR SEK USD ° °C °F kg g mg t lb lbs "
        "oz ml cl dl l L fl cm mm m km in ft h min s W kW kWh V mAh Hz GHz MHz GB TB MB MP px x × "
        "кг г мл л см мм м км ч мин",
    )
)
_THAI: Final = re.compile("[\u0e00-\u0e7f]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text that stays on one line: `text[start:end]`, its trailing spaces included.

    `forced` says that a new line must begin after it, `hyphen` that a line which ends with it shows a hyphen.
    """

    start: int
    end: int
    forced: bool = False
    hyphen: bool = False


def pieces(text: str, locale: str) -> tuple[Piece, ...]:
    """The unbreakable pieces of a text, in order, without gaps."""
    found: list[Piece] = []
    start = 0
    for at in sorted(_opportunities(text, locale) | {len(text)}):
        if at > start:
            found.append(Piece(start=start, end=at, forced=text[at - 1] in _MANDATORY and at < len(text)))
            start = at
    return tuple(found)


def parts(text: str, piece: Piece, locale: str) -> tuple[Piece, ...]:
    """A piece divided where it may be if it must: with hyphens, or after Thai words perhaps. Often just the piece."""
    stretch = text[piece.start : piece.end]
    if _THAI.search(stretch) or (_has_phrases(locale) and any(map(_ideograph, stretch))):
        offsets = sorted({*_thai_ends(text, piece, locale), *_within_phrase(text, piece, locale)})
        return _divided(piece, [piece.start, *offsets, piece.end], hyphen=False)
    begins = not text[: piece.start].strip()
    offsets = [piece.start + at for at in hyphens.points(stretch, locale, begins=begins)]
    return _divided(piece, [piece.start, *offsets, piece.end], hyphen=True)


def _thai_ends(text: str, piece: Piece, locale: str) -> Iterator[int]:
    """The less certain ends of words inside a piece, in the text's own count; clusters and kinsoku hold."""
    whole = set(_boundaries(text))
    for stretch in _THAI.finditer(text):
        for offset in thaiwords.ends(stretch.group()).perhaps:
            at = stretch.start() + offset
            if piece.start < at < piece.end and at in whole and not _forbidden(text, at, locale):
                yield at


def _within_phrase(text: str, piece: Piece, locale: str) -> Iterator[int]:
    """Where a phrase of Japanese or Chinese may be divided: as a rule, not inside its words.

    A Japanese word begins where hiragana ends, or katakana begins or ends. Chinese does not show its words; in narrow
    columns its readers are used to a break after any character.
    """
    for at in set(_boundaries(text)) & set(range(piece.start + 1, piece.end)):
        before, after = text[at - 1], text[at]
        if not (_ideograph(before) and _ideograph(after)) or _forbidden(text, at, locale):
            continue
        kinds = _kana(before), _kana(after)
        if (kinds[0] != kinds[1] and kinds[1] != "hiragana") or (_model(locale) != "ja" and kinds == ("", "")):
            yield at


def _kana(char: str) -> str:
    if "\u3041" <= char <= "\u309f":
        return "hiragana"
    return "katakana" if "\u30a0" <= char <= "\u30ff" else ""


def doubtful(text: str, locale: str) -> bool:
    """True where words may be divided without a hyphen: inside a phrase of East Asia, after words of Thai perhaps."""
    if _has_phrases(locale) and any(map(_ideograph, text)):
        return True
    return any(thaiwords.ends(stretch.group()).perhaps for stretch in _THAI.finditer(text))


def emergency(text: str, piece: Piece) -> tuple[Piece, ...]:
    """A piece torn into the smallest parts that may stand alone, for a word that is wider than its box."""
    edges = [piece.start]
    at = piece.start
    for cluster in clusters.split(text[piece.start : piece.end]):
        if (
            at > piece.start
            and cluster[0] not in _NOT_FIRST
            and text[at - 1] not in _NOT_LAST
            and not cluster.isspace()
        ):
            edges.append(at)
        at += len(cluster)
    edges.append(piece.end)
    return _divided(piece, edges, hyphen=False)


def _divided(piece: Piece, edges: Sequence[int], *, hyphen: bool) -> tuple[Piece, ...]:
    return tuple(
        Piece(start=start, end=end, forced=piece.forced and end == piece.end, hyphen=hyphen and end != piece.end)
        for start, end in itertools.pairwise(edges)
    )


def _opportunities(text: str, locale: str) -> set[int]:
    found: set[int] = set()
    at = 0
    for cluster in clusters.split(text):
        if at and _may_break(text, at, locale):
            found.add(at)
        at += len(cluster)
    found.update(at for at in _phrases(text, locale) if _ideograph(text[at - 1]) or _ideograph(text[at]))
    for stretch in _THAI.finditer(text):
        found.update(stretch.start() + offset for offset in thaiwords.ends(stretch.group()).sure)
    boundaries = set(_boundaries(text))
    return {at for at in found & boundaries if text[at - 1] in _MANDATORY or not _forbidden(text, at, locale)}


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
    if before in _STOPS:
        return _ideograph(after) or _ideograph(text[max(0, at - 2)])
    if after in _OPENERS and before not in _OPENERS:
        return True
    return not _has_phrases(locale) and _ideograph(before) and _ideograph(after)


def _space(char: str) -> bool:
    return char == "\t" or (unicodedata.category(char) == "Zs" and char not in _GLUE)


def _ideograph(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _forbidden(text: str, at: int, locale: str) -> bool:
    """True where kinsoku, a glue character, a short word or a number with its unit holds two sides together."""
    before, after = text[at - 1], text[at]
    if after in _GLUE or before in _GLUE or (clusters.ignorable(after) and after not in "\u200b" + SOFT_HYPHEN):
        return True
    if before.isdecimal() and _ideograph(after) and after not in _OPENERS:  # a number and its counter: 5折, 3個
        return True
    bare = text[:at].rstrip(" ")
    if after in _NOT_FIRST or not bare:
        return after in _NOT_FIRST
    if len(bare) == at:
        return before in _NOT_LAST
    if bare[-1] in _SPACED_OPENERS:
        return True
    if _short_word(bare) and locale.partition("-")[0] in _SHORT_WORDS_HANG:
        return True
    word = text[at:].split(None, 1)[0]
    return after in "\u2013\u2014" or _belongs(bare, word)


def _short_word(before: str) -> bool:
    """True for a word of one letter at the end: Slavic languages leave no `в`, `z` or `k` behind."""
    return before[-1].isalpha() and (len(before) == 1 or before[-2].isspace())


def _belongs(before: str, word: str) -> bool:
    """True for what is read as one: `20 kg`, `1 000`, `€ 20`."""
    if before[-1].isdigit():
        return word.strip(".,;:!?)") in _UNITS or re.fullmatch(r"\d{3}\b.*", word) is not None
    last = before.rsplit(None, 1)[-1]
    return word[0].isdigit() and last in _UNITS and len(last) <= 3 and not last.islower()


def _has_phrases(locale: str) -> bool:
    return _model(locale) is not None


def _phrases(text: str, locale: str) -> Iterator[int]:
    """Break opportunities by phrase. The model is given the whole text: at a stretch's edges it lacks its evidence."""
    model = _model(locale)
    if model is None or not any(map(_ideograph, text)):
        return iter(())
    return phrases.ends(text, model, margin=0 if model == "ja" else _CHINESE_MARGIN)


def _model(locale: str) -> phrases.Model | None:
    language, *tags = locale.replace("_", "-").casefold().split("-")
    if language == "ja":
        return "ja"
    if language in {"zh", "yue", "cmn"}:
        traditional = language == "yue" or not {"hant", "tw", "hk", "mo"}.isdisjoint(tags)
        return "zh-hant" if traditional and "hans" not in tags else "zh-hans"
    return None
