"""The pictures of the benchmark, drawn from seeds: two textures, three sizes, and a logo. The same on every machine."""

import sys
from pathlib import Path

import cv2
import numpy as np

SIZES = {"1536x1024.png": (1536, 1024), "12mp.jpg": (4240, 2832), "24mp.jpg": (6000, 4000)}
TEXTURES = ("smooth", "busy")


def make(folder: Path) -> None:
    """All pictures, made where they are missing: `smooth-24mp.jpg` and so on, and `logo.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for texture in TEXTURES:
        for name, (width, height) in SIZES.items():
            path = folder / f"{texture}-{name}"
            if not path.exists():
                pixels = picture(width, height, busy=texture == "busy")
                cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, 92] if path.suffix == ".jpg" else [])
    logo = folder / "logo.png"
    if not logo.exists():
        cv2.imwrite(str(logo), mark())


def picture(width: int, height: int, *, busy: bool) -> np.ndarray:
    """A thing before a lit wall (smooth), or a market of a thousand things (busy); BGR."""
    rng = np.random.default_rng(24 if busy else 12)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    down, across = down / height, across / width
    light = np.dstack([168 - 60 * down, 172 + 20 * across - 40 * down, 180 + 30 * across - 30 * down])
    pixels = np.ascontiguousarray(light.astype(np.float32))
    for _ in range(900 if busy else 6):
        x, y, r = rng.random(3)
        reach = int((0.008 + 0.03 * r if busy else 0.05 + 0.12 * r) * height)
        tone = rng.integers(20, 240, 3).tolist()
        centre = (int(x * width), int(y * height))
        if rng.random() < 0.5:
            cv2.circle(pixels, centre, reach, tone, -1, cv2.LINE_AA)
        else:
            far = (centre[0] + reach, centre[1] + int(1.6 * reach))
            cv2.rectangle(pixels, centre, far, tone, -1, cv2.LINE_AA)
    scale = max(width // 1536, 1)
    grain = rng.normal(0, 14 if busy else 2.5, (height // scale, width // scale, 3)).astype(np.float32)
    pixels += cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def mark() -> np.ndarray:
    """A logo of 640 x 240, BGRA, on transparent ground."""
    made = np.zeros((240, 640, 4), np.uint8)
    cv2.circle(made, (120, 120), 108, (255, 255, 255, 255), -1, cv2.LINE_AA)
    cv2.circle(made, (120, 120), 52, (60, 90, 30, 255), -1, cv2.LINE_AA)
    cv2.rectangle(made, (270, 80), (630, 160), (255, 255, 255, 255), -1)
    return made


if __name__ == "__main__":
    make(Path(sys.argv[1]))
