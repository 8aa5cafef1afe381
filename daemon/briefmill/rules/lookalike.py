"""Letters borrowed from another script because they look the same: `сhеар` with three letters out of Cyrillic.

Which letters look alike is Unicode's list of confusables (UTS 39), out of the package confusable-homoglyphs. A word is
read so only where it mixes scripts, or stands in a text of the other script: a Russian word in a Russian sentence is
what it is. Left alone: figures (`disguise`), and scripts without look-alikes.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from briefmill.rules import tracing
from briefmill.rules.tracing import Traced

ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
"""The scripts whose letters are taken for one another."""

_WORD: Final = re.compile(r"[^\W\d_]+")


def script(letter: str) -> str:
    """The script of a letter, by the first word of its name in Unicode (`LATIN`); empty for what has no name."""
    return unicodedata.name(letter, "").partition(" ")[0]


def towards(folded: Traced, target: str) -> Traced:
    """The text with words of borrowed letters spelt in the target script; the same text where there are none."""
    if folded.text.isascii() or target not in ALIKE:
        return folded
    found = [script(letter) for letter in folded.text if letter.isalpha()]
    others = {name for name in found if name in ALIKE and name != target}
    if not others:
        return folded
    common = max(ALIKE, key=lambda name: (found.count(name), name == target))

    def spelt(word: re.Match[str]) -> Iterator[tuple[int, str]]:
        scripts = {script(letter) for letter in word[0]}
        borrowed = scripts & others and (target in scripts or common == target)
        for at, letter in enumerate(word[0], start=word.start()):
            yield at, _meant(folded, at, letter, target) if borrowed else letter

    return folded.respelt(_WORD, spelt)


def _meant(folded: Traced, at: int, letter: str, target: str) -> str:
    # As it was written, because capitals look alike where small letters do not: Cyrillic Н is like H, н is not like h.
    written = unicodedata.normalize("NFKC", folded.quote(at, at + 1))
    table = _table(target)
    return table.get(written) or table.get(letter, letter)


@cache
def _table(target: str) -> dict[str, str]:
    """What each letter of the other scripts looks like in this one."""
    # A tenth of a second to read, and hardly any text needs it.
    from confusable_homoglyphs import confusables

    table: dict[str, str] = {}
    for letter, alikes in confusables.confusables_data.items():
        if len(letter) != 1 or not letter.isalpha() or script(letter) not in ALIKE - {target}:
            continue
        meant = [alike["c"] for alike in alikes if len(alike["c"]) == 1 and script(alike["c"]) == target]
        if meant:
            table[letter] = tracing.folded(min(meant, key=lambda one: (not one.islower(), ord(one)))).text
    return table
