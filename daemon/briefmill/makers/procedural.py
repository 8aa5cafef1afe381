"""The built-in maker: draws a product scene, deterministic from its seed, at no cost and without a network.

The drawing is pixel work and runs in a worker process; `run` is how it gets there (`engine.workers` at home).
"""

from collections.abc import Callable
from typing import Any, Final

from briefmill.domain.creative import MadePicture, PictureRequest

DRAW: Final = "briefmill.imaging.scene:drawn"
MODEL: Final = "scene-1"
"""Raised whenever the same seed would draw another picture."""

Run = Callable[..., Any]
"""Runs a function, named `module:function`, with its arguments where pixels may be touched."""


class ProceduralMaker:
    """Implements ports.ImageMaker."""

    def __init__(self, run: Run, *, timeout_s: float = 60.0) -> None:
        self._run = run
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """`procedural`."""
        return "procedural"

    def make(self, request: PictureRequest) -> MadePicture:
        """Draw it. Raises WorkerDied where the worker did not survive."""
        data, subject = self._run(DRAW, request, timeout_s=self._timeout_s)
        return MadePicture(
            data=data,
            media_type="image/jpeg",
            maker=self.name,
            model=MODEL,
            prompt=request.prompt,
            seed=request.seed,
            subject=subject,
        )
