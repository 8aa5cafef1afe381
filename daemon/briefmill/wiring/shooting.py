"""How a home asks for its pictures: which frames serve a set of placements, in which words, rendered how."""

from collections.abc import Callable
from functools import partial

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Cutout, Frame
from briefmill.domain.rendering import Rendering
from briefmill.engine.workers import Workers
from briefmill.makers import prompt
from briefmill.makers.openai import abilities, edits, sizes
from briefmill.ports import Store
from briefmill.settings import Settings, tree
from briefmill.stages import generate, task

PREPARE_S = 60.0
"""Seconds to make one reference ready to be sent, in a worker."""


def camera(settings: Settings, *, paid: bool) -> generate.Camera:
    """How pictures are asked for: of whom is paid as few as serve, of the built-in maker one for each shape."""
    long_edge = settings.generate.picture_long_edge
    frames: generate.Frames = partial(generate.for_each_shape, long_edge=long_edge)
    if paid:
        taste = sizes.Taste(
            long_edge=long_edge, max_upscale=settings.compliance.max_upscale, shown=settings.generate.shown_share
        )
        frames = partial(sizes.frames, model=settings.openai.model, taste=taste)
    return generate.Camera(frames=frames, stage=prompt.stage, directions=prompt.directions, references=paid)


def one_frame(long_edge: int) -> generate.Camera:
    """A single picture for all placements, for a look."""

    def frames(placements: generate.Placements) -> tuple[Frame, ...]:
        width, height = generate.picture_size(placements, long_edge)
        return (Frame(width=width, height=height),)

    return generate.Camera(frames=frames, stage=prompt.stage, directions=prompt.directions)


def dressed(provider: tree.Provider, wishes: Rendering) -> tree.Provider:
    """An account's settings with what a brief wishes of the rendering, as far as its model knows it."""
    wished = abilities.settled(provider.model, abilities.over(wishes, provider.rendering))
    return provider.model_copy(update={"quality": wished.quality, "complexity": wished.complexity})


def variant(provider: tree.Provider) -> str:
    """What of an account's settings decides its pictures."""
    wished = provider.rendering
    told = [provider.base_url, provider.model, provider.quality, wished.complexity, wished.background]
    told += ["" if wished.format == "png" else f"{wished.format} {wished.compression}"]
    return " ".join(told).strip()


def preparing(store: Store, workers: Workers) -> edits.Prepare:
    """Makes references ready to be sent, in a worker."""

    def prepare(ref: Ref) -> edits.Prepared:
        made: edits.Prepared = workers.call(task.PREPARE, task.ProbeTask(store=store, ref=ref), timeout_s=PREPARE_S)
        return made

    return prepare


def cutting_here(store: Store) -> Callable[[Ref], Cutout]:
    """Cuts products out in this very process, for a look."""
    from briefmill.stages import exact

    return lambda ref: exact.cut(task.ProbeTask(store=store, ref=ref))
