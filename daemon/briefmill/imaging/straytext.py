"""Words that are in a picture already: those that a generator hallucinated, or a supplied photo brings along.

Tesseract reads them where it is installed, as a process of its own with its time, its memory and its output bounded,
because the picture may be anybody's. It sees a small copy, once a source. What it reads with little confidence, and
what is too short to be a word, is texture and not told. Where there is no tesseract, or it fails, the answer is
`unknown` and never "no words".
"""

import csv
import os
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels

SIDE: Final = 1000
"""Longer side in pixels of the copy that is read: words that fill a fiftieth of the height have 15 pixels and more."""
TIMEOUT_S: Final = 20.0

_CONFIDENT: Final = 70.0
_LIGHT: Final = 235
_DARK: Final = 20
_LEAST_INK: Final = 0.0005
_MOST_INK: Final = 0.3
_LETTERS: Final = 3
_MEMORY: Final = 1 << 30
_MOST: Final = 40
_LONGEST: Final = 40


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word as it was read, with its box in shares (0 to 1) of the picture."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The words that are in a picture; `unknown` is True where nobody could read it."""

    words: tuple[Word, ...] = ()
    unknown: bool = False


UNREAD: Final = Reading(unknown=True)
"""What is known of a picture that nobody read."""


def read(pixels: Pixels, tesseract: Path | None, *, timeout_s: float = TIMEOUT_S) -> Reading:
    """Read a BGR picture with the program at `tesseract`; unknown without one, and where it fails or takes too long.

    `timeout_s` holds for each of up to three looks: at the picture, then at what is nearly white and nearly black in
    it, because a busy ground hides from tesseract what every passer-by reads.
    """
    if tesseract is None:
        return UNREAD
    small = colour.thumbnail(pixels, SIDE)
    for view in _views(small):
        table = _table(view, tesseract, timeout_s)
        if table is None:
            return UNREAD
        words = tuple(_words(table, small.shape[1], small.shape[0]))[:_MOST]
        if words:
            return Reading(words=words)
    return Reading()


def _views(small: Pixels) -> Iterator[Pixels]:
    yield small
    for letters in (small.min(axis=2) >= _LIGHT, small.max(axis=2) <= _DARK):
        # Too little for a word, or too much for letters: a sky, a night.
        if _LEAST_INK <= float(letters.mean()) <= _MOST_INK:
            yield np.where(letters, 0, 255).astype(np.uint8)


def _table(view: Pixels, tesseract: Path, timeout_s: float) -> str | None:
    """What tesseract says of a picture, in its tab-separated form; None where it fails."""
    encoded = cv2.imencode(".png", view, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    try:
        # Sparse text: words anywhere, in no order. One thread: others work beside it.
        done = subprocess.run(  # noqa: S603 - the program that the settings name, with words of ours
            [tesseract, "-", "-", "--psm", "11", "tsv"],
            input=encoded,
            capture_output=True,
            timeout=timeout_s,
            check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": os.defpath, "LC_ALL": "C"},
            preexec_fn=_bounded,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _words(table: str, width: int, height: int) -> Iterator[Word]:
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        letters = sum(character.isalnum() for character in text)
        if letters < _LETTERS or 2 * letters < len(text) or float(row["conf"]) < _CONFIDENT:
            continue
        yield Word(
            text=text[:_LONGEST],
            x=int(row["left"]) / width,
            y=int(row["top"]) / height,
            width=int(row["width"]) / width,
            height=int(row["height"]) / height,
        )
