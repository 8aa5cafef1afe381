"""What draws the eye, by the spectral residual: what of a picture's spectrum is not what every picture has.

After Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007; the figures (64 pixels, a mean over
3 x 3 of the log spectrum, a blur at the end) are theirs. It takes a millisecond. What is made of it is for the rules to
say, and they make no more of it than advice: a map of attention is a guess. Where a crop goes is decided by
`imaging.focus`, which knows faces and products.
"""

from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Floats, Pixels

SIDE: Final = 64
"""Longer side in pixels of the copy that is looked at: details below that draw no eye at first sight."""

_MEAN: Final = (3, 3)
_BLUR: Final = 2.5
_OBJECT: Final = 3.0  # times the mean
_FLOOR: Final = 1000.0  # of a sum over all pixels: a quarter of a grey step
_FLAT: Final = 0.7  # standard deviation of grey below which nothing draws the eye


def attention(pixels: Pixels) -> Floats:
    """How much each part of a BGR picture draws the eye, in a small map of its shape that sums to 1.

    A flat picture draws it nowhere: the map is even.
    """
    small = colour.thumbnail(pixels, SIDE)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.float32)
    if float(grey.std()) < _FLAT:
        return np.full(grey.shape, 1.0 / grey.size, np.float32)
    spectrum = np.fft.fft2(grey)
    # Without a floor the rounding of an even wall would be all there is.
    size = np.log(np.abs(spectrum) + _FLOOR)
    residual = size - cv2.blur(size, _MEAN)
    back = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    soft = cv2.GaussianBlur(back.astype(np.float32), (0, 0), _BLUR)
    # What Hou and Zhang take for an object; the rest is spread over all of any picture and would drown it.
    objects = np.where(soft >= _OBJECT * float(soft.mean()), soft, 0.0)
    return np.asarray(objects / objects.sum() if objects.any() else soft / soft.sum(), np.float32)


def centre(shares: Floats) -> tuple[float, float]:
    """The middle of a map of attention, in shares of the picture from the left and the top."""
    height, width = shares.shape
    across = float(shares.sum(axis=0) @ ((np.arange(width) + 0.5) / width))
    down = float(shares.sum(axis=1) @ ((np.arange(height) + 0.5) / height))
    return across, down


def within(shares: Floats, left: float, top: float, right: float, bottom: float) -> float:
    """How much of a map lies in a box given in shares of the picture; cells that are cut count in part."""
    height, width = shares.shape
    across = np.clip(np.minimum(right * width, np.arange(width) + 1) - np.maximum(left * width, np.arange(width)), 0, 1)
    down = np.clip(
        np.minimum(bottom * height, np.arange(height) + 1) - np.maximum(top * height, np.arange(height)), 0, 1
    )
    return float(down @ shares @ across)
