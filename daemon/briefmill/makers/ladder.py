"""Several makers, tried in their order: what the first cannot make now, the next one does.

A step is passed over while its circuit is open, and left for the next one when its account is refused, its model is
gone or it fails. A refusal of the picture itself (moderation) is final: another provider is no way around it. So is,
for now, a call that may have been charged: it is asked again before another is paid. When no step can make the picture,
the first step's trouble is raised, with the time until one of them may be asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import MaybeCharged, OverBudget, Paused, Permanent, RateLimited, Temporary
from briefmill.makers.breaker import Breaker
from briefmill.ports import ImageMaker

ACCOUNT: Final = frozenset({"quota", "key", "model"})
"""What a provider lacks of ours, rather than this machine: it is the same for every picture."""

PROVIDER: Final = "provider"
"""The resource that is missing while a provider is left alone."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A maker, and the breaker of its provider; a maker on this machine needs none."""

    maker: ImageMaker
    breaker: Breaker | None = None


class Ladder:
    """Implements ports.ImageMaker over at least one step."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)

    @property
    def name(self) -> str:
        """The first maker's name; a picture tells who really made it."""
        return self._steps[0].maker.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture on the first step that can. Raises what the first step's trouble is, and PictureRefused."""
        troubles: list[Temporary] = []
        for step in self._steps:
            rest_s = step.breaker.wait() if step.breaker is not None else 0.0
            if rest_s:
                words = f"{step.maker.name} failed again and again, and is left alone for {rest_s:.0f} s"
                troubles.append(Paused(words, resource=PROVIDER, retry_in=rest_s))
                continue
            try:
                return _tried(step, request)
            except MaybeCharged:
                raise
            except Temporary as error:
                troubles.append(error)
        raise _together(troubles)


def _tried(step: Step, request: PictureRequest) -> MadePicture:
    breaker = step.breaker
    if breaker is None:
        return step.maker.make(request)
    try:
        made = step.maker.make(request)
    except Paused as error:
        if error.resource in ACCOUNT:
            breaker.failed(error.retry_in, at_once=True)
        else:
            breaker.succeeded()  # a full disk of ours says nothing about the provider
        raise
    except RateLimited:
        breaker.succeeded()  # it answers; how often it may be asked is the bucket's business
        raise
    except Temporary as error:
        breaker.failed(error.retry_in)
        raise
    except (Permanent, OverBudget):
        breaker.succeeded()
        raise
    breaker.succeeded()
    return made


def _together(troubles: Sequence[Temporary]) -> Temporary:
    """The first trouble, until the first of them may be over."""
    first = troubles[0]
    waits = [trouble.retry_in for trouble in troubles if trouble.retry_in is not None]
    first.retry_in = min(waits, default=None) if len(troubles) > 1 else first.retry_in
    return first
