"""A maker of pictures whose calls are written down; see `makers.meter`."""

from collections.abc import Callable

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.makers.meter import Meter
from briefmill.ports import ImageMaker, Intent


class MeteredMaker:
    """Implements ports.ImageMaker around a paid maker.

    `intent` says what a request is, and what is reserved for it; `keep` puts an answer down durably.
    """

    def __init__(
        self,
        inner: ImageMaker,
        meter: Meter,
        *,
        intent: Callable[[PictureRequest], Intent],
        keep: Callable[[PictureRequest, MadePicture], None] = lambda _request, _made: None,
    ) -> None:
        self._inner = inner
        self._meter = meter
        self._intent = intent
        self._keep = keep

    @property
    def name(self) -> str:
        """The name of the maker that is metered."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture, with its rows in the ledger. Raises OverBudget before anything is asked for."""
        return self._meter.call(
            self._intent(request), lambda: self._inner.make(request), lambda made: self._keep(request, made)
        )
