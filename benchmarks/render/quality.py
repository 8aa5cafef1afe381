"""Whether what is fast is also as good: pixels beside a float Lanczos reference, bytes beside Pillow's encoder."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import job
import numpy as np
from PIL import Image

from briefmill.domain.placement import Placement
from briefmill.imaging import encode, focus
from briefmill.stages.resize import Source

LEAST = 0.99
"""Structural similarity with the reference, in the worst placement."""
MOST = 1.05
"""Bytes over those of Pillow at the same quality and chroma subsampling, all creatives together."""


def judged(path: Path) -> Iterator[tuple[str, str, float, float]]:
    """Both measures of our resize stage and encoder on one picture: verdict, words, value, bound."""
    data = path.read_bytes()
    placements = [Placement(id=name, width=w, height=h) for name, (w, h) in job.PLACEMENTS.items()]
    source = Source(data, tuple(placements))
    with Image.open(io.BytesIO(data)) as opened:
        full = np.asarray(opened.convert("RGB"))[..., ::-1]
    factor = full.shape[1] / source.pixels.shape[1]
    layers = [Image.fromarray(full[..., layer].astype(np.float32)) for layer in range(3)]
    worst, ours, theirs = 1.0, 0, 0
    for placement in placements:
        size = (placement.width, placement.height)
        made = source.fitted(*size).pixels
        window = focus.crop(source.focus, source.pixels.shape[1], source.pixels.shape[0], placement.ratio)
        edges = (window.x, window.y, window.x + window.width, window.y + window.height)
        box = tuple(float(edge * factor) for edge in edges)
        wanted = np.dstack([np.asarray(layer.resize(size, Image.Resampling.LANCZOS, box=box)) for layer in layers])
        worst = min(worst, ssim(made, np.clip(np.rint(wanted), 0, 255).astype(np.uint8)))
        ours += len(encode.encode(made, extension="jpg", quality=job.QUALITY).data)
        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(made[..., ::-1])).save(buffer, "JPEG", quality=job.QUALITY)
        theirs += len(buffer.getvalue())
    kept = "ok" if worst >= LEAST else "MISSED"
    yield kept, f"SSIM beside a float Lanczos reference, worst placement, at least {LEAST:g}", worst, LEAST
    ratio = ours / theirs
    yield (
        "ok" if ratio <= MOST else "MISSED",
        f"bytes beside Pillow at the same quality, at most {MOST:g}x",
        ratio,
        MOST,
    )


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Structural similarity of two pictures' luma, Gaussian window of 1.5 (Wang et al., IEEE TIP 13, 2004)."""
    x, y = (cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.float64) for part in (one, other))
    mx, my = _soft(x), _soft(y)
    vx, vy, both = _soft(x * x) - mx * mx, _soft(y * y) - my * my, _soft(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * both + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


def _soft(values: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), 1.5)


if __name__ == "__main__":
    print(json.dumps(list(judged(Path(sys.argv[1])))))
