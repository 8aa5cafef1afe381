"""Pictures of the creatives that are kept back, with the places marked that are why.

Each mark has the number of its reason in REASONS.md. A reason that names no place on the creative gets a frame around
all of it. Only so many pictures are drawn: every reason gets its worst case first, then the others follow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Box, Finding
from briefmill.imaging import decode, sheet
from briefmill.imaging.colour import Pixels
from briefmill.ports import Store
from briefmill.rules import summary
from briefmill.stages import reasons

LONGEST: Final = 1080
"""Pixels of a picture's longer side at most: enough to see a word, and small enough to send by mail."""
ENLARGED: Final = 3.0
"""Small banners are shown larger, so that marks and words both have room."""
MOST: Final = 24
"""So many pictures at most; what the others would show is told in words."""
QUALITY: Final = 85

_INNER: Final = (36, 28, 214)
_OUTER: Final = (255, 255, 255)


def drawn(creatives: Sequence[Creative], because: Sequence[Finding], store: Store) -> dict[str, Ref]:
    """The pictures, stored, by their path beside REASONS.md.

    `because` are the findings that keep creatives back.
    """
    groups = summary.of(because)
    by_path = {reasons.picture_path(one.product, one.locale, one.placement): one for one in creatives}
    places: dict[str, list[tuple[int, Box | None]]] = {}
    for number, group in enumerate(groups, 1):
        for finding in group.findings:
            path = reasons.picture_of(finding)
            if path in by_path:
                places.setdefault(path, []).append((number, finding.box))
    wanted = list(_wanted(groups))[:MOST]
    return {path: _stored(by_path[path], places[path], store) for path in wanted if path in places}


def _wanted(groups: Iterable[summary.Group]) -> Iterator[str]:
    """The paths, each once: the worst of each group, then all others."""
    listed = [[reasons.picture_of(finding) for finding in group.findings] for group in groups]
    firsts = [paths[0] for paths in listed]
    yield from dict.fromkeys([*firsts, *(path for paths in listed for path in paths[1:])])


def _stored(creative: Creative, places: Sequence[tuple[int, Box | None]], store: Store) -> Ref:
    share = min(ENLARGED, LONGEST / max(creative.width, creative.height))
    width, height = max(1, round(creative.width * share)), max(1, round(creative.height * share))
    pixels = decode.picture(store.get(creative.ref), shorter_side=min(width, height))
    if share > 1:
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)
    elif pixels.shape[:2] != (height, width):
        pixels = sheet.reduced(pixels, width, height)
    marked = mark(pixels, _scaled(places, creative, width, height))
    _, encoded = cv2.imencode(".jpg", marked, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return store.put(bytes(encoded), "image/jpeg")


def _scaled(
    places: Sequence[tuple[int, Box | None]], creative: Creative, width: int, height: int
) -> Mapping[Box, list[int]]:
    """The boxes in pixels of the picture, cut to it, each with the numbers of its reasons."""
    found: dict[Box, list[int]] = {}
    for number, box in places:
        whole = box or Box(x=0, y=0, width=creative.width, height=creative.height)
        left, right = (round(value * width / creative.width) for value in (whole.x, whole.right))
        top, bottom = (round(value * height / creative.height) for value in (whole.y, whole.bottom))
        left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
        right, bottom = min(max(right, left + 1), width), min(max(bottom, top + 1), height)
        numbers = found.setdefault(Box(x=left, y=top, width=right - left, height=bottom - top), [])
        if number not in numbers:
            numbers.append(number)
    return found


def mark(pixels: Pixels, places: Mapping[Box, Sequence[int]]) -> Pixels:
    """The picture with a frame around each box, and its numbers on a tab; seen on any ground, by its white rim."""
    canvas = pixels.copy()
    height, width = canvas.shape[:2]
    extent = max(min(height, width), max(height, width) // 3)
    stroke = max(2, round(extent / 240))
    size = max(0.45, extent / 900)
    places = {_around(box, 2 * stroke, width, height): numbers for box, numbers in places.items()}
    for box in places:
        for tone, thick in ((_OUTER, 3 * stroke), (_INNER, stroke)):
            cv2.rectangle(canvas, (box.x, box.y), (box.right - 1, box.bottom - 1), tone, thick)
    for box, numbers in places.items():
        words = ", ".join(map(str, sorted(numbers)))
        (long, tall), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, size, stroke)
        pad = 2 * stroke
        tab_width, tab_height = long + 2 * pad, tall + below + pad
        x = min(box.x, max(0, width - tab_width))
        y = max(0, box.y - tab_height) if box.y else min(stroke, max(0, height - tab_height))
        cv2.rectangle(canvas, (x, y), (x + tab_width, y + tab_height), _INNER, cv2.FILLED)
        at = (x + pad, y + tall + pad // 2 + below // 2)
        cv2.putText(canvas, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, _OUTER, stroke, cv2.LINE_AA)
    return canvas


def _around(box: Box, room: int, width: int, height: int) -> Box:
    """The box with some room on each side, so that a frame covers nothing of what is in it."""
    left, top = max(0, box.x - room), max(0, box.y - room)
    right, bottom = min(width, box.right + room), min(height, box.bottom + room)
    return Box(x=left, y=top, width=right - left, height=bottom - top)
