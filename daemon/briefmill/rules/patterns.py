"""Expressions that an operator may put into a rule file, held to what can be matched in little time.

`re` has no time limit, and a nested repetition can take years over forty characters. So only what is needed for figures
and prices is taken: classes, alternatives, and repetitions that have an end and are not of groups.
"""

import re
from typing import Final

LONGEST: Final = 120
MOST_WAYS: Final = 5000
"""In so many ways the repetitions of one pattern may share out a text: the product of their ranges."""

_ENDLESS: Final = re.compile(r"(?<!\\)(?:\\\\)*[*+]")
_GROUP_REPEATED: Final = re.compile(r"(?<!\\)(?:\\\\)*\)[?{]")
_SPECIAL: Final = re.compile(r"(?<!\\)(?:\\\\)*\(\?(?!:)")
_REFERENCE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
_COUNTED: Final = re.compile(r"\{(\d*)(?:(,)(\d*))?\}")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def checked(pattern: str) -> str:
    """The pattern, if it may be used. Raises ValueError with what would be right."""
    if len(pattern) > LONGEST:
        raise ValueError(f"a pattern has at most {LONGEST} characters")
    try:
        made = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from error
    bare = _CLASS.sub("x", pattern)
    if _ENDLESS.search(bare):
        raise ValueError("* and + have no end; write {0,20} or {1,20}")
    if _GROUP_REPEATED.search(bare):
        raise ValueError("a group may not be repeated; write its alternatives out")
    if _SPECIAL.search(bare) or _REFERENCE.search(bare):
        raise ValueError("only plain groups (?:...) are taken: no looking around, names, flags or references")
    if _ways(bare) > MOST_WAYS:
        raise ValueError(f"these repetitions can be met in more than {MOST_WAYS} ways; write fewer, or shorter ones")
    if made.match(""):
        raise ValueError("this pattern is met by nothing at all")
    return pattern


def _ways(bare: str) -> int:
    """In how many ways the repetitions can be met, at most; those without an end count as endless."""
    ways: int = 1 << bare.replace("(?:", "").replace("\\?", "").count("?")
    for least, comma, most in _COUNTED.findall(bare):
        if comma:
            ways *= int(most) - int(least or 0) + 1 if most else MOST_WAYS + 1
    return ways
