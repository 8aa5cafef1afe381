"""Whether words keep their colours when colour is stored at half the size (4:2:0), as JPEG and AVIF usually do.

Luma stays sharp, so white or black words lose nothing that is seen. Coloured words on a saturated ground do: measured
with type of 12 to 36 pixels at quality 88, the worst twentieth of the pixels is off by 7 to 23 (CIEDE2000) for yellow
on blue, red on white or black and orange on petrol, and by 3 to 8 at full size; a quality of 95 mends next to none of
it. Files grow by 35 to 65 % and encoding by 70 %, so it is done only where words would suffer.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Box
from briefmill.imaging.colour import Pixels

SUFFERS: Final = 36.0
"""How far (in Cb and Cr, 0 to 255 each) a pixel may lie from the mean of the four that 4:2:0 makes one of.

What counts is the worst of fifty pixels, less twice the middle one: that is grain, in which nobody sees a soft edge.
White on petrol has 10 to 13, on deep blue 28 to 36, black on orange 27 to 34, a market photo with strong grain 21;
orange on petrol 36 to 46, red on white 41 to 52, yellow on blue 77 to 97.
"""

_ROWS: Final = 20  # fours that are looked at, down and across a box: a thousand or two tell what a million do
_COLUMNS: Final = 80


def suffers(pixels: Pixels, boxes: Sequence[Box]) -> bool:
    """Whether what stands in some of these boxes of a BGR picture would lose colour at its edges."""
    return any(_loss(pixels[box.y : box.y + box.height, box.x : box.x + box.width]) >= SUFFERS for box in boxes)


def _loss(part: Pixels) -> float:
    rows, columns = part.shape[0] // 2, part.shape[1] // 2
    if not rows or not columns:
        return 0.0
    fours = part[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, 3)
    some = fours[:: max(1, rows // _ROWS), :, :: max(1, columns // _COLUMNS)].transpose(1, 3, 0, 2, 4).reshape(4, -1, 3)
    tints = cv2.cvtColor(some, cv2.COLOR_BGR2YCrCb).astype(np.float32)
    away = (3 * tints[0] - tints[1] - tints[2] - tints[3]) / 4
    found = np.hypot(away[:, 1], away[:, 2])
    middle, worst = (len(found) - 1) // 2, (len(found) - 1) * 49 // 50
    found.partition((middle, worst))
    return float(found[worst] - 2 * found[middle])
