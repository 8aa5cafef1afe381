"""Words of Thai, which is written without spaces between them: where one surely ends, and where one perhaps does.

Two witnesses are heard. BudouX, a small model, is always there, and sees a break inside every fourth compound
(น้ำ|ผึ้ง, water|bee, is honey); only its surest breaks are trusted alone. Where a package with a dictionary of the
language is installed (`newmm_tokenizer` or `pythainlp`), its words are read as data, the text is cut into as few of
them as possible, and a break is sure when both agree. What one of them doubts is offered apart: for a line with no
other way.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from briefmill.imaging import phrases

_MARGIN: Final = 2000
"""Score above which BudouX is believed alone. Against a dictionary, on 27 advertising lines of our own: of all its
breaks 28 % fell inside a word, of those above this score 11 %, all of them between the halves of a compound."""
_DICTIONARIES: Final = (("newmm_tokenizer", "words_th.txt"), ("pythainlp", "corpus/words_th.txt"))
_LONGEST: Final = 32
_UNKNOWN: Final = 4  # what a character outside every word costs, where a word costs 1


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Offsets in a stretch of Thai: after a word for sure, and after a word perhaps. No offset is in both."""

    sure: frozenset[int]
    perhaps: frozenset[int]


@lru_cache(maxsize=512)
def ends(stretch: str) -> Ends:
    """Where words end inside a stretch of Thai letters; its own end is not counted."""
    likely = frozenset(phrases.ends(stretch, "th"))
    words = _dictionary()
    if words:
        either, both = _fewest(stretch, words)
        return Ends(sure=likely & either, perhaps=both - likely)
    sure = frozenset(phrases.ends(stretch, "th", margin=_MARGIN))
    return Ends(sure=sure, perhaps=likely - sure)


def _fewest(stretch: str, words: frozenset[str]) -> tuple[frozenset[int], frozenset[int]]:
    """The cuts of a stretch into as few words as possible: those with a word on one side, those with one on both."""
    best: list[tuple[int, int]] = [(0, 0)]  # the cost up to here, and where the last word began
    for end in range(1, len(stretch) + 1):
        ways = [(best[end - 1][0] + _UNKNOWN, end - 1)]
        starts = (start for start in range(max(0, end - _LONGEST), end) if stretch[start:end] in words)
        ways += ((best[start][0] + 1, start) for start in starts)
        best.append(min(ways))
    begins: set[int] = set()
    stops: set[int] = set()
    end = len(stretch)
    while end:
        start = best[end][1]
        if stretch[start:end] in words:
            begins.add(start)
            stops.add(end)
        end = start
    outer = {0, len(stretch)}
    return frozenset((begins | stops) - outer), frozenset((begins & stops) - outer)


@cache
def _dictionary() -> frozenset[str]:
    """The words of the first dictionary that is installed, none without one. The package itself is not imported."""
    for package, name in _DICTIONARIES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            path = Path(folder, name)
            if path.is_file():
                words = (line.strip() for line in path.read_text("utf-8").splitlines())
                return frozenset(word for word in words if 1 < len(word) <= _LONGEST and _thai(word))
    return frozenset()


def _thai(word: str) -> bool:
    return all("\u0e00" < char <= "\u0e7f" for char in word)
