"""How well copies are found again, how often another picture is taken for one, and how long a search takes.

Creatives are made by the pixel stages from the real photographs that the development packages carry, in six shapes with
two messages each; their prints are put among those of pictures that nobody asks for. Then each creative is treated as
the web treats pictures, and looked for. A find is right when the first match is a creative of the same picture and
shape (two locales differ in their words alone, which a print does not see); false are matches of any other picture.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "compliance"))

import cost
import photos

from briefmill.domain.creative import Origin, Picture
from briefmill.imaging import prints
from briefmill.imaging.colour import Pixels
from briefmill.stages import pixels
from briefmill.storage.memory import MemoryStore

OTHERS = 1500
LEAST = 0.95
Change = Callable[[Pixels], Pixels]


def jpeg(quality: int) -> Change:
    """Recompressed."""
    return lambda one: np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", one, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR), np.uint8
    )


def scaled(share: float) -> Change:
    """Made smaller."""
    return lambda one: np.asarray(cv2.resize(one, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def cut(share: float, across: float, down: float) -> Change:
    """A part of so much of each side, from there."""

    def change(one: Pixels) -> Pixels:
        height, width = one.shape[:2]
        tall, wide = round(height * share), round(width * share)
        top, left = round((height - tall) * down), round((width - wide) * across)
        return jpeg(70)(np.ascontiguousarray(one[top : top + tall, left : left + wide]))

    return change


def screenshot(tone: tuple[int, int, int], *, bar: int) -> Change:
    """At half its size on a page: a plain ground around it, a bar of another tone above it."""

    def change(one: Pixels) -> Pixels:
        small = scaled(0.5)(one)
        height, width = small.shape[:2]
        page = np.full((height + 120 + bar, width + 140, 3), tone, np.uint8)
        page[:bar] = (90, 80, 70)
        page[bar + 60 : bar + 60 + height, 70 : 70 + width] = small
        return jpeg(80)(page)

    return change


CHANGES: dict[str, Change] = {
    **{f"re-encoded at quality {quality}": jpeg(quality) for quality in (95, 70, 40)},
    "half the size": scaled(0.5),
    "a third of the size, quality 50": lambda one: jpeg(50)(scaled(0.33)(one)),
    "cut to 95 %, middle": cut(0.95, 0.5, 0.5),
    "cut to 90 %, middle": cut(0.9, 0.5, 0.5),
    "cut to 90 %, a corner": cut(0.9, 0.0, 1.0),
    "cut to 90 %, anywhere": cut(0.9, 0.3, 0.7),
    "screenshot at half the size, light page": screenshot((245, 246, 247), bar=0),
    "screenshot at half the size, dark page with a bar": screenshot((40, 36, 34), bar=48),
}


def delivered() -> Iterator[tuple[str, str, Pixels]]:
    """Photo, shape and pixels of creatives made by the pixel stages."""
    for name, photo in photos.without_people().items():
        store = MemoryStore()
        order = cost.order(store, None, photo)
        large = cv2.resize(photo, None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
        ref = store.put(cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes(), "image/jpeg")
        own = Picture(product="tea", ref=ref, origin=Origin.SUPPLIED, width=large.shape[1], height=large.shape[0])
        for made in pixels.run(replace(order, pictures=(own,))).creatives:
            data = np.frombuffer(store.get(made.ref), np.uint8)
            yield name, made.placement, np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def strangers(seed: int = 7) -> Iterator[Pixels]:
    """Pictures that were never delivered: parts of the photographs elsewhere, turned, mirrored, mixed, and patterns."""
    rng = np.random.default_rng(seed)
    shown = list(photos.without_people().values())
    for number in range(OTHERS):
        one = shown[number % len(shown)]
        other = shown[int(rng.integers(len(shown)))]
        size = int(rng.integers(160, 320))
        top, left = int(rng.integers(one.shape[0] - size)), int(rng.integers(one.shape[1] - size))
        part = np.rot90(one[top : top + size, left : left + size], int(rng.integers(1, 4)))
        under = cv2.resize(other, part.shape[1::-1])
        mixed = cv2.addWeighted(np.ascontiguousarray(part[:, ::-1]), 0.65, under[::-1], 0.35, 0)
        yield np.asarray(mixed, np.uint8)


def main() -> int:
    """Measure and print; 1 where a kind of copy is found too seldom or anything false is found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", type=Path, help="write the figures here, too")
    options = asked.parse_args()
    made = list(delivered())
    known = prints.index([prints.of(pixels) for _, _, pixels in made] + [prints.of(one) for one in strangers()])
    rows, took, failed = [], [], False
    print(f"{len(made)} creatives among {len(known)} that are known\n")
    print("| what was done to it | copies | found | false |\n| --- | ---: | ---: | ---: |")
    for name, change in CHANGES.items():
        right = false = 0
        for photo, shape, one in made:
            copy = change(one)
            began = time.process_time()
            hits = prints.search(copy, known)
            took.append(time.process_time() - began)
            owners = [made[hit.row][:2] if hit.row < len(made) else ("", "") for hit in hits]
            right += bool(owners) and owners[0] == (photo, shape)
            false += sum(owner[0] != photo for owner in owners)
        rows.append({"change": name, "copies": len(made), "found": right, "false": false})
        print(f"| {name} | {len(made)} | {right / len(made):.3f} | {false} |")
        failed |= right < LEAST * len(made) or false > 0
    alone = [len(prints.search(one, known[: len(made)])) for one in strangers(seed=8)]
    print(f"\n{len(alone)} pictures that were never delivered matched {sum(alone)} creatives.")
    print(f"A search took {1000 * float(np.median(took)):.1f} ms of processor time, the decoding left aside.")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "strangers": sum(alone)}, indent=2) + "\n")
    return 1 if failed or sum(alone) else 0


if __name__ == "__main__":
    sys.exit(main())
