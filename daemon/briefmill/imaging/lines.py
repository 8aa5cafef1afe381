"""Lines: pieces of known measure wrapped to a width, balanced, and stood one below the other.

Plain arithmetic in em, so that a text is measured once and tried at any size. What the pieces are comes from
`imaging.gauge`; which size and which lines are wanted is for `imaging.typeset` to say.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from briefmill.imaging.shape import Extent

_GAP: Final = 0.06  # the least air between the ink of two lines: stacked Thai and Khmer signs must not touch
_EVEN: Final = 0.02  # lines are balanced to so much of an em: a third of the narrowest letter


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A piece, `text[start:end]`: how far it moves the pen, what of it counts at a line's end, and its ink, in em.

    `ink` is without trailing spaces and with the hyphen that a line ending in it shows (`hyphen`). `forced` says that a
    new line begins after it. `parts` is what it may be divided into where it does not fit.
    """

    start: int
    end: int
    full: float
    ink: Extent
    forced: bool = False
    hyphen: bool = False
    parts: tuple["Measure", ...] = ()
    trimmed: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trimmed", max(self.ink.advance, self.ink.width))


Row = Sequence[Measure]
"""The pieces of one line."""


def wrap(pieces: Sequence[Measure], limit: float) -> list[Row]:
    """Lines filled one after the other, none wider than `limit` but for a piece that is so by itself."""
    rows: list[Row] = []
    row: list[Measure] = []
    pen = 0.0
    for piece in _divided(pieces, limit):
        if row and pen + piece.trimmed > limit:
            rows.append(row)
            row, pen = [], 0.0
        row.append(piece)
        pen += piece.full
        if piece.forced:
            rows.append(row)
            row, pen = [], 0.0
    if row:
        rows.append(row)
    return rows


def _divided(pieces: Sequence[Measure], limit: float) -> Iterable[Measure]:
    """The pieces, those wider than the limit in their parts, and these in theirs."""
    if not any(piece.trimmed > limit and piece.parts for piece in pieces):
        return pieces
    return (
        part
        for piece in pieces
        for part in (_divided(piece.parts, limit) if piece.parts and piece.trimmed > limit else (piece,))
    )


def balanced(rows: list[Row], limit: float) -> list[Row]:
    """The same pieces in as many lines, but of even width: those of the narrowest limit that needs no further line."""
    if len(rows) < 2:
        return rows
    pieces = list(itertools.chain.from_iterable(rows))
    mean = sum(piece.full for piece in pieces) / len(rows)
    low = max(*(piece.trimmed for piece in pieces), mean - max(piece.full - piece.trimmed for piece in pieces))
    high = max(map(width, rows))
    while high - low > _EVEN:
        middle = (low + high) / 2
        tried = wrap(pieces, middle)
        if len(tried) <= len(rows):
            rows, high = tried, middle
        else:
            low = middle
    return rows


def width(row: Row) -> float:
    """How wide a line is."""
    return sum(piece.full for piece in row[:-1]) + row[-1].trimmed


def extent(row: Row, *, rightward: bool) -> Extent:
    """The measure of a line out of those of its pieces, which follow each other to the right or to the left."""
    first, last = (row[0], row[-1]) if rightward else (row[-1], row[0])
    advance = sum(piece.full for piece in row[:-1]) + row[-1].ink.advance
    return Extent(
        advance=advance,
        left=first.ink.left,
        top=min(piece.ink.top for piece in row),
        right=advance - last.ink.advance + last.ink.right,
        bottom=max(piece.ink.bottom for piece in row),
    )


def base_lines(rows: Sequence[Row], leading: float) -> list[float]:
    """Base lines below the top of the ink: evenly led, wider where tall signs would touch."""
    found: list[float] = []
    depth = 0.0
    for row in rows:
        top = min(piece.ink.top for piece in row)
        found.append(found[-1] + max(leading, depth - top + _GAP) if found else -top)
        depth = max(piece.ink.bottom for piece in row)
    return found


def height(rows: Sequence[Row], leading: float) -> float:
    """How high lines are, from ink to ink."""
    return base_lines(rows, leading)[-1] + max(piece.ink.bottom for piece in rows[-1]) if rows else 0.0
