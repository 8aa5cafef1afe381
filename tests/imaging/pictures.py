"""Pictures to encode, from calm to wild, each the same every time."""

import cv2
import numpy as np


def grainy(width=320, height=240, noise=20, seed=1):
    """Soft colours under grain of so many levels."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(
        rng.integers(0, 255, (8, 10, 3), dtype=np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
    )
    grain = rng.integers(-noise, noise + 1, (height, width, 3))
    return np.clip(coarse.astype(int) + grain, 0, 255).astype(np.uint8)


def market(width=600, height=400, seed=3):
    """Many things of many colours with hard edges, and the grain of a photo."""
    rng = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), (150, 170, 180), np.uint8)
    for _ in range(160):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        cv2.circle(pixels, (x, y), int(rng.integers(4, 30)), rng.integers(20, 240, 3).tolist(), -1, cv2.LINE_AA)
    grain = cv2.resize(rng.normal(0, 6, (height // 2, width // 2)), (width, height))
    return np.clip(pixels + grain[..., None], 0, 255).astype(np.uint8)


def lettered(ink, ground, width=480, height=200, size=1.0):
    """Lines of words in one colour on one ground; BGR."""
    pixels = np.full((height, width, 3), ground, np.uint8)
    for line in range(1, int(height / (34 * size)) + 1):
        at = (8, int(line * 34 * size) - 6)
        cv2.putText(pixels, "Carry the calm of summer", at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, 2, cv2.LINE_AA)
    return pixels


def advert(width=600, height=314, seed=5):
    """A busy picture with a quiet panel of words below it: what most creatives are."""
    pixels = market(width, height, seed)
    panel = lettered((235, 240, 250), (60, 40, 20), width, height // 3)
    pixels[height - panel.shape[0] :] = panel
    return pixels


def wall(width=400, height=300):
    """A lit wall with next to nothing on it, and a little grain."""
    rng = np.random.default_rng(9)
    light = np.linspace(150, 210, width)[None, :, None] + np.linspace(0, 25, height)[:, None, None]
    shown = np.repeat(light, 3, axis=2) + rng.normal(0, 2.5, (height, width, 3))
    return np.clip(shown, 0, 255).astype(np.uint8)
