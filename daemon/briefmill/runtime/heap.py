"""Keeps the garbage collector from stopping the event loop.

A full collection looks at every object that may be part of a cycle. Two hundred thousand of them are modules, classes
and settings that live as long as the process; to look at them takes 0.14 s in which nothing else runs. So what is there
when work begins is put aside for good (`gc.freeze`), and what has outlived one of the next full collections as well,
because the SDKs are loaded with the first job that needs them. More often would hold on to what is only in hand then.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

TIMES: Final = 3
"""After so many full collections what has outlived them is put aside."""

_OLDEST: Final = 2


@contextmanager
def settled() -> Iterator[None]:
    """Put aside what is there now and what is loaded soon after; at the end everything is looked at again."""
    left = TIMES

    def after(phase: str, told: Mapping[str, int]) -> None:
        nonlocal left
        if phase == "stop" and told["generation"] == _OLDEST and left:
            left -= 1
            gc.freeze()

    gc.freeze()
    gc.callbacks.append(after)
    try:
        yield
    finally:
        gc.callbacks.remove(after)
        gc.unfreeze()
