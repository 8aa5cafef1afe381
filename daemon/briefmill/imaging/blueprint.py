"""Placements drawn as a designer pins them to the wall: boxes in real proportion, with what each demands.

All boxes of a network stand in one scale, so that a banner looks as slight beside a half page as it is; small networks
stand side by side. `blueprint_rows` says where each box stands, `blueprint_box` draws it, `sheet_ends` and `sheet_ink`
lend the head and the words of the contact sheet.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import cv2
import numpy as np

from briefmill.domain.placement import Placement
from briefmill.imaging import blueprint_box, blueprint_rows, sheet_ends, sheet_ink
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.sheet_ends import MARGIN
from briefmill.imaging.sheet_ink import Type

WIDTH: Final = 2000
MOST: Final = 200
"""So many placements are drawn at most; the head says how many more there are."""

_LEGEND: Final = Type(size=20, tone=sheet_ink.SOFT)
_NETWORK: Final = Type(size=36, weight=700)
_SOURCE: Final = Type(size=19, tone=sheet_ink.SOFT, lines=2)
_LEAST_GROUP: Final = 400
_AIR: Final = 4  # round a box: its edge is drawn outside of it
_BESIDE: Final = 64


def draw(title: str, placements: Sequence[Placement], *, library: Library) -> bytes:
    """The sheet as a PNG, 2000 pixels wide. The placements of a network are drawn together, the tallest first.

    Raises ValueError where there are none to draw.
    """
    if not placements:
        raise ValueError("there are no placements to draw")
    first: dict[str, int] = {}
    for at, row in enumerate(placements):
        first.setdefault(blueprint_rows.network(row), at)
    kept = sorted(placements[:MOST], key=lambda row: first[blueprint_rows.network(row)])
    groups = [_group(name, list(rows), library) for name, rows in groupby(kept, key=blueprint_rows.network)]
    page = np.concatenate([_head(title, len(placements), library), *_shelves(groups), _ground(MARGIN // 2)])
    done, encoded = cv2.imencode(".png", page, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    assert done  # a page in memory can always be written as PNG
    return bytes(encoded)


def _head(title: str, count: int, library: Library) -> Pixels:
    shown = min(count, MOST)
    told = f"{shown} placement{'' if shown == 1 else 's'}, in pixels; each network in one scale."
    if count > shown:
        told += f" {count - shown} more are not shown."
    strip = _ground(96)
    x = MARGIN
    for words in ("free for words and logo", "covered by the network", "nothing may be set on it"):
        box = x, 4, x + 56, 36
        if words.startswith("covered"):
            blueprint_box.hatch(strip, box)
        else:
            blueprint_box.paper(strip, box)
        if words.startswith("free"):
            blueprint_box.frame(strip, (box[0] + 4, box[1] + 4, box[2] - 4, box[3] - 4))
        elif words.startswith("nothing"):
            blueprint_box.bar(strip, box)
        block = sheet_ink.set_words(words, 500, _LEGEND, library)
        sheet_ink.words(strip, (x + 70, 8), block, _LEGEND)
        x += 70 + block.width + 60
    return np.concatenate([sheet_ends.head(title, sheet_ends.Head(verdict=told), WIDTH, library), strip])


def _group(name: str, rows: Sequence[Placement], library: Library) -> Pixels:
    """A network: its name, where its rules were read, and its boxes. As wide as these need."""
    room = WIDTH - 2 * MARGIN
    wide, tall, spots = blueprint_rows.arranged(rows, room, [len(blueprint_box.facts(row)) + 1 for row in rows])
    wide = max(wide, _LEAST_GROUP)
    top = _NETWORK.leading + _SOURCE.leading * _SOURCE.lines
    page = sheet_ends.ground(top + tall + 30, wide + 2 * _AIR)
    sheet_ink.words(page, (_AIR, 0), sheet_ink.set_words(name, wide, _NETWORK, library), _NETWORK)
    source = sheet_ink.set_words(_sources(rows), wide, _SOURCE, library)
    sheet_ink.words(page, (_AIR, _NETWORK.leading), source, _SOURCE)
    for spot in spots:
        x, y = _AIR + spot.x, top + spot.y
        box = x, y, x + spot.width, y + spot.height
        blueprint_box.draw(page, rows[spot.at], box, spot.column, library)
    return page


def _sources(rows: Sequence[Placement]) -> str:
    found = dict.fromkeys((row.source.partition("//")[2].split("/")[0], row.checked_on) for row in rows)
    told = [f"{host} ({day})" if day else host for host, day in found if host]
    return f"Read at {', '.join(told)}" if told else "No source is given."


def _shelves(groups: Sequence[Pixels]) -> Iterator[Pixels]:
    """Strips of the page, each with as many networks side by side as it has room for."""
    for line in blueprint_rows.shelved([group.shape[1] for group in groups], WIDTH - 2 * (MARGIN - _AIR), _BESIDE):
        strip = _ground(max(groups[at].shape[0] for at in line))
        x = MARGIN - _AIR
        for at in line:
            high, wide = groups[at].shape[:2]
            strip[:high, x : x + wide] = groups[at]
            x += wide + _BESIDE
        yield strip


def _ground(height: int) -> Pixels:
    return sheet_ends.ground(height, WIDTH)
