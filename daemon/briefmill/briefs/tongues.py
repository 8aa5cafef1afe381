"""Which language a text is written in.

Foreign scripts tell it. Latin text is told by function words and letters, and only among the languages that the brief
or its region offers, English winning every doubt: a brief for Germany with English words means the English words.
"""

import re
from collections.abc import Collection
from typing import Final

from briefmill.briefs import tags

_SCRIPTS: Final = (
    (re.compile("[\u4e00-\u9fff\u3400-\u4dbf\u3040-\u30ff]"), "zh"),
    (re.compile("[\uac00-\ud7af\u1100-\u11ff]"), "ko"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0900-\u097f]"), "hi"),
    (re.compile("[\u0980-\u09ff]"), "bn"),
    (re.compile("[\u0a00-\u0a7f]"), "pa"),
    (re.compile("[\u0a80-\u0aff]"), "gu"),
    (re.compile("[\u0b80-\u0bff]"), "ta"),
    (re.compile("[\u0c00-\u0c7f]"), "te"),
    (re.compile("[\u0c80-\u0cff]"), "kn"),
    (re.compile("[\u0d00-\u0d7f]"), "ml"),
    (re.compile("[\u0d80-\u0dff]"), "si"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u0400-\u04ff]"), "ru"),
    (re.compile("[\u0530-\u058f]"), "hy"),
    (re.compile("[\u10a0-\u10ff]"), "ka"),
    (re.compile("[\u1780-\u17ff]"), "km"),
    (re.compile("[\u0e80-\u0eff]"), "lo"),
    (re.compile("[\u1000-\u109f]"), "my"),
    (re.compile("[\u1200-\u137f]"), "am"),
)
_TOLD_BY_LETTERS: Final = {
    "zh": (re.compile("[\u3040-\u30ff]"), "ja"),
    "ar": (re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]"), "fa"),
    "ru": (re.compile("[\u0456\u0457\u0454\u0491]", re.IGNORECASE), "uk"),
}
_SHARED: Final = {
    "ar": {"ar", "fa", "ur", "ps", "ckb", "ug", "sd"},
    "fa": {"fa", "ur", "ckb", "ps"},
    "hi": {"hi", "mr", "ne"},
    "ru": {"ru", "bg", "sr", "mk", "be", "kk", "ky", "mn", "uk", "tg"},
    "uk": {"uk", "be", "kk"},
    "zh": {"zh", "yue", "ja"},
    "he": {"he", "yi"},
    "am": {"am", "ti"},
}
_ALSO_LATIN: Final = frozenset({"sr", "kk", "ug", "az"})
_FOREIGN: Final = frozenset().union(*_SHARED.values())
_FUNCTION_WORDS: Final = {
    "en": "the your you our with for and of to more this that it up every get new now from make is in by all we",
    "de": "der die das und für mit dein deine deinen ihr ihre den dem ein eine ist nicht jetzt mehr wir auf zum zur im",
    "fr": "le la les des du un une et pour avec votre vos ton ta tes est dans plus sur chaque nous vous en au aux",
    "es": "el la los las un una y para con tu tus su es en más del al por cada de lo que esta este",
    "it": "il lo la gli le un una e per con tuo tua tuoi è nel della del di più ogni che dei alla",
    "pt": "o a os as um uma e para com seu sua seus é em mais do da no na cada de que você ao",
    "nl": "de het een en voor met je jouw uw is in meer van op nu elke niet wij ons naar bij",
    "sv": "och för med din ditt dina en ett är i mer av på nu varje inte vi den det som till",
    "da": "og for med din dit dine en et er i mere af på nu hver ikke vi den det som til",
    "no": "og for med din ditt dine en et er i mer av på nå hver ikke vi den det som til",
    "fi": "ja on ei se että kun sinun oma kaikki nyt uusi joka ole hän me",
    "pl": "i w na z do dla twój twoja twoje jest się nie każdy więcej teraz to od jak",
    "cs": "a v na s do pro tvůj tvoje je se ne každý více nyní to od jak vaše",
    "tr": "ve bir için ile senin sizin bu daha şimdi her çok yeni en de da",
    "ro": "și în pentru cu tău ta este mai nu fiecare acum un o de la din",
    "hu": "és a az egy hogy nem is most minden új van több",
    "id": "dan yang untuk dengan anda di ini itu lebih dari setiap kamu baru",
    "vi": "và cho với của bạn là trong một mỗi những này hơn",
    "fil": "ang ng sa mga ay at para iyong mo na",
    "ms": "dan yang untuk dengan anda di ini itu lebih dari setiap baharu",
}


def fits(text: str, locale: str) -> bool:
    """Whether the script of the text can be that of the locale's language; a text without letters fits them all."""
    told = by_script(text)
    spoken = tags.language(locale)
    if told:
        return spoken == told or spoken in _SHARED.get(told, ())
    latin = any(character.isalpha() for character in text)
    foreign = spoken in _FOREIGN or any(spoken == code for _, code in _SCRIPTS)
    return not latin or not foreign or spoken in _ALSO_LATIN


def by_script(text: str) -> str:
    """The language that the script of a text tells, or an empty string for Latin letters and for none at all.

    One fifth of the letters is enough, because brand names keep their Latin letters in every language.
    """
    letters = sum(character.isalpha() for character in text)
    for pattern, code in _SCRIPTS:
        if len(pattern.findall(text)) * 5 >= max(letters, 1):
            letter, other = _TOLD_BY_LETTERS.get(code, (None, code))
            return other if letter and letter.search(text) else code
    return ""


def guess(words: str, spoken: Collection[str], *, default: str) -> str:
    """The language of words meant for people who speak `spoken` (language codes).

    Foreign scripts tell it themselves. Of the Latin languages the one with the most function words in the text wins,
    English at a tie; letters that English lacks count as one. `default` where nothing tells anything.
    """
    told = by_script(words)
    if told:
        return next((code for code in spoken if code == told or code in _SHARED.get(told, ())), told)
    found = re.findall(r"[^\W\d_]+", words.casefold())
    english = set(found) & _function_words("en")
    foreign_letters = any(ord(letter) > 127 and letter.isalpha() for letter in words)
    others = [code for code in spoken if code != "en"]
    best = max(others, key=lambda code: len(set(found) & _function_words(code)), default="en")
    own = set(found) & _function_words(best)
    if best != "en" and len(own - english) + foreign_letters > len(english - own):
        return best
    # Words that English shares with the best other language tell nothing between the two.
    return "en" if english - (own if best != "en" else set()) else default


def _function_words(code: str) -> set[str]:
    return set(_FUNCTION_WORDS.get("no" if code == "nb" else code, "").split())
