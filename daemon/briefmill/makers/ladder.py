"""Several makers or writers, tried in their order: what the first cannot make now, the next one does.

A step is passed over while its circuit is open, and left for the next one when its account is refused, its model is
gone or it fails. A refusal of the picture itself (moderation) is final: another provider is no way around it. So is,
for now, a call that may have been charged: it is asked again before another is paid. When no step can make the picture,
the first step's trouble is raised, with the time until one of them may be asked again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import MaybeCharged, OverBudget, Paused, Permanent, RateLimited, Temporary
from briefmill.makers.breaker import Breaker
from briefmill.ports import CopyWriter, ImageMaker

ACCOUNT: Final = frozenset({"quota", "key", "model"})
"""What a provider lacks of ours, rather than this machine: it is the same for every picture."""

PROVIDER: Final = "provider"
"""The resource that is missing while a provider is left alone."""


class Named(Protocol):
    """Somebody with a short stable name."""

    @property
    def name(self) -> str:
        """The name."""


_Maker = TypeVar("_Maker", bound=Named)
_Made = TypeVar("_Made")


@dataclass(frozen=True, kw_only=True)
class Step(Generic[_Maker]):
    """A maker or writer, and the breaker of its provider; a maker on this machine needs none."""

    maker: _Maker
    breaker: Breaker | None = None


class Ladder:
    """Implements ports.ImageMaker over at least one step."""

    def __init__(self, steps: Sequence[Step[ImageMaker]]) -> None:
        self._steps = tuple(steps)

    @property
    def name(self) -> str:
        """The first maker's name; a picture tells who really made it."""
        return self._steps[0].maker.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture on the first step that can. Raises what the first step's trouble is, and PictureRefused."""
        return climbed(self._steps, lambda maker: maker.make(request))


class WriterLadder:
    """Implements ports.CopyWriter over at least one step."""

    def __init__(self, steps: Sequence[Step[CopyWriter]]) -> None:
        self._steps = tuple(steps)

    @property
    def name(self) -> str:
        """The first writer's name; the words tell who really wrote them."""
        return self._steps[0].maker.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the words on the first step that can. Raises what the first step's trouble is, and PictureRefused."""
        return climbed(self._steps, lambda writer: writer.write(request))


def climbed(steps: Sequence[Step[_Maker]], ask: Callable[[_Maker], _Made]) -> _Made:
    """What the first step that can gives. Raises what the first step's trouble is, and what is final."""
    troubles: list[Temporary] = []
    for step in steps:
        rest_s = step.breaker.wait() if step.breaker is not None else 0.0
        if rest_s:
            words = f"{step.maker.name} failed again and again, and is left alone for {rest_s:.0f} s"
            troubles.append(Paused(words, resource=PROVIDER, retry_in=rest_s))
            continue
        try:
            return _tried(step, ask)
        except MaybeCharged:
            raise
        except Temporary as error:
            troubles.append(error)
    raise _together(troubles)


def _tried(step: Step[_Maker], ask: Callable[[_Maker], _Made]) -> _Made:
    breaker = step.breaker
    if breaker is None:
        return ask(step.maker)
    try:
        made = ask(step.maker)
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
