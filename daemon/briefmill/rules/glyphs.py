"""Rule `glyphs`: no character is missing from the fonts.

A character without a glyph would be an empty box on the ad; the typesetter leaves it out and reports it.
"""

import unicodedata
from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Measure, Subject, Thresholds, spoken

RULE = "glyphs"
NAMED = 8
"""So many characters are named in one finding; a line in an unknown script has more than anybody reads."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for each block with characters that no font has, naming them and their code points. None may be missing.

    Source: the character maps of the brand's fonts, the shipped fonts and the system's fonts.
    """
    for text in subject.composition.texts:
        if text.missing:
            names = [described(character) for character in text.missing]
            rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            yield subject.found(
                RULE,
                Severity.ERROR,
                f"No font has these characters of the {spoken(text.role)}: {', '.join(names[:NAMED])}{rest}.",
                "Write it without them, or put a font that has them beside the brief and name it under brand.fonts.",
                measure=Measure(value=len(names), threshold=0, unit="characters"),
                box=text.box,
            )


def described(character: str) -> str:
    """The character, its code points and its Unicode name; a cluster of several is named by its first.

    Characters that show nothing by themselves are not quoted.
    """
    points = " ".join(f"U+{ord(part):04X}" for part in character)
    name = unicodedata.name(character[0], "no name") if character else "no name"
    shown = f"“{character}” " if character.isprintable() and unicodedata.category(character[0])[0] != "M" else ""
    return f"{shown}({points} {name})"
