"""Words in disguise: figures standing in for letters (`ch3ap`) and letters set apart (`f r e e`, `f-r-e-e`).

The rule `words` reads a text as it is first, then as it is meant. Taken: a figure or sign between two Latin letters,
and three or more single letters with the same separator between them. Left alone: figures at the end of a word
(`sale2027` is no disguise), runs of two letters, and letters borrowed from another script.
"""

import re
from typing import Final

_FIGURES: Final = str.maketrans("013457@$", "oieastas")
_INSIDE: Final = re.compile(r"(?<=[a-z])[013457@$]{1,3}(?=[a-z])")
_APART: Final = re.compile(r"(?<!\w)[^\W\d_]([ .*-])[^\W\d_](?:\1[^\W\d_])+(?!\w)")


def undone(folded: str) -> str:
    """The text without its disguises; expects text as `terms.folded` gives it, and is the same text where none is."""
    joined = _APART.sub(lambda run: run[0].replace(run[1], ""), folded)
    return _INSIDE.sub(lambda run: run[0].translate(_FIGURES), joined)
