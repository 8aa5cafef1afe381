"""Whether a text says a term, as a reader of its script would see it: the one comparison behind every rule about words.

A light room, without pixels: the rule `words` asks here of a creative's copy, the brand file of what it forbids, and
the checks of machine-made words before they are set. How words are found is `wordmatch`'s business.
"""

from briefmill.rules import tracing, wordmatch


def says(text: str, word: str) -> bool:
    """True when the text contains the word (or phrase) whatever its case, width, spacing or invisible characters.

    So does a text that disguises it: with figures for letters, with its letters set apart, or with letters of another
    script that look the same.
    """
    term = wordmatch.literal(word)
    return term is not None and wordmatch.Spoken(text).first(term) is not None


def quoted(text: str, word: str) -> str:
    """The word as the text writes it, empty where it does not say it."""
    term = wordmatch.literal(word)
    hit = wordmatch.Spoken(text).first(term) if term else None
    return hit.quote if hit else ""


def folded(text: str) -> str:
    """The text as it is compared, see `tracing.folded`."""
    return tracing.folded(text).text
