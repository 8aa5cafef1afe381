"""Text of unknown origin inside our Markdown: shown as it is written, never obeyed.

CommonMark lets a backslash disarm any ASCII punctuation; GitHub's autolinks (`https://`, `www.`, mail addresses) are
broken the same way. Only what could act is escaped, because the file is also read in plain editors.
"""

import re

_ACTIVE = re.compile(r"[\\`*_\[\]<>~&@|]")
_LINK = re.compile(r"(?i)(?<=www)\.|:(?=//)")
_BLOCK = re.compile(r"^(\d*)([#+=.)-])")
# Unicode's categories Cc, Cs, Zl and Zp, and the overrides.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e]")
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def escaped(text: str) -> str:
    """The text on one line, with everything disarmed that Markdown or HTML would act on.

    Only what stands between two single backticks becomes code, in which nothing acts.
    """
    parts = _SPAN.split(printable(text))
    inline = "".join(code(part) if index % 2 else _words(part) for index, part in enumerate(parts))
    return _BLOCK.sub(r"\1\\\2", inline)


def _words(text: str) -> str:
    return _LINK.sub(r"\\\g<0>", _ACTIVE.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """The text as a code span on one line, whose fence is longer or shorter than any run of backticks in it."""
    shown = re.sub(r"\s+", " ", clean(text)) or " "
    runs = [len(run) for run in re.findall(r"`+", shown)]
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    # CommonMark takes one space from both ends; they are needed where the text itself touches the fence.
    ends = {shown[0], shown[-1]}
    padding = " " if "`" in ends or (ends == {" "} and shown.strip()) else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def printable(text: str) -> str:
    """The text on one line, without what `clean` takes out."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """The text with spaces for control characters, half surrogates, and overrides that reorder what follows."""
    return _UNSEEN.sub(" ", text)
