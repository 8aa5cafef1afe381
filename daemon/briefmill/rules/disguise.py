"""Words in disguise: figures standing in for letters (`ch3ap`) and letters set apart (`f r e e`, `f-r-e-e`).

The rules about words read a text as it is first, then as it is meant. Taken: a figure or sign between two Latin
letters, and three or more single letters with the same separator between them. Left alone: figures at the end of a word
(`sale2027` is no disguise) and runs of two letters. Letters borrowed from another script are undone in `lookalike`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from briefmill.rules.tracing import Traced

_FIGURES: Final[Mapping[int, str]] = {ord(sign): letter for sign, letter in zip("013457@$", "oieastas", strict=True)}
_FIGURES_L: Final[Mapping[int, str]] = {**_FIGURES, ord("1"): "l"}
_INSIDE: Final = re.compile(r"(?<=[a-z])[013457@$]{1,3}(?=[a-z])")
_APART: Final = re.compile(r"(?<!\w)[^\W\d_]([ .*_·-])[^\W\d_](?:\1[^\W\d_])+(?!\w)")


def undone(folded: Traced) -> tuple[Traced, ...]:
    """The text without its disguises; expects it as `tracing.folded` gives it, and is the same text where none is.

    Two readings where a 1 stands for a letter, because it is as often an l (`sa1e`) as an i (`pr1ce`).
    """
    joined = folded.respelt(_APART, _joined)
    as_i = joined.respelt(_INSIDE, lambda run: _meant(run, _FIGURES))
    if "1" not in joined.text:
        return (as_i,)
    return as_i, joined.respelt(_INSIDE, lambda run: _meant(run, _FIGURES_L))


def _joined(run: re.Match[str]) -> Iterator[tuple[int, str]]:
    return ((at, run.string[at]) for at in range(run.start(), run.end()) if run.string[at] != run[1])


def _meant(run: re.Match[str], figures: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    return enumerate(run[0].translate(figures), start=run.start())
